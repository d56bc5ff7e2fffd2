package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.testkit.PodWorks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code keys.sh} reads out of files, which is what the kubelet does (env_util_test.go). */
class EnvFileTest {

  private static final String BROKEN = "!couldn't parse env file";
  private static final PodKey POD = new PodKey("uid", "default", "reader");

  @TempDir private Path root;
  private Path attempt;
  private Path volume;

  @BeforeEach
  void makeFolders() throws IOException {
    attempt = Files.createDirectory(root.resolve("uid-0"));
    volume = Files.createDirectories(root.resolve(".scratch/uid/v"));
    Files.createDirectories(attempt.resolve("c"));
    AttemptStaging.copyScript("keys.sh", attempt);
  }

  static Stream<Arguments> files() {
    return Stream.of(
        // What is read.
        file("   K='1'\n\t\tL='2'\nM='3'\n", "L", "2"),
        file("# a\n\nK='1'\n   # b\n  \t\nL='2'\n", "L", "2"),
        file("K='a#b'\n", "K", "a#b"),
        file("K='  a  b  '\n", "K", "  a  b  "),
        file("K='a=b=c'\n", "K", "a=b=c"),
        file("K='a' # b\n", "K", "a"),
        file("K='a'#b\n", "K", "a"),
        file("K='a'   \t", "K", "a"),
        file("K='$A ${B} `c` \\n\\t \"d\"'\n", "K", "$A ${B} `c` \\n\\t \"d\""),
        file("K='path\\\\to\\'\n", "K", "path\\\\to\\"),
        file("K='!@#$%^&*()_+-=[]{}|;:,.<>?/~'\n", "K", "!@#$%^&*()_+-=[]{}|;:,.<>?/~"),
        file("K='中文 Español 🌍'\n", "K", "中文 Español 🌍"),
        file("K='a\n  b\n\n# c\nL=d'\nL='2'\n", "K", "a\n  b\n\n# c\nL=d"),
        file("K='a\n  b\n\n# c\nL=d'\nL='2'\n", "L", "2"),
        file("K='a\nb  \n'\n", "K", "a\nb  \n"),
        file("K='\n'", "K", "\n"),
        file("K='1'\nK='2'\n", "K", "1"),
        file("K='1'", "K", "1"),
        file("K='1'\r\nL='2\r\n3'\r\n", "L", "2\n3"),
        file("odd.name-1='x'\n", "odd.name-1", "x"),
        file("*='x'\n", "*", "x"),
        file("a b='x'\n", "a b", "x"),
        file("K='1'\n=oops\n", "K", "1"),
        file("K='" + "x".repeat(65531) + "'\nL='2'\n", "L", "2"),
        // What is empty, and so is not there.
        file("K='1'\n", "L", ""),
        file("K=''\n", "K", ""),
        file("K= '1'\n", "K", ""),
        file("K=\t'1'\n", "K", ""),
        file("K= oops\nL='2'\n", "L", "2"),
        file("", "K", ""),
        // What is wrong.
        file("K = '1'\nL=   '2'\n", "L", BROKEN),
        file("K ='1'\n", "K", BROKEN),
        file("K\t='1'\n", "K", BROKEN),
        file("='1'\nL='2'\n", "L", BROKEN),
        file("K='1'\noops\nL='2'\n", "L", BROKEN),
        file("K=1\n", "K", BROKEN),
        file("K=\n", "K", BROKEN),
        file("K=\"1\"\n", "K", BROKEN),
        file("K='1''2'\n", "K", BROKEN),
        file("K='1'2\n", "K", BROKEN),
        file("K='1' 2\n", "K", BROKEN),
        file("K='a \\'b\\' c'\n", "K", BROKEN),
        file("K='1\nL='2'\n", "L", BROKEN),
        file("K='1\n", "K", BROKEN),
        file("export K='1'\nL=2\n", "K", BROKEN),
        file("K='" + "x".repeat(65532) + "'\nL='2'\n", "L", BROKEN),
        file("K='a\0b'\n", "K", BROKEN),
        file("L='2'\nK='" + "x".repeat(65532) + "'\n", "L", "2"));
  }

