package dev.outrigger.agent.kubelet;

import dev.outrigger.agent.kubelet.stream.CommandOptions;
import dev.outrigger.agent.kubelet.stream.CommandSession;
import dev.outrigger.agent.kubelet.stream.CommandStatus;
import dev.outrigger.agent.kubelet.stream.CommandUpgrade;
import dev.outrigger.agent.kubelet.stream.PortUpgrade;
import dev.outrigger.agent.kubelet.stream.StreamLimits;
import dev.outrigger.agent.kubelet.stream.UpgradeRefusal;
import dev.outrigger.provider.AttachTarget;
import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.Facility;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PortConnection;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.ProviderException;
import io.fabric8.kubernetes.api.model.Pod;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /exec}, {@code /attach}, {@code /portForward} and {@code /run}, with the kubelet's checks
 * in its order and in its words ({@code getExec}, {@code GetAttach}, {@code GetPortForward}).
 */
final class StreamHandler {

  private static final Logger LOG = LoggerFactory.getLogger(StreamHandler.class);

  private final String node;
  private final String provider;
  private final NodePods pods;
  private final StreamLimits limits;
  private final Semaphore room;

  StreamHandler(String node, String provider, NodePods pods, StreamLimits limits) {
    this.node = node;
    this.provider = provider;
    this.pods = pods;
    this.limits = limits;
    this.room = new Semaphore(limits.sessions());
  }

  /** What a session's thread does with the client's streams. */
  private interface Command {
    CommandStatus run(ContainerStreams streams)
        throws ProviderException, IOException, InterruptedException;
  }

  /** A part of a session that holds a place. */
  private interface Session {
    void run() throws HttpProblem, UpgradeRefusal, IOException, InterruptedException;
  }

  void exec(
      Route.Exec route,
      HttpRequest request,
      Map<String, List<String>> query,
      ResponseWriter response)
      throws HttpProblem, UpgradeRefusal, IOException, InterruptedException {
    CommandOptions options = options(query);
    Pod pod = find(route.namespace(), route.pod());
    ExecTarget target = pods.exec().orElseThrow(() -> lacks(Facility.EXEC));
    PodAttempt attempt =
        StreamTarget.container(pod, route.uid(), route.container())
            .orElseThrow(() -> containerNotFound(route.container()));
    List<String> command = CommandWords.ofExec(query);
    ExecRequest exec = new ExecRequest(attempt, route.container(), command, options.terminal());
    String failure = "error executing command in container: ";
    command(
        CommandUpgrade.of(request, options, limits),
        response,
        failure,
        streams ->
            command.isEmpty()
                ? new CommandStatus.Failure(failure + "args must not be empty")
                : status(exec, target.exec(exec, streams), failure));
  }

  private static CommandStatus status(ExecRequest exec, ExecOutcome outcome, String failure) {
    return switch (outcome) {
      case ExecOutcome.Exited(int code) when code == 0 -> new CommandStatus.Success();
      case ExecOutcome.Exited(int code) ->
          new CommandStatus.ExitCode(code, "[" + String.join(" ", exec.command()) + "]");
      case ExecOutcome.Failed(String message) -> new CommandStatus.Failure(failure + message);
    };
  }

  void attach(
      Route.Attach route,
      HttpRequest request,
      Map<String, List<String>> query,
      ResponseWriter response)
      throws HttpProblem, UpgradeRefusal, IOException, InterruptedException {
    CommandOptions options = options(query);
    Pod pod = find(route.namespace(), route.pod());
    AttachTarget target = pods.attach().orElseThrow(() -> lacks(Facility.ATTACH));
    String container = route.container();
    PodAttempt attempt =
        StreamTarget.container(pod, route.uid(), container)
            .orElseThrow(
                () ->
                    new HttpProblem(
                        500,
                        "container %s not found in pod %s"
                            .formatted(container, StreamTarget.fullName(pod))));
    if (options.stderr() && StreamTarget.hasTerminal(pod, container)) {
      throw new HttpProblem(400, "tty and stderr cannot both be true");
    }
    command(
        CommandUpgrade.of(request, options, limits),
        response,
        "error attaching to container: ",
        streams -> {
          if (StreamTarget.readsOnce(pod, container)) {
            target.attach(attempt, container, streams);
          } else {
            attachWhileInput(target, attempt, container, streams);
          }
          return new CommandStatus.Success();
        });
  }

  private static void attachWhileInput(
      AttachTarget target, PodAttempt attempt, String container, ContainerStreams client)
      throws ProviderException, IOException, InterruptedException {
    AttachStreams streams = new AttachStreams(client);
    try {
      target.attach(attempt, container, streams);
    } catch (InterruptedException | ProviderException.Unavailable e) {
      if (!streams.over()) {
        throw e;
      }
    }
    if (streams.over() && Thread.interrupted()) {
      LOG.atTrace().log("the client of an attach has ended its input");
    }
  }

  private void command(
      CommandUpgrade upgrade, ResponseWriter response, String failure, Command command)
      throws HttpProblem, UpgradeRefusal, IOException, InterruptedException {
    inRoom(
        () -> {
          response.upgrade(upgrade);
          try (CommandSession session = upgrade.session()) {
            session.end(outcome(command, session, failure));
          }
        });
  }

