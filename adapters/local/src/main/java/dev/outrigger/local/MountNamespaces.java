package dev.outrigger.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether containers can have mounts of their own on this host: found out by running one that has.
 *
 * @param options those of unshare; empty where it is not possible
 * @param refusal why it is not, and what to do
 */
record MountNamespaces(Optional<String> options, String refusal) {

  /** For who may mount, and for who may in a namespace of users of their own. */
  static final List<String> ALL =
      List.of("--mount --propagation slave", "--user --map-root-user --mount --propagation slave");

  private static final Logger log = LoggerFactory.getLogger(MountNamespaces.class);
  private static final int SECONDS = 30;

  /** By its path: it is started with the container's environment, whose PATH may lead elsewhere. */
  private static final String NSENTER =
      Executables.find("nsenter", System.getenv().getOrDefault("PATH", ""))
          .map(Path::toString)
          .orElse("nsenter");

  private static final int MOST_WORDS = 300;

  /** Those of this host; found out once. */
  static MountNamespaces ofThisHost() {
    return OfThisHost.FOUND;
  }

  private static final class OfThisHost {
    static final MountNamespaces FOUND = tried(ALL);
  }

  static MountNamespaces none(String why) {
    return new MountNamespaces(
        Optional.empty(),
        "this host does not permit mount namespaces ("
            + why
            + "): run the agent as root, or permit unprivileged user namespaces; or pass values as"
            + " environment variables");
  }

  /** The first of these that work. */
  static MountNamespaces tried(List<String> options) {
    List<String> problems = new ArrayList<>();
    for (String each : options) {
      try {
        Optional<String> problem = problem(each);
        if (problem.isEmpty()) {
          return new MountNamespaces(Optional.of(each), "");
        }
        problems.add(problem.get());
      } catch (IOException e) {
        problems.add(String.valueOf(e.getMessage()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        problems.add("interrupted");
      }
    }
    return none(String.join("; ", problems));
  }

  boolean arePermitted() {
    return options.isPresent();
  }

  /**
   * What stands in front of a command for it to see what the container sees; its working directory
   * is the container's root then.
   *
   * @param options with which the container was started
   */
  static List<String> enter(String options, HostProcess process) {
    String pid = Long.toString(process.pid());
    List<String> command = new ArrayList<>(List.of(NSENTER, "--target", pid, "--mount", "--root"));
    command.add("--wd=/proc/" + pid + "/root"); // else it would stay where it is, outside that root
    if (options.contains("--user")) {
      command.addAll(List.of("--user", "--preserve-credentials"));
    }
    return command;
  }

  /** Runs a container with a mount, and says what went wrong. */
  private static Optional<String> problem(String options) throws IOException, InterruptedException {
    Path attempt = Files.createTempDirectory("outrigger-mounts");
    try {
      Path container = Files.createDirectories(attempt.resolve("containers/probe"));
      Files.createDirectory(container.resolve("root"));
      Path volume = Files.createDirectories(attempt.resolve("volumes/probe"));
      Files.createFile(volume.resolve("found"));
      Path target = Path.of("/" + attempt.getFileName(), "volume");
      MountPlan plan =
          new MountPlan(List.of(new MountPlan.Place("volumes/probe", "", target, true)));
      Files.writeString(container.resolve("mounts"), plan.script());
      Files.writeString(container.resolve("run.sh"), "test -e " + target + "/found");
      AttemptStaging.copyScript("enter.sh", attempt);
      return run(attempt, options);
    } finally {
      remove(attempt);
    }
  }

  private static Optional<String> run(Path attempt, String options)
      throws IOException, InterruptedException {
    String start =
        "exec unshare "
            + options
            + " sh enter.sh \"$(readlink /proc/$$/ns/mnt)\" containers/probe containers/probe/run.sh";
    Path output = attempt.resolve("output");
    Process process =
        new ProcessBuilder("sh", "-c", start)
            .directory(attempt.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        return Optional.of("no answer within " + SECONDS + " s");
      }
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() == 0) {
      return Optional.empty();
    }
    String said = new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
    String words = said.isEmpty() ? "exit code " + process.exitValue() : said;
    return Optional.of(words.substring(0, Math.min(words.length(), MOST_WORDS)));
  }

  private static void remove(Path attempt) {
    try {
      Trees.remove(attempt);
    } catch (IOException e) {
      log.atDebug().setCause(e).log("temporary folder could not be removed");
    }
  }
}
