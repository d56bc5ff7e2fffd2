package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.PodAttempt;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is in containers' mounts. */
class LocalVolumesTest extends MountFixture {

  @InEveryWay
  void filesAreWhereThePodWantsThemAndTheHostHasNoneOfIt(String way) throws Exception {
    open(way);
    PodAttempt attempt =
        create(
            MountedPod.of(
                    "files",
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

  @InEveryWay
  void whatIsNotMountedIsTheHosts(String way) throws Exception {
    open(way);
    Path note = root.resolve("note");
    PodAttempt attempt =
        create(
            MountedPod.of(
                    "host",
                    "echo seen > '" + note + "'; echo lost > /dev/null; ls /proc/$$/status; date")
                .scratch("s")
                .mount("s", "/outrigger-s")
                .message("/dev/outrigger-message"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(note).hasContent("seen\n");
    assertThat(Path.of("/dev/outrigger-message")).doesNotExist();
  }

  @InEveryWay
  void aMountPointMayBeBehindALinkOfTheHost(String way) throws Exception {
    open(way);
    Path folder = Files.createDirectory(root.resolve("folder"));
    Path link = Files.createSymbolicLink(root.resolve("link"), folder);
    PodAttempt attempt =
        create(
            MountedPod.of(
                    "link", "cat '" + link + "/deep/er/colour' '" + folder + "/deep/er/colour'")
                .file("config", "colour", "red", 0644)
                .mount("config", link + "/deep/er"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(texts(attempt)).containsExactly("redred");
    assertThat(folder).isEmptyDirectory();
  }

  @InEveryWay
  void containersShareAnEmptyDirAndASubPathIsAPartOfIt(String way) throws Exception {
    open(way);
    PodAttempt attempt =
        create(
            MountedPod.of(
                    "shared",
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

  @InEveryWay
  void aSubPathOfAFileIsThatFileAndMountsMayBeInMounts(String way) throws Exception {
    open(way);
    PodAttempt attempt =
        create(
            MountedPod.of("part", "cat /outrigger/deep/file /outrigger/in/colour; ls -A /outrigger")
                .scratch("s")
                .file("config", "colour", "red", 0644)
                .mountPart("config", "/outrigger/deep/file", "colour", "")
                .mount("config", "/outrigger/in")
                .mount("s", "/outrigger"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(String.join("", texts(attempt))).isEqualTo("redreddeepin");
  }

  @InEveryWay
  void aVolumeMayCoverWhatTheProviderItselfUses(String way) throws Exception {
    open(way);
    PodAttempt attempt =
        create(
            MountedPod.of("covers", "echo here > '" + root + "/note'; cat '" + root + "/note'")
                .scratch("s")
                .mount("s", root.toString()));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(texts(attempt)).containsExactly("here");
    assertThat(root.resolve("note")).doesNotExist();
  }
}