  /** A client takes a session that ends without a status for a command that ended well. */
  private static CommandStatus outcome(Command command, CommandSession session, String failure)
      throws InterruptedException {
    try {
      return command.run(session);
    } catch (ProviderException | IOException e) {
      return new CommandStatus.Failure(failure + e.getMessage());
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("a command failed by a mistake of the provider's");
      return new CommandStatus.Failure(failure + "internal error");
    }
  }

  void portForward(
      Route.PortForward route,
      HttpRequest request,
      Map<String, List<String>> query,
      ResponseWriter response)
      throws HttpProblem, UpgradeRefusal, IOException, InterruptedException {
    List<Integer> ports =
        PortUpgrade.namesPorts(request)
            ? PortNumbers.parse(query.getOrDefault("port", List.of()))
            : List.of();
    Pod pod = find(route.namespace(), route.pod());
    if (route.uid().filter(uid -> !uid.equals(pod.getMetadata().getUid())).isPresent()) {
      throw new HttpProblem(404, "pod not found");
    }
    PortTarget target = pods.ports().orElseThrow(() -> lacks(Facility.PORTS));
    PodAttempt attempt =
        StreamTarget.pod(pod, route.uid())
            .orElseThrow(
                () ->
                    new HttpProblem(
                        500, "pod not found (\"%s\")".formatted(StreamTarget.fullName(pod))));
    PortUpgrade upgrade = PortUpgrade.of(request, ports, limits);
    inRoom(
        () -> {
          response.upgrade(upgrade);
          upgrade.forward(port -> connect(target, attempt, port));
        });
  }

  private static PortConnection connect(PortTarget target, PodAttempt attempt, int port)
      throws IOException, InterruptedException {
    try {
      return target.connect(attempt, port);
    } catch (IOException | ProviderException e) {
      throw new IOException(
          "error forwarding port %d to pod %s, uid %s: %s"
              .formatted(port, attempt.key().name(), attempt.key().uid(), e.getMessage()),
          e);
    }
  }

  void run(Route.Run route, Map<String, List<String>> query, ResponseWriter response)
      throws HttpProblem, UpgradeRefusal, IOException, InterruptedException {
    Pod pod = find(route.namespace(), route.pod());
    ExecTarget target = pods.exec().orElseThrow(() -> lacks(Facility.EXEC));
    PodAttempt attempt =
        StreamTarget.container(pod, route.uid(), route.container())
            .orElseThrow(() -> containerNotFound(route.container()));
    String command = CommandWords.ofRun(query);
    ExecRequest exec =
        new ExecRequest(attempt, route.container(), List.of(command.split(" ", -1)), false);
    inRoom(
        () -> {
          CollectedStreams streams = new CollectedStreams();
          byte[] output = ran(target, exec, command, streams);
          response.whole(200, "application/json", EmptyHttpHeaders.INSTANCE, output);
        });
  }

  private static byte[] ran(
      ExecTarget target, ExecRequest exec, String command, CollectedStreams streams)
      throws HttpProblem, IOException, InterruptedException {
    try {
      return switch (target.exec(exec, streams)) {
        case ExecOutcome.Exited(int code) when code == 0 -> streams.all();
        case ExecOutcome.Exited(int code) ->
            throw new HttpProblem(
                500, "command '%s' exited with %d: %s".formatted(command, code, streams.errors()));
        case ExecOutcome.Failed(String message) -> throw new HttpProblem(500, message);
      };
    } catch (ProviderException e) {
      throw new HttpProblem(500, String.valueOf(e.getMessage()));
    }
  }

  private void inRoom(Session session)
      throws HttpProblem, UpgradeRefusal, IOException, InterruptedException {
    if (!room.tryAcquire()) {
      throw new HttpProblem(
          503,
          "node %s already has %d streaming sessions; try again later"
              .formatted(node, limits.sessions()));
    }
    try {
      session.run();
    } finally {
      room.release();
    }
  }

  private static CommandOptions options(Map<String, List<String>> query) throws HttpProblem {
    boolean terminal = flag(query, "tty");
    CommandOptions options =
        new CommandOptions(
            flag(query, "input"),
            flag(query, "output"),
            flag(query, "error") && !terminal,
            terminal);
    if (!options.stdin() && !options.stdout() && !options.stderr()) {
      throw new HttpProblem(400, "you must specify at least 1 of stdin, stdout, stderr");
    }
    return options;
  }

  private static boolean flag(Map<String, List<String>> query, String name) {
    return query.getOrDefault(name, List.of("")).getFirst().equals("1");
  }

  private Pod find(String namespace, String name) throws HttpProblem {
    return pods.find(namespace, name).orElseThrow(() -> new HttpProblem(404, "pod does not exist"));
  }

  private static HttpProblem containerNotFound(String container) {
    return new HttpProblem(500, "container not found (\"%s\")".formatted(container));
  }

  /**
   * The backend's fault, not the caller's nor the Pod's. Without a colon and a space: client-go
   * would read the text as a YAML {@code v1.Status}, and show nothing (spdy/roundtripper.go).
   */
  private HttpProblem lacks(Facility facility) {
    String what =
        "the %s provider of node %s cannot %s".formatted(provider, node, facility.words());
    String why = pods.lacks().get(facility);
    return new HttpProblem(501, why == null ? what : what + ", since " + why.replace(": ", "; "));
  }
}
