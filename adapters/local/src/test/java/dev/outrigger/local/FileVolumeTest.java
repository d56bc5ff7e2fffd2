package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.VolumeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layout and the changes of the kubelet's atomic writer. */
class FileVolumeTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir Path folder;

  @Test
  void filesAreLinksIntoAFolderThatIsItselfBehindALink() throws Exception {
    volume().write(List.of(file("colour", "red", 0644), file("deep/er/shape", "round", 0400)), NOW);

    assertThat(names()).hasSize(4).contains("..data", "colour", "deep");
    assertThat(Files.readSymbolicLink(at("colour"))).isEqualTo(Path.of("..data/colour"));
    assertThat(Files.readSymbolicLink(at("deep"))).isEqualTo(Path.of("..data/deep"));
    assertThat(Files.readSymbolicLink(at("..data")).toString())
        .startsWith("..2026_01_31_12_00_00.");
    assertThat(at("colour")).hasContent("red");
    assertThat(at("deep/er/shape")).hasContent("round");
    assertThat(mode("colour")).isEqualTo("rw-r--r--");
    assertThat(mode("deep/er/shape")).isEqualTo("r--------");
    assertThat(mode("deep/er")).isEqualTo("rwxr-xr-x");
  }

  @Test
  void aChangeIsOneSwapAndTheOldFolderGoes() throws Exception {
    volume().write(List.of(file("colour", "red", 0644), file("gone", "soon", 0644)), NOW);
    Path before = Files.readSymbolicLink(at("..data"));

    boolean changed =
        volume().write(List.of(file("colour", "blue", 0600), file("new", "n", 0644)), NOW);

    assertThat(changed).isTrue();
    assertThat(Files.readSymbolicLink(at("..data"))).isNotEqualTo(before);
    assertThat(at(before.toString())).doesNotExist();
    assertThat(names()).hasSize(4).contains("..data", "colour", "new");
    assertThat(at("colour")).hasContent("blue");
    assertThat(mode("colour")).isEqualTo("rw-------");
    assertThat(at("new")).hasContent("n");
  }

  @Test
  void theSameFilesChangeNothing() throws Exception {
    volume().write(List.of(file("colour", "red", 0644)), NOW);
    Path before = Files.readSymbolicLink(at("..data"));

    assertThat(volume().write(List.of(file("colour", "red", 0644)), NOW.plusSeconds(60))).isFalse();

    assertThat(Files.readSymbolicLink(at("..data"))).isEqualTo(before);
  }

  @Test
  void aVolumeMayBeEmptyAndOfTwoFilesOfOnePathTheLastIsThere() throws Exception {
    volume().write(List.of(), NOW);
    assertThat(names()).hasSize(2).contains("..data");

    volume().write(List.of(file("a", "first", 0644), file("a", "second", 0644)), NOW);
    assertThat(at("a")).hasContent("second");
  }

  private FileVolume volume() {
    return new FileVolume(folder.resolve("volume"));
  }

  private Path at(String path) {
    return folder.resolve("volume").resolve(path);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("volume"))) {
      return entries.map(e -> e.getFileName().toString()).toList();
    }
  }

  private String mode(String path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(at(path)));
  }

  private static VolumeFile file(String path, String content, int mode) {
    return new VolumeFile(path, content.getBytes(StandardCharsets.UTF_8), mode, false);
  }
}
