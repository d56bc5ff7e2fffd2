package dev.outrigger.testbed;

import dev.outrigger.testbed.StartUpCache.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An agent in a process of its own, as users run it. It may be killed and started again on the same
 * folder.
 */
public final class AgentProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final Duration TRAINING_GRACE = Duration.ofSeconds(90);
  private static final int ENDED_BY_SIGTERM = 143;
  private static final int SHOWN_LINES = 30;

  private final ControlPlane controlPlane;
  private final List<NodeSettings> nodes;
  private final Path folder;
  private final ChildProcess process;
  private final Optional<Training> training;

  private AgentProcess(
      ControlPlane controlPlane,
      List<NodeSettings> nodes,
      Path folder,
      ChildProcess process,
      Optional<Training> training) {
    this.controlPlane = controlPlane;
    this.nodes = List.copyOf(nodes);
    this.folder = folder;
    this.process = process;
    this.training = training;
  }

  /** Writes {@code outrigger.yaml} into {@code folder} and starts an agent with it. */
  public static AgentProcess start(
      ControlPlane controlPlane, List<NodeSettings> nodes, Path folder) {
    return start(controlPlane, controlPlane.kubeconfig(), nodes, folder);
  }

  /** The same; unless there is a start-up cache, this agent writes one when it is closed. */
  public static AgentProcess startAndTrain(
      ControlPlane controlPlane, List<NodeSettings> nodes, Path folder) {
    configure(controlPlane, controlPlane.kubeconfig(), certificates(controlPlane), nodes, folder);
    return launch(controlPlane, nodes, folder, AgentCommand.CACHE.claim());
  }

  /**
   * Leaves a start-up cache, unless there is one or somebody is about to: starts an agent, waits
   * until its nodes are Ready, has it used, and ends it, which takes some seconds.
   */
  public static void train(
      ControlPlane controlPlane, List<NodeSettings> nodes, Path folder, Runnable use) {
    AgentCommand.CACHE
        .claim()
        .ifPresent(training -> train(training, controlPlane, nodes, folder, use));
  }

  /** The same for who has claimed the right to write it. */
  static void train(
      Training training,
      ControlPlane controlPlane,
      List<NodeSettings> nodes,
      Path folder,
      Runnable use) {
    configure(controlPlane, controlPlane.kubeconfig(), certificates(controlPlane), nodes, folder);
    try (AgentProcess agent =
        launch(controlPlane, nodes, folder, Optional.of(training)).awaitReady()) {
      use.run();
    }
  }

  /** The same with the rights of {@code kubeconfig} instead of an administrator's. */
  public static AgentProcess start(
      ControlPlane controlPlane, Path kubeconfig, List<NodeSettings> nodes, Path folder) {
    return start(controlPlane, kubeconfig, certificates(controlPlane), nodes, folder);
  }

  /** The same with lines of the configuration's {@code kubelet} of one's own. */
  public static AgentProcess start(
      ControlPlane controlPlane,
      Path kubeconfig,
      List<String> kubelet,
      List<NodeSettings> nodes,
      Path folder) {
    configure(controlPlane, kubeconfig, kubelet, nodes, folder);
    return launch(controlPlane, nodes, folder, Optional.empty());
  }

  /** One of several replicas, with these lines of the configuration's {@code replicas}. */
  public static AgentProcess startReplica(
      ControlPlane controlPlane,
      Path kubeconfig,
      List<String> replicas,
      List<NodeSettings> nodes,
      Path folder) {
    configure(controlPlane, kubeconfig, certificates(controlPlane), nodes, folder);
    try {
      String section = replicas.stream().map("  %s\n"::formatted).collect(Collectors.joining());
      Files.writeString(config(folder), "replicas:\n" + section, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new TestbedException("cannot write " + config(folder), e);
    }
    return launch(controlPlane, nodes, folder, Optional.empty());
  }

  private static void configure(
      ControlPlane controlPlane,
      Path kubeconfig,
      List<String> kubelet,
      List<NodeSettings> nodes,
      Path folder) {
    Path config = config(folder);
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(log(folder));
      Files.writeString(config, configuration(controlPlane, kubeconfig, kubelet, nodes));
    } catch (IOException e) {
      throw new TestbedException("cannot write " + config, e);
    }
  }

  private static AgentProcess launch(
      ControlPlane controlPlane,
      List<NodeSettings> nodes,
      Path folder,
      Optional<Training> training) {
    List<String> cache = training.map(Training::options).orElseGet(AgentCommand.CACHE::options);
    List<String> arguments = List.of("run", "--config", config(folder).toString());
    ProcessBuilder builder =
        new ProcessBuilder(AgentCommand.of(cache, arguments))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log(folder).toFile()));
    // Dummies for the simulator, which takes any. The SDK must not look for an instance's role.
    builder.environment().putIfAbsent("AWS_ACCESS_KEY_ID", "AKIAOUTRIGGERDEMO000");
    builder.environment().putIfAbsent("AWS_SECRET_ACCESS_KEY", "not-a-secret");
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    ChildProcess process = ChildProcess.start("the agent", builder);
    return new AgentProcess(controlPlane, nodes, folder, process, training);
  }

  /**
   * Waits until each of its nodes is Ready; throws {@link TestbedException} with its last lines.
   */
  public AgentProcess awaitReady() {
    List<String> all = nodes.stream().map(node -> "node/" + node.name()).toList();
    // kubectl answers at once that nodes are not there, unless asked for the creation of one.
    all.forEach(node -> awaitEvent("create", List.of(node)));
    awaitEvent("condition=Ready", all);
    return this;
  }

  private void awaitEvent(String event, List<String> of) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("wait", "--for=" + event, "--timeout=" + READY.toSeconds() + "s"));
    command.addAll(of);
    try (ChildProcess wait = controlPlane.kubectl().start(command.toArray(String[]::new))) {
      await(wait);
      if (!wait.exitCode().equals(Optional.of(0))) {
        throw new TestbedException(
            (process.isAlive() ? of + " not Ready: " : "the agent ended: ") + lastLines());
      }
    }
  }

  /** Until it ends, or the agent, of which nothing is to be expected then. */
  private void await(ChildProcess wait) {
    try {
      CompletableFuture.anyOf(wait.onExit(), process.onExit())
          .get(READY.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestbedException("interrupted while waiting for nodes", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new TestbedException("no node is Ready: " + lastLines(), e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The exit code, if it has ended. */
  public Optional<Integer> exitCode() {
    return process.exitCode();
  }

  /** Kills it at once (SIGKILL); what it started for Pods lives on. */
  public void kill() {
    process.killAlone();
  }

  /** Starts another one on the same folder, after this one has ended. */
  public AgentProcess restart() {
    if (process.isAlive()) {
      throw new IllegalStateException("the agent still runs");
    }
    return launch(controlPlane, nodes, folder, Optional.empty());
  }

  /** Where its output goes. */
  public Path log() {
    return log(folder);
  }

  /** Whether it writes the start-up cache of later agents when it is closed. */
  public boolean isTraining() {
    return training.isPresent();
  }

  /** A planned stop. */
  @Override
  public void close() {
    boolean writes = isTraining() && process.isAlive();
    process.stop(writes ? TRAINING_GRACE : GRACE);
    if (writes && process.exitCode().equals(Optional.of(ENDED_BY_SIGTERM))) {
      training.orElseThrow().keep();
    }
    training.ifPresent(Training::close);
  }

  private static Path config(Path folder) {
    return folder.resolve("outrigger.yaml").toAbsolutePath();
  }

  private static Path log(Path folder) {
    return folder.resolve("agent.log").toAbsolutePath();
  }

  private String lastLines() {
    try (Stream<String> lines = Files.lines(log())) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - SHOWN_LINES), all.size()));
    } catch (IOException e) {
      return "its log cannot be read: " + e;
    }
  }

  private static List<String> certificates(ControlPlane controlPlane) {
    KubeletFiles files = controlPlane.kubeletFiles();
    return List.of(
        "certFile: " + files.servingCertificate(),
        "keyFile: " + files.servingKey(),
        "clientCaFile: " + files.clientCa());
  }

  private static String configuration(
      ControlPlane controlPlane, Path kubeconfig, List<String> kubelet, List<NodeSettings> nodes) {
    return """
        kubeconfig: %s
        kubelet:
          address: %s
          port: 0
        %snodes:
        %s"""
        .formatted(
            kubeconfig.toAbsolutePath(),
            controlPlane.kubeletFiles().address(),
            kubelet.stream().map(line -> "  " + line + "\n").collect(Collectors.joining()),
            nodes.stream().map(NodeSettings::yaml).collect(Collectors.joining()));
  }
}