  private static Arguments file(String content, String key, String value) {
    return Arguments.of(content, key, value);
  }

  @ParameterizedTest
  @MethodSource("files")
  void aKeyHasTheValueThatTheKubeletReads(String content, String key, String value)
      throws Exception {
    Files.writeString(volume.resolve("a.env"), content);
    assertThat(read("a.env", key, true)).isEqualTo(value);
  }

  @Test
  void whatIsMissingIsSaidInTheKubeletsWords() throws Exception {
    assertThat(read("no.env", "K", true)).isEqualTo(BROKEN);
    assertThat(read("", "K", true)).isEqualTo(BROKEN);
    Files.createDirectory(volume.resolve("d"));
    assertThat(read("d", "K", true)).isEqualTo(BROKEN);
    Files.writeString(volume.resolve("d/a b.env"), "K='hush'\n");
    assertThat(read("d//a b.env", "A\"\\", false))
        .isEqualTo(
            "!environment variable key \"A\\\"\\\\\" not found in file \"%s/d/a b.env\"", path());
    assertThat(read("./d/a b.env", "K", false)).isEqualTo("hush");
  }

  @Test
  void aFileThatIsLargeOrAHoleIsRefusedWithoutBeingRead() throws Exception {
    for (long size : new long[] {1L << 20, (1L << 20) + 1, 100L << 30}) {
      try (RandomAccessFile file = new RandomAccessFile(volume.resolve("a.env").toFile(), "rw")) {
        file.writeBytes("K='1'\n" + "\n".repeat((1 << 20) - 6));
        file.setLength(size);
      }
      assertThat(read("a.env", "K", true)).isEqualTo(size == 1L << 20 ? "1" : BROKEN);
    }
  }

  @Test
  void linksLeadNowhereOutOfTheVolume() throws Exception {
    Files.writeString(root.resolve("outside.env"), "K='outside'\n");
    Files.createDirectories(volume.resolve("d"));
    Files.writeString(volume.resolve("d/in.env"), "K='inside'\n");
    link("up.env", "../../../outside.env");
    link("absolute.env", root.resolve("outside.env").toString());
    link("inside.env", "/d/in.env");
    link("folder", "../../../d");
    link("loop", "loop");

    assertThat(read("up.env", "K", true)).isEqualTo(BROKEN);
    assertThat(read("absolute.env", "K", true)).isEqualTo(BROKEN);
    assertThat(read("inside.env", "K", true)).isEqualTo("inside");
    assertThat(read("folder/in.env", "K", true)).isEqualTo("inside");
    assertThat(read("folder/../d/in.env", "K", true)).isEqualTo("inside");
    assertThat(read("loop", "K", true)).endsWith(": too many levels of symbolic links");
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(volume.resolve(name), Path.of(target));
  }

  private Path path() throws IOException {
    return volume.toRealPath();
  }

  /** The value; empty if the variable is not set; what is said after "!" on failure. */
  private String read(String file, String key, boolean optional) throws Exception {
    AtStart.FileKey variable = new AtStart.FileKey("V", "v", file, key, optional);
    PodWork work =
        PodWorks.withFileKeys(
            PodWorks.sleep(PodWorks.newAttempt("reader")),
            "/keys",
            PodWorks.CONTAINER,
            new AtStart(List.of(variable), Map.of()));
    Files.writeString(attempt.resolve("c/keys"), RunScript.keys(work.containers().getFirst(), POD));
    String script =
        "functions=$(sh keys.sh c 2> said) || { printf '!'; cat said; exit; };"
            + " eval \"$functions\"; from_file_0; [ ! -s said ] || exit; printf '%s' \"$V\"";
    Process shell = new ProcessBuilder("sh", "-c", script).directory(attempt.toFile()).start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).isZero();
    return said.startsWith("!") ? said.strip() : said;
  }
}
