package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.PodWorks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is in containers' mounts. */
class LocalVolumesTest extends MountFixture {

  @ParameterizedTest
  @MethodSource("ways")
  void filesAreWhereThePodWantsThemAndTheHostHasNoneOfIt(String way) throws Exception {
    open(way);
    PodAttempt attempt = PodWorks.newAttempt("files");
    create(
        MountedPod.of(
                attempt,
                "cat /outrigger-a/colour /etc/outrigger-b/key; stat -L -c %a"
                    + " /etc/outrigger-b/key; ls /outrigger-a; echo x > /outrigger-a/new || echo ro")
            .file("config", "colour", "red\n", 0644)
            .file("secret", "key", "hush\n", 0400)
            .mount("config", "/outrigger-a")
            .mount("secret", "/etc/outrigger-b"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(texts(attempt)).contains("red", "hush", "400", "colour", "ro");
    assertThat(Path.of("/outrigger-a")).doesNotExist();
    assertThat(Path.of("/etc/outrigger-b")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatIsNotMountedIsTheHosts(String way) throws Exception {
    open(way);
    Path note = root.resolve("note");
    PodAttempt attempt = PodWorks.newAttempt("host");
    create(
        MountedPod.of(
                attempt,
                "echo seen > '" + note + "'; echo lost > /dev/null; ls /proc/$$/status; date")
            .scratch("s")
            .mount("s", "/outrigger-s")
            .message("/dev/outrigger-message"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(note).hasContent("seen\n");
    assertThat(Path.of("/dev/outrigger-message")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aMountPointMayBeBehindALinkOfTheHost(String way) throws Exception {
    open(way);
    Path folder = Files.createDirectory(root.resolve("folder"));
    Path link = Files.createSymbolicLink(root.resolve("link"), folder);
    PodAttempt attempt = PodWorks.newAttempt("link");
    create(
        MountedPod.of(attempt, "cat '" + link + "/deep/er/colour' '" + folder + "/deep/er/colour'")
            .file("config", "colour", "red", 0644)
            .mount("config", link + "/deep/er"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(texts(attempt)).containsExactly("redred");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void containersShareAnEmptyDirAndASubPathIsAPartOfIt(String way) throws Exception {
    open(way);
    PodAttempt attempt = PodWorks.newAttempt("shared");
    create(
        MountedPod.of(
                attempt,
                "cat /whole/main/note /part/note; stat -c %a /whole; echo x > /seen/x || echo ro")
            .init("mkdir /whole/main; echo written > /whole/main/note; echo $0 > /part/other")
            .scratch("s")
            .mount("s", "/whole")
            .readOnly("s", "/seen")
            .env("WHO", "main")
            .mountPart("s", "/part", "", "$(WHO)"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(texts(attempt))
        .filteredOn(line -> !line.contains("/seen/x"))
        .containsExactly("written", "written", "777", "ro");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aSubPathOfAFileIsThatFileAndMountsMayBeInMounts(String way) throws Exception {
    open(way);
    PodAttempt attempt = PodWorks.newAttempt("part");
    create(
        MountedPod.of(attempt, "cat /outrigger/deep/file /outrigger/in/colour; ls -A /outrigger")
            .scratch("s")
            .file("config", "colour", "red", 0644)
            .mountPart("config", "/outrigger/deep/file", "colour", "")
            .mount("config", "/outrigger/in")
            .mount("s", "/outrigger"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(String.join("", texts(attempt))).isEqualTo("redreddeepin");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aVolumeMayCoverWhatTheProviderItselfUses(String way) throws Exception {
    open(way);
    PodAttempt attempt = PodWorks.newAttempt("covers");
    create(
        MountedPod.of(attempt, "echo here > '" + root + "/note'; cat '" + root + "/note'")
            .scratch("s")
            .mount("s", root.toString()));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(texts(attempt)).containsExactly("here");
    assertThat(root.resolve("note")).doesNotExist();
  }

  @Test
  void aSubPathWithoutItsVariableOrWithASecretIsRefused() throws Exception {
    Provider provider = open(new MountNamespaces(Optional.of("--mount"), ""));
    MountedPod pod = MountedPod.of(PodWorks.newAttempt("expr"), "true").scratch("s");
    PodWork missing = pod.mountPart("s", "/s", "", "$(ABSENT)").work();

    assertThatThrownBy(() -> provider.check(missing))
        .hasMessageContaining("spec.containers[0].volumeMounts[0].subPathExpr")
        .hasMessageContaining("missing value for \"ABSENT\"");
    PodWork secret = pod.secretEnv("ABSENT", "hush").work();
    assertThatThrownBy(() -> provider.check(secret))
        .isInstanceOf(ProviderException.Unsupported.class)
        .hasMessageNotContaining("hush");
  }
}
