package dev.outrigger.local;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.FileKeys;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Workload;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt on disk: reads what the supervisor wrote, and starts and stops it.
 *
 * <p>INVARIANT: only the process whose link {@code supervisor} was created runs containers, and the
 * link is never removed while the folder exists: an attempt starts at most once.
 */
record AttemptDirectory(Path path) {

  private static final Logger log = LoggerFactory.getLogger(AttemptDirectory.class);

  AttemptRecord record() throws IOException {
    return AttemptRecord.read(path.resolve("attempt.json"));
  }

  /** Runs the supervisor, which ends at once if there was one before. */
  void startSupervisor() throws IOException {
    spawn("supervise.sh");
  }

  /**
   * Asks for the end; the folder remembers since when, so that nothing more is started. What runs
   * is ended even where no space is left to remember that.
   */
  void stop(Duration grace) throws IOException {
    try {
      if (!isStopAsked()) {
        Files.writeString(path.resolve("stop"), grace.toSeconds() + "\n");
      }
    } finally {
      spawn("stop.sh", seconds(grace));
    }
  }

  static String seconds(Duration grace) {
    return Long.toString(grace.isZero() ? 0 : Math.max(1, grace.toSeconds()));
  }

  boolean isStopAsked() {
    return Files.exists(path.resolve("stop"));
  }

  /** Staged by someone who died before starting it. */
  boolean isAbandoned(Instant now) throws IOException {
    Instant staged = Files.getLastModifiedTime(path.resolve("attempt.json")).toInstant();
    return !isClaimed() && Duration.between(staged, now).compareTo(Duration.ofSeconds(5)) > 0;
  }

  Workload observe(Optional<String> podIp) throws IOException {
    AttemptRecord attempt = record();
    List<ContainerObservation> containers = new ArrayList<>();
    for (AttemptRecord.Container c : attempt.containers()) {
      containers.add(observe(c, attempt.attempt().key()));
    }
    Workload seen =
        new Workload(
            attempt.attempt(), path.toString(), containers, podIp, false, Optional.empty());
    return isStopAsked() && !seen.isTerminated()
        ? new Workload(seen.attempt(), seen.handle(), containers, podIp, true, Optional.empty())
        : seen;
  }

  private ContainerObservation observe(AttemptRecord.Container container, PodKey pod)
      throws IOException {
    String name = container.name();
    String id = "local://" + path.getFileName() + "/" + name;
    var seen =
        new ContainerObservation(
            name, state(name), Optional.of(id), Optional.of(container.image()));
    if (!Files.exists(container(name).resolve("runs"))) {
      return seen;
    }
    Optional<HostProcess> process = process(name);
    EarlierRuns runs = EarlierRuns.read(container(name));
    return runs.in(seen, process, stopAsked(), pod);
  }

  private Optional<Instant> stopAsked() throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(path.resolve("stop")).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** The folder that a container was started in. */
  Path workingDir(String container) throws IOException {
    for (AttemptRecord.Container c : record().containers()) {
      if (c.name().equals(container) && c.workingDir() != null) {
        return path.resolve(c.workingDir());
      }
    }
    return container(container).resolve("work");
  }

  /** The way into a container with {@code stdin: true}. */
  Optional<ContainerInput> input(String container) {
    Path own = container(container);
    Optional<String> kind = Optional.empty();
    try {
      kind = read(own.resolve("stdin"));
    } catch (IOException e) {
      // as if there were none
    }
    return kind.map(
        k -> new ContainerInput(own.resolve("in"), own.resolve("in.end"), k.equals("once")));
  }

  /** The UID of its Pod. */
  String uid() {
    String name = path.getFileName().toString();
    return name.substring(0, Math.max(0, name.lastIndexOf('-')));
  }

  /** With which options of unshare a container with mounts was started. */
  Optional<String> namespace(String container) throws IOException {
    return Files.exists(container(container).resolve("mounts"))
        ? read(path.resolve("namespace")).map(String::strip)
        : Optional.empty();
  }

  /** A volume with files. */
  FileVolume volume(String name) {
    return new FileVolume(path.resolve("volumes").resolve(name));
  }

