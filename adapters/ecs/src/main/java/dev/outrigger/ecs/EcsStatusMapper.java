package dev.outrigger.ecs;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerState.Running;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;

/** A task as a workload. Pure. */
final class EcsStatusMapper {

  private static final String STOPPED = "STOPPED";

  private static final String NOT_STARTED = "StartError";

  /** What container runtimes say of a program that could not be started; ECS gives no code then. */
  private static final int NOT_STARTED_CODE = 128;

  /** ECS's words for what went wrong (start of the reason), with the kubelet's. */
  private static final Map<String, String> REASONS =
      new TreeMap<>(
          Map.of(
              "OutOfMemoryError", "OOMKilled",
              "CannotPullContainerError", "ErrImagePull",
              "CannotPullImageManifestError", "ErrImagePull",
              "CannotPullECRContainerError", "ErrImagePull",
              "ResourceInitializationError", "CreateContainerConfigError",
              "CannotCreateContainerError", "CreateContainerError",
              "CannotStartContainerError", NOT_STARTED,
              "DockerTimeoutError", "RunContainerError"));

  private EcsStatusMapper() {}

  /**
   * @param before what was last reported of it: ECS gives no time for a container's own end, so
   *     that the first one reported stays
   */
  static Workload map(Task task, PodAttempt attempt, Optional<Workload> before, Instant now) {
    List<ContainerObservation> containers =
        task.containers().stream().map(c -> observe(task, c, before, now)).toList();
    Optional<Instant> latestEnd = ends(containers).max(Instant::compareTo);
    return new Workload(
        attempt,
        task.taskArn(),
        containers.stream().map(c -> notBefore(latestEnd, c, before)).toList(),
        address(task),
        STOPPED.equals(task.desiredStatus()) && !isStopped(task),
        Optional.empty());
  }

  static boolean isStopped(Task task) {
    return STOPPED.equals(task.lastStatus());
  }

  /** The last part of a task's ARN: its id, as log streams are named by. */
  static String taskId(String arn) {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }

  private static ContainerObservation observe(
      Task task, Container container, Optional<Workload> before, Instant now) {
    Optional<ContainerState> known = state(before, container.name());
    ContainerState state =
        known
            .filter(s -> s instanceof ContainerState.Terminated)
            .orElseGet(() -> state(task, container, known, now));
    return new ContainerObservation(
        container.name(),
        state,
        Optional.of("ecs://" + taskId(task.taskArn()) + "/" + container.name()),
        imageId(container));
  }

  private static Optional<ContainerState> state(Optional<Workload> workload, String container) {
    return workload.stream()
        .flatMap(w -> w.containers().stream())
        .filter(o -> o.name().equals(container))
        .map(ContainerObservation::state)
        .findFirst();
  }

  /** As a kubelet writes it: the repository, and the digest that was pulled. */
  private static Optional<String> imageId(Container container) {
    if (container.imageDigest() == null || container.imageDigest().isEmpty()) {
      return Optional.empty();
    }
    String repository =
        text(container.image()).replaceFirst("@.*$", "").replaceFirst(":[^/:]*$", "");
    return Optional.of(
        repository.isEmpty()
            ? container.imageDigest()
            : repository + "@" + container.imageDigest());
  }

  private static ContainerState state(
      Task task, Container container, Optional<ContainerState> known, Instant now) {
    boolean ended = STOPPED.equals(container.lastStatus()) && container.exitCode() != null;
    if (ended || isStopped(task)) {
      return terminated(task, container, known, now);
    }
    if ("RUNNING".equals(container.lastStatus()) || STOPPED.equals(container.lastStatus())) {
      // Stopped without an exit code: ECS may still learn it before the task itself is stopped.
      return known.filter(s -> s instanceof Running).orElseGet(() -> running(task, container, now));
    }
    return new ContainerState.Waiting("ContainerCreating", "task is " + task.lastStatus());
  }

  /**
   * One that is new has not begun before the end of what it may have waited for: ECS tells the
   * task's start only.
   */
  private static ContainerObservation notBefore(
      Optional<Instant> end, ContainerObservation container, Optional<Workload> before) {
    boolean known = state(before, container.name()).stream().anyMatch(Running.class::isInstance);
    return !known
            && container.state() instanceof Running running
            && end.filter(running.startedAt()::isBefore).isPresent()
        ? container.withState(new Running(end.get()))
        : container;
  }

