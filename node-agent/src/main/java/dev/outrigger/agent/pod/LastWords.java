package dev.outrigger.agent.pod;

import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Termination messages: what the container wrote to its {@code terminationMessagePath}, where the
 * backend reads it; else, of one that ended badly and whose {@code terminationMessagePolicy} is
 * FallbackToLogsOnError, the last 80 lines of its log, 2 KiB at most, as the kubelet's
 * (pkg/kubelet/container/runtime.go).
 */
final class LastWords implements AutoCloseable {

  /** Is told on any thread; does not block. */
  interface Listener {

    /** What a container said last; nothing, when nothing can be read. */
    void said(Ended run, String words);

    /** Something that this Pod has waited for has come or will not come: look at it again. */
    void stoppedWaiting(String uid);
  }

  /** The ends of containers' logs. */
  interface Tails extends AutoCloseable {

    /**
     * Reads what a run said last, and then tells it once, on any thread: nothing, when nothing can
     * be read in time. Does not block.
     */
    void read(Ended run, Consumer<String> words);

    /** Nothing more is told soon. */
    @Override
    void close();
  }

  /**
   * A run of a container.
   *
   * @param attempt its number is that of the attempt and of the container's restarts in it together
   */
  record Ended(PodAttempt attempt, String container) {}

  private final Optional<Tails> tails;
  private final Listener listener;

  /** What was said; empty while it is being read. */
  private final Map<Ended, Optional<String>> heard = new ConcurrentHashMap<>();

  /**
   * @param tails empty where there are no logs
   */
  LastWords(Optional<Tails> tails, Listener listener) {
    this.tails = tails;
    this.listener = listener;
  }

  /**
   * Whether the status has to wait for something that this reads now. What ended before the Pod had
   * its outcome is told with it, or never.
   */
  boolean awaits(PodSituation now) {
    return now.pod() != null
        && now.workload() != null
        && !PodPhase.isTerminal(PodDecision.phase(now.status()))
        && awaits(now.pod(), now.workload());
  }

  /**
   * Starts to read what is wanted; whether any of it is still being read, or not yet in this
   * workload, which may have been looked at just before. Does not block.
   */
  private boolean awaits(Pod pod, Workload workload) {
    if (tails.isEmpty()) {
      return false;
    }
    boolean awaits = false;
    for (Container container : wanting(pod).toList()) {
      Map<Ended, ContainerState.Terminated> ends = ends(workload, container.getName());
      heard.keySet().removeIf(e -> isOf(e, workload, container) && !ends.containsKey(e));
      for (Map.Entry<Ended, ContainerState.Terminated> end : endedBadly(ends)) {
        Ended ended = end.getKey();
        if (heard.putIfAbsent(ended, Optional.empty()) == null) {
          tails.get().read(ended, words -> read(ended, words));
        }
        String said = end.getValue().message();
        awaits |=
            heard
                .getOrDefault(ended, Optional.empty())
                .filter(words -> words.isEmpty() || words.equals(said))
                .isEmpty();
      }
    }
    return awaits;
  }

  private static boolean isOf(Ended ended, Workload workload, Container container) {
    return ended.attempt.key().equals(workload.key())
        && ended.container.equals(container.getName());
  }

  /** The runs of a container whose ends are told: the current one, and the one before. */
  private static Map<Ended, ContainerState.Terminated> ends(Workload workload, String name) {
    Map<Ended, ContainerState.Terminated> ends = new HashMap<>();
    for (ContainerObservation container : workload.containers()) {
      if (container.name().equals(name)) {
        if (container.state() instanceof ContainerState.Terminated end) {
          ends.put(run(workload, container), end);
        }
        container.last().ifPresent(end -> ends.put(runBefore(workload, container), end));
      }
    }
    return ends;
  }

  private static Ended run(Workload workload, ContainerObservation container) {
    return ended(workload, container, container.restarts());
  }

  /** A container that waits to be started again has the run that it counts behind it. */
  private static Ended runBefore(Workload workload, ContainerObservation container) {
    boolean waits = container.state() instanceof ContainerState.Waiting;
    return ended(workload, container, Math.max(0, container.restarts() - (waits ? 0 : 1)));
  }

  private static Ended ended(Workload workload, ContainerObservation container, int restarts) {
    int number = workload.attempt().number() + restarts;
    return new Ended(new PodAttempt(workload.key(), number), container.name());
  }

  private static Stream<Container> wanting(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .filter(c -> "FallbackToLogsOnError".equals(c.getTerminationMessagePolicy()));
  }

  private static List<Map.Entry<Ended, ContainerState.Terminated>> endedBadly(
      Map<Ended, ContainerState.Terminated> ends) {
    return ends.entrySet().stream()
        .filter(e -> e.getValue().startedAt().isPresent())
        .filter(e -> e.getValue().exitCode().orElse(0) != 0)
        .filter(e -> e.getValue().lastWords().isEmpty())
        .toList();
  }

  /** In this order: who finds it heard writes the status with what was said, and somebody does. */
  private void read(Ended ended, String words) {
    listener.said(ended, words);
    heard.replace(ended, Optional.of(words));
    listener.stoppedWaiting(ended.attempt().key().uid());
  }

  /** The workload with its containers' own messages, else these, by container and run. Pure. */
  static Workload in(Workload workload, Map<Ended, String> words) {
    return new Workload(
        workload.attempt(),
        workload.handle(),
        workload.containers().stream().map(c -> in(workload, c, words)).toList(),
        workload.podIp(),
        workload.stopping(),
        workload.warning());
  }

  private static ContainerObservation in(
      Workload workload, ContainerObservation container, Map<Ended, String> words) {
    ContainerState state =
        container.state() instanceof ContainerState.Terminated t
            ? in(t, words.getOrDefault(run(workload, container), ""))
            : container.state();
    return new ContainerObservation(
        container.name(),
        state,
        container.containerId(),
        container.imageId(),
        container.restarts(),
        container.last().map(t -> in(t, words.getOrDefault(runBefore(workload, container), ""))));
  }

  private static ContainerState.Terminated in(ContainerState.Terminated end, String words) {
    String said = end.lastWords().orElse(words);
    return said.isEmpty()
        ? end
        : new ContainerState.Terminated(
            end.exitCode(), end.reason(), said, end.startedAt(), end.finishedAt(), end.lastWords());
  }

  /** Remembers nothing of a Pod that has gone. */
  void forget(String uid) {
    heard.keySet().removeIf(e -> e.attempt().key().uid().equals(uid));
  }

  @Override
  public void close() {
    tails.ifPresent(Tails::close);
  }
}
