package dev.outrigger.local;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container whose first process runs, as the kernel shows it. The environment is read from that
 * process, since no value of it stays on disk.
 */
record RunningContainer(AttemptDirectory directory, String name, HostProcess process) {

  /** The charset in which Java passes arguments and environments to a process. */
  private static final Charset NATIVE =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.UTF_8);

  private static final int STARTING_MILLIS = 10_000;
  private static final int CHECK_MILLIS = 5;

  static RunningContainer find(HostStore store, PodAttempt attempt, String container)
      throws ProviderException {
    try {
      AttemptDirectory directory = store.directoryOfRun(attempt);
      if (directory.hasContainer(container) && !directory.hasEnded(container)) {
        var process = directory.process(container).filter(HostProcess::isAlive);
        if (process.isPresent()) {
          return new RunningContainer(directory, container, process.get());
        }
      }
    } catch (IOException e) {
      // answered below: there is no such record
    }
    throw new ProviderException.NotFound("container not found (\"" + container + "\")");
  }

  /** Waits for the moment when the shell that starts it has become the container's own process. */
  void awaitStarted() throws IOException, InterruptedException {
    for (int waited = 0; isStarting() && waited < STARTING_MILLIS; waited += CHECK_MILLIS) {
      Thread.sleep(CHECK_MILLIS);
    }
  }

  /**
   * What its first process was started with.
   *
   * @throws IOException when the process has ended, or a value cannot be passed on by Java
   */
  Map<String, String> environment() throws IOException {
    byte[] bytes = Files.readAllBytes(proc("environ"));
    String text = new String(bytes, NATIVE);
    if (!java.util.Arrays.equals(text.getBytes(NATIVE), bytes)) {
      throw new IOException(
          "the environment is not " + NATIVE + ": start the agent with LC_ALL=C.UTF-8");
    }
    Map<String, String> environment = new LinkedHashMap<>();
    for (String entry : text.split("\0")) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        environment.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    // Written by the shell that started it, of its own accord.
    List.of("_", "OLDPWD", "PWD", "SHLVL").forEach(environment::remove);
    return environment;
  }

  /** The folder that the container was started in. */
  Path workingDir() throws IOException {
    return directory.workingDir(name);
  }

  /** Where its files are, as it sees them. */
  Path root() throws IOException {
    return directory.namespace(name).isPresent() ? proc("root") : Path.of("/");
  }

  /**
   * What stands in front of a command for it to see the same files; empty when they are the host's.
   *
   * @param inside a line of shell that runs there: {@code $0} is the container's folder, {@code
   *     "$@"} the command
   */
  List<String> entering(String inside) throws IOException {
    Optional<String> namespace = directory.namespace(name);
    if (namespace.isEmpty()) {
      return List.of();
    }
    List<String> command = MountNamespaces.enter(namespace.get(), process);
    command.addAll(List.of("/bin/sh", "-c", inside, workingDir().toString()));
    return command;
  }

  /** The shell that runs {@code run.sh} takes the place of itself by an exec (see the scripts). */
  private boolean isStarting() throws IOException {
    String command = Files.readString(proc("cmdline"), StandardCharsets.ISO_8859_1);
    return command.endsWith("containers/" + name + "/run.sh\0") || command.contains("supervise.sh");
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }
}