  private static Stream<Instant> ends(List<ContainerObservation> containers) {
    return containers.stream()
        .map(ContainerObservation::state)
        .filter(ContainerState.Terminated.class::isInstance)
        .map(end -> ((ContainerState.Terminated) end).finishedAt());
  }

  private static ContainerState running(Task task, Container container, Instant now) {
    return STOPPED.equals(container.lastStatus())
        ? new ContainerState.Waiting("ContainerCreating", "task is " + task.lastStatus())
        : new Running(started(task).orElse(now));
  }

  private static ContainerState terminated(
      Task task, Container container, Optional<ContainerState> known, Instant now) {
    String reason = reason(task, container);
    Instant finished =
        first(task.executionStoppedAt(), task.stoppingAt(), task.stoppedAt()).orElse(now);
    Optional<Instant> started =
        known
            .flatMap(s -> s instanceof Running r ? Optional.of(r.startedAt()) : Optional.empty())
            .or(() -> container.exitCode() == null ? Optional.empty() : started(task))
            .map(s -> s.isAfter(finished) ? finished : s);
    return new ContainerState.Terminated(
        exitCode(container, reason), reason, message(task, container), started, finished);
  }

  private static OptionalInt exitCode(Container container, String reason) {
    if (container.exitCode() != null) {
      return OptionalInt.of(container.exitCode());
    }
    return reason.equals(NOT_STARTED) ? OptionalInt.of(NOT_STARTED_CODE) : OptionalInt.empty();
  }

  private static Optional<Instant> started(Task task) {
    return first(task.startedAt(), task.pullStoppedAt(), task.createdAt());
  }

  private static String reason(Task task, Container container) {
    Optional<String> named =
        Stream.of(
                text(container.reason()),
                container.exitCode() == null ? text(task.stoppedReason()) : "")
            .flatMap(
                words ->
                    REASONS.entrySet().stream()
                        .filter(r -> words.startsWith(r.getKey()))
                        .map(Map.Entry::getValue))
            .findFirst();
    return named.orElseGet(() -> reason(task, container.exitCode() == null));
  }

  private static String reason(Task task, boolean unknownExit) {
    TaskStopCode code = task.stopCode();
    if (code == null) {
      return "";
    }
    return switch (code) {
      case SPOT_INTERRUPTION, TERMINATION_NOTICE, SERVICE_SCHEDULER_INITIATED -> code.toString();
      case TASK_FAILED_TO_START -> unknownExit ? code.toString() : "";
      case ESSENTIAL_CONTAINER_EXITED, USER_INITIATED -> "";
      // Known to ECS, not to this SDK, for example InfrastructureHealth.
      case UNKNOWN_TO_SDK_VERSION -> text(task.stopCodeAsString());
    };
  }

  /** Nothing of a container that ended by itself: its end says all, as with a kubelet. */
  private static String message(Task task, Container container) {
    String own = text(container.reason());
    boolean usual =
        container.exitCode() != null
            && (task.stopCode() == TaskStopCode.ESSENTIAL_CONTAINER_EXITED
                || task.stopCode() == TaskStopCode.TASK_FAILED_TO_START);
    String ofTask = usual ? "" : text(task.stoppedReason());
    return own.isEmpty() || own.equals(ofTask)
        ? ofTask
        : ofTask.isEmpty() ? own : own + " (" + ofTask + ")";
  }

  private static Optional<String> address(Task task) {
    return task.attachments().stream()
        .filter(a -> "ElasticNetworkInterface".equals(a.type()))
        .flatMap(a -> a.details().stream())
        .filter(d -> "privateIPv4Address".equals(d.name()))
        .map(KeyValuePair::value)
        .filter(v -> v != null && !v.isEmpty())
        .findFirst();
  }

  private static Optional<Instant> first(@Nullable Instant... times) {
    return Stream.of(times).flatMap(Stream::ofNullable).findFirst();
  }

  private static String text(@Nullable String words) {
    return words == null ? "" : words;
  }
}