  /**
   * What the supervisor does when all have ended, and may be doing now, unless it was killed.
   *
   * @return whether they are gone
   */
  boolean removeVolumes() {
    try {
      Trees.remove(path.resolve("volumes"));
      return true;
    } catch (IOException e) {
      log.atDebug().setCause(e).log("volumes of an ended attempt could not be removed now");
      return false;
    }
  }

  /** The leaders of the commands that run, or have left something running, in a container. */
  List<HostProcess> commands(String container) throws IOException {
    Path folder = execs(container);
    List<HostProcess> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> records = Files.newDirectoryStream(folder)) {
        for (Path file : records) {
          read(file).flatMap(text -> HostProcess.parse(text, " ")).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  /** Holds an {@link ExecRecord} for each command that runs in the container. */
  Path execs(String container) {
    return container(container).resolve("execs");
  }

  /** The log of the current run, or of the latest one. */
  ContainerLog log(String container) throws IOException {
    return ContainerLog.latest(container(container));
  }

  /**
   * @param restarts how often the container was started before; the latest run for more than that
   */
  ContainerLog log(String container, int restarts) throws IOException {
    return ContainerLog.of(container(container), restarts);
  }

  /** Whether no line will be added any more. */
  boolean isComplete(ContainerLog log, String container) throws IOException {
    return hasEnded(container) || log.hasEnded();
  }

  boolean hasContainer(String name) throws IOException {
    return record().containers().stream().anyMatch(c -> c.name().equals(name));
  }

  /** Whether the container has ended, with its log complete. */
  boolean hasEnded(String container) throws IOException {
    return state(container) instanceof ContainerState.Terminated;
  }

  Instant lastChange() throws IOException {
    return Files.getLastModifiedTime(path).toInstant();
  }

  Optional<HostProcess> supervisor() throws IOException {
    try {
      String link = Files.readSymbolicLink(path.resolve("supervisor")).toString();
      return HostProcess.parse(link, ":");
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  Optional<HostProcess> process(String container) throws IOException {
    return read(container(container).resolve("process"))
        .flatMap(text -> HostProcess.parse(text, " "));
  }

  private boolean isClaimed() {
    return Files.isSymbolicLink(path.resolve("supervisor"));
  }

  private ContainerState state(String container) throws IOException {
    RunOutcome run = new RunOutcome(container(container));
    if (run.isKnown()) {
      return run.end();
    }
    // In this order: what starts a process looks for the supervisor after it has written that down.
    boolean supervised = !isClaimed() || supervisor().map(HostProcess::isAlive).orElse(false);
    if (!supervised
        && !process(container).map(HostProcess::isAlive).orElse(false)
        && !isBeingWritten()) {
      // Whoever would have written the exit code is gone: nobody knows it any more.
      run.lose();
      return run.end();
    }
    Optional<Instant> started = run.started();
    if (started.isPresent()) {
      return new ContainerState.Running(started.get());
    }
    Optional<String> lacks = read(container(container).resolve("lacks"));
    return lacks.isPresent()
        ? new ContainerState.Waiting(FileKeys.LACKING, lacks.get().strip())
        : new ContainerState.Waiting(isClaimed() ? "PodInitializing" : "ContainerCreating", "");
  }

  /**
   * Whether a part of a killed supervisor lives that may yet write an exit code. Each is in its
   * session and has its command line.
   */
  private boolean isBeingWritten() throws IOException {
    Optional<HostProcess> supervisor = supervisor();
    if (supervisor.isEmpty()) {
      return false;
    }
    String own = path + "\0";
    return ProcessTable.read().belongingTo(List.of(supervisor.get())).stream()
        .map(ProcessTable.Row::process)
        .anyMatch(each -> each.commandLine().contains(own));
  }

  Path container(String name) {
    return path.resolve("containers").resolve(name);
  }

  void spawn(String script, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("setsid", "sh", path.resolve(script).toString(), path.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    // The agent's own environment (credentials among it) is none of the Pod's business.
    builder.environment().keySet().retainAll(List.of("PATH", "OUTRIGGER_NO_PERL"));
    builder
        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static Optional<String> read(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
