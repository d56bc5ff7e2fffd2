package dev.outrigger.testbed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The real kubectl binary, with a limit on how long each call may take. */
public final class Kubectl {
  /** Not named on the command line, where it would refuse files that name their own namespace. */
  private static final String DEFAULT_NAMESPACE = "default";

  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);

  private final Path kubeconfig;
  private final String namespace;
  private final Duration limit;
  private final Path folder;

  /** For {@code namespace}, each call at most a minute. */
  public Kubectl(Path kubeconfig, String namespace) {
    this(kubeconfig, namespace, DEFAULT_LIMIT, Path.of(""));
  }

  private Kubectl(Path kubeconfig, String namespace, Duration limit, Path folder) {
    this.kubeconfig = kubeconfig;
    this.namespace = namespace;
    this.limit = limit;
    this.folder = folder;
  }

  static void requireOnPath() {
    if (Folders.onPath("kubectl", System.getenv()).isEmpty()) {
      throw new TestbedException(
          "kubectl is not on the PATH; https://kubernetes.io/docs/tasks/tools says how to get it");
    }
  }

  /** The same in another namespace. */
  public Kubectl in(String otherNamespace) {
    return new Kubectl(kubeconfig, otherNamespace, limit, folder);
  }

  /** The same with another limit. */
  public Kubectl within(Duration otherLimit) {
    return new Kubectl(kubeconfig, namespace, otherLimit, folder);
  }

  /** The same, run in another folder: names of files are relative to it. */
  public Kubectl runIn(Path otherFolder) {
    return new Kubectl(kubeconfig, namespace, limit, otherFolder);
  }

  public Path kubeconfig() {
    return kubeconfig;
  }

  public String namespace() {
    return namespace;
  }

  /** Runs kubectl and reports how it ended, whatever that is. */
  public CommandResult run(String... arguments) {
    return execute("", List.of(arguments));
  }

  /** Runs kubectl and returns its output; throws {@link TestbedException} when it fails. */
  public String get(String... arguments) {
    return run(arguments).orThrow();
  }

  /** Runs kubectl with this as its standard input, and reports how it ended. */
  public CommandResult send(String input, String... arguments) {
    return execute(input, List.of(arguments));
  }

  /** {@code kubectl apply} of YAML text; throws {@link TestbedException} when it fails. */
  public String apply(String yaml) {
    return execute(yaml, List.of("apply", "-f", "-")).orThrow();
  }

  /**
   * {@code kubectl create} of YAML text, for many new things of a program's making: half the
   * requests of {@link #apply}, and fields that Kubernetes does not know are not looked for.
   */
  public String create(String yaml) {
    return execute(yaml, List.of("create", "--validate=false", "-f", "-")).orThrow();
  }

  /** Starts kubectl and leaves it running, for {@code logs -f} and the like. */
  public ChildProcess start(String... arguments) {
    return ChildProcess.start("kubectl", builder(List.of(arguments)).redirectErrorStream(true));
  }

  private CommandResult execute(String input, List<String> arguments) {
    String shown = "kubectl " + String.join(" ", arguments);
    try (ChildProcess process = ChildProcess.start(shown, builder(arguments))) {
      CompletableFuture<String> output = drain(process.output());
      CompletableFuture<String> errors = drain(process.errors());
      process.feed(input);
      int code = process.awaitExit(limit);
      return new CommandResult(shown, code, output.join(), errors.join());
    }
  }

  private ProcessBuilder builder(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile());
    builder.environment().put("KUBECONFIG", kubeconfig.toAbsolutePath().toString());
    // A call lives for a tenth of a second, and collected garbage for a third of its processor
    // time.
    builder.environment().putIfAbsent("GOGC", "800");
    if (!namespace.equals(DEFAULT_NAMESPACE)) {
      command.addAll(1, List.of("-n", namespace));
    }
    return builder.command(command);
  }

  private static CompletableFuture<String> drain(BufferedReader reader) {
    return CompletableFuture.supplyAsync(
        () -> all(reader), task -> Thread.ofVirtual().name("kubectl-output").start(task));
  }

  private static String all(BufferedReader reader) {
    StringWriter text = new StringWriter();
    try (reader) {
      reader.transferTo(text);
    } catch (IOException e) {
      // The stream of a killed process ends in the middle; what came before counts.
      return text.toString();
    }
    return text.toString();
  }
}
