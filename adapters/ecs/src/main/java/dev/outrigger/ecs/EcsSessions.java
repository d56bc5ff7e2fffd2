package dev.outrigger.ecs;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.aws.AwsCalls;
import dev.outrigger.ecs.session.ChannelException;
import dev.outrigger.ecs.session.CommandSession;
import dev.outrigger.ecs.session.DataChannel;
import dev.outrigger.ecs.session.PortSession;
import dev.outrigger.ecs.session.SessionApi;
import dev.outrigger.ecs.session.SessionTicket;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.Session;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ResumeSessionResponse;
import software.amazon.awssdk.services.ssm.model.StartSessionResponse;

/** Commands in running containers, by ECS Exec. */
final class EcsSessions implements ExecTarget, SessionApi, AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final EcsClient ecs;
  private final SsmClient ssm;
  private final AwsCalls calls;
  private final EcsConfig config;
  private final EcsTasks tasks;
  private final TaskIndex index;
  private final Clock clock;

  /**
   * What arrives is taken by the thread that reads, which that does not hold up: handed to another,
   * the end of a connection may come before the next message is asked for, and is forgotten then
   * (see {@code session.Link}).
   */
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(CONNECT).executor(Runnable::run).build();

  EcsSessions(
      EcsClient ecs,
      SsmClient ssm,
      AwsCalls calls,
      EcsConfig config,
      EcsTasks tasks,
      TaskIndex index,
      Clock clock) {
    this.ecs = ecs;
    this.ssm = ssm;
    this.calls = calls;
    this.config = config;
    this.tasks = tasks;
    this.index = index;
    this.clock = clock;
  }

  @Override
  public ExecOutcome exec(ExecRequest request, ContainerStreams streams)
      throws ProviderException, IOException, InterruptedException {
    TaskIndex.Entry entry = running(request.attempt(), request.container());
    return new CommandSession(
            line -> start(entry, request.container(), line),
            request.command(),
            request.terminal(),
            streams)
        .run();
  }

  /** The task of a container that runs, as last seen, or as ECS says now. */
  TaskIndex.Entry running(PodAttempt attempt, String container) throws ProviderException {
    Optional<TaskIndex.Entry> known = index.find(attempt);
    if (known.isEmpty()) {
      tasks.refresh();
    } else if (!isRunning(known.get(), container)) {
      tasks.describe(List.of(known.get().arn()));
    }
    return index
        .find(attempt)
        .filter(entry -> isRunning(entry, container))
        .orElseThrow(() -> notFound(container, ""));
  }

  /** In the kubelet's words. */
  private static ProviderException.NotFound notFound(String container, String why) {
    return new ProviderException.NotFound("container not found (\"" + container + "\")" + why);
  }

  private static boolean isRunning(TaskIndex.Entry entry, String container) {
    return entry.workload().containers().stream()
        .anyMatch(c -> c.name().equals(container) && c.state() instanceof ContainerState.Running);
  }

  /** A running container of a Pod, whichever. */
  String anyContainer(PodAttempt attempt) throws ProviderException {
    if (index.find(attempt).isEmpty()) {
      tasks.refresh();
    }
    return index.find(attempt).stream()
        .flatMap(entry -> entry.workload().containers().stream())
        .filter(c -> c.state() instanceof ContainerState.Running)
        .map(ContainerObservation::name)
        .findFirst()
        .orElseThrow(
            () ->
                new ProviderException.NotFound(
                    "the Pod " + attempt.key().namespacedName() + " is not running"));
  }

  private DataChannel start(TaskIndex.Entry entry, String container, String line)
      throws ProviderException, ChannelException, InterruptedException {
    Session session;
    try {
      session =
          calls
              .call(
                  "ecs:ExecuteCommand",
                  ApiBucket.ECS_TASK_WRITE,
                  () ->
                      ecs.executeCommand(
                          r ->
                              r.cluster(config.cluster())
                                  .task(entry.arn())
                                  .container(container)
                                  .interactive(true)
                                  .command(line)))
              .session();
    } catch (ProviderException.Invalid e) {
      throw refused(entry.arn(), container, e);
    }
    return open(new SessionTicket(session.sessionId(), session.streamUrl(), session.tokenValue()));
  }

  DataChannel open(SessionTicket ticket) throws ChannelException, InterruptedException {
    return DataChannel.open(http, this, ticket, clock);
  }

  /** ECS says the same for all: never enabled, not yet there, gone. The task tells them apart. */
  ProviderException refused(String arn, String container, ProviderException.Invalid e)
      throws ProviderException {
    Optional<Task> task = describe(arn);
    if (task.isEmpty() || EcsStatusMapper.isStopped(task.get())) {
      return notFound(container, "");
    }
    if ("STOPPED".equals(task.get().desiredStatus())) {
      return notFound(container, "; ECS is stopping its task, and lets nobody in any more");
    }
    if (task.get().containers().stream()
        .anyMatch(c -> container.equals(c.name()) && !"RUNNING".equals(c.lastStatus()))) {
      return notFound(container, "");
    }
    if (!Boolean.TRUE.equals(task.get().enableExecuteCommand())) {
      return new ProviderException.Unsupported(
          "exec",
          "the Pod's task was started without ECS Exec: give the node a taskRoleArn that allows the"
              + " ssmmessages actions, leave enableExecuteCommand on, and start the Pod again");
    }
    String agent =
        task.get().containers().stream()
            .filter(c -> container.equals(c.name()))
            .flatMap(c -> c.managedAgents().stream())
            .map(a -> a.lastStatus() + (a.reason() == null ? "" : ", " + a.reason()))
            .findFirst()
            .orElse("not there");
    return new ProviderException.Unavailable(
        "the ECS Exec agent in the container is not connected ("
            + agent
            + "): it takes some seconds after the start, and needs the ssmmessages actions in the"
            + " task role (taskRoleArn) and a way to that endpoint; "
            + e.getMessage(),
        e);
  }

  private Optional<Task> describe(String arn) throws ProviderException {
    return calls
        .call(
            "ecs:DescribeTasks",
            ApiBucket.ECS_TASK_READ,
            () -> ecs.describeTasks(r -> r.cluster(config.cluster()).tasks(arn)))
        .tasks()
        .stream()
        .findFirst();
  }

  /** A session to a port on the loopback that a task's containers share. */
  PortSession forward(TaskIndex.Entry entry, String container, int port)
      throws ProviderException, ChannelException, InterruptedException {
    String target = target(entry, container);
    StartSessionResponse session;
    try {
      session =
          calls.call(
              "ssm:StartSession",
              ApiBucket.SSM_SESSIONS,
              () ->
                  ssm.startSession(
                      r ->
                          r.target(target)
                              .documentName("AWS-StartPortForwardingSession")
                              .parameters(Map.of("portNumber", List.of(String.valueOf(port))))));
    } catch (ProviderException.Invalid e) {
      throw refused(entry.arn(), container, e);
    }
    return new PortSession(
        open(new SessionTicket(session.sessionId(), session.streamUrl(), session.tokenValue())),
        port);
  }

  /** {@code ecs:CLUSTER_TASK_RUNTIME}: how Systems Manager names a container. */
  String target(TaskIndex.Entry entry, String container) throws ProviderException {
    String arn = entry.arn();
    String runtime =
        describe(arn).stream()
            .flatMap(task -> task.containers().stream())
            .filter(c -> container.equals(c.name()))
            .map(Container::runtimeId)
            .filter(id -> id != null && !id.isEmpty())
            .findFirst()
            .orElseThrow(
                () -> new ProviderException.NotFound("the container " + container + " has gone"));
    String cluster = config.cluster().substring(config.cluster().lastIndexOf('/') + 1);
    return "ecs:" + cluster + "_" + EcsStatusMapper.taskId(arn) + "_" + runtime;
  }

  @Override
  public Optional<SessionTicket> resume(SessionTicket ticket) throws ProviderException {
    ResumeSessionResponse again =
        calls.call(
            "ssm:ResumeSession",
            ApiBucket.SSM_SESSIONS,
            () -> ssm.resumeSession(r -> r.sessionId(ticket.sessionId())));
    return Optional.ofNullable(again.tokenValue())
        .filter(token -> !token.isEmpty())
        .map(
            token ->
                new SessionTicket(
                    ticket.sessionId(),
                    again.streamUrl() == null ? ticket.streamUrl() : again.streamUrl(),
                    token));
  }

  @Override
  public void terminate(String sessionId) throws ProviderException {
    calls.call(
        "ssm:TerminateSession",
        ApiBucket.SSM_SESSIONS,
        () -> ssm.terminateSession(r -> r.sessionId(sessionId)));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
