package dev.outrigger.agent.probe;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Probes the containers of one node's Pods. {@link #sync} says what runs; whatever is found out is
 * told to the listener, on a probe's thread. Safe for concurrent use; calls for one Pod are not
 * concurrent.
 */
public final class PodProbes implements AutoCloseable {

  private final Prober prober;
  private final ProbeEvents events;
  private final Clock clock;
  private final BiConsumer<String, PodHealth> listener;
  private final Map<String, Probed> probed = new ConcurrentHashMap<>();

  /** One attempt's containers under probes; those that have ended stay in, without threads. */
  private record Probed(int attempt, Map<String, ContainerProbes> containers) {}

  /**
   * @param listener told of a Pod's health by its UID, whenever it has changed; does not block
   */
  public PodProbes(
      Provider provider, PodEvents events, Clock clock, BiConsumer<String, PodHealth> listener) {
    this(new Prober(provider), events, clock, listener);
  }

  PodProbes(Prober prober, PodEvents events, Clock clock, BiConsumer<String, PodHealth> listener) {
    this.prober = prober;
    this.events = new ProbeEvents(events);
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * Has those containers probed that run, and no others. Does not block.
   *
   * @param status what was last written of the Pod: a container that was ready stays so over a
   *     restart of the agent until its probe says otherwise
   */
  public void sync(Pod pod, Workload workload, PodStatus status) {
    String uid = workload.key().uid();
    Probed known = probed.get(uid);
    if (known == null && !isProbed(pod)) {
      return;
    }
    int attempt = workload.attempt().number();
    if (known == null || known.attempt() != attempt) {
      forget(uid);
      known = new Probed(attempt, new HashMap<>());
      probed.put(uid, known);
    }
    boolean deleting = pod.getMetadata().getDeletionTimestamp() != null;
    for (Container container : all(pod).toList()) {
      List<ProbeSpec> specs = specs(container);
      if (!specs.isEmpty()) {
        sync(known, specs, container.getName(), workload, status, deleting);
      }
    }
  }

  private void sync(
      Probed known,
      List<ProbeSpec> specs,
      String name,
      Workload workload,
      PodStatus status,
      boolean deleting) {
    ContainerProbes probes = known.containers().get(name);
    ContainerState state =
        workload.containers().stream()
            .filter(c -> c.name().equals(name))
            .map(ContainerObservation::state)
            .findFirst()
            .orElse(new ContainerState.Waiting("", ""));
    if (!(state instanceof ContainerState.Running running)) {
      if (probes != null) {
        probes.stop();
      }
      return;
    }
    ProbeTarget target =
        new ProbeTarget(workload.attempt(), name, running.startedAt(), workload.podIp());
    if (probes == null) {
      start(known, specs, target, status, deleting);
    } else {
      probes.target(target);
      if (deleting) {
        probes.stopForDeletion();
      }
    }
  }

  private void start(
      Probed known, List<ProbeSpec> specs, ProbeTarget target, PodStatus status, boolean deleting) {
    String uid = target.attempt().key().uid();
    boolean wasStarted = knew(target, status, ContainerStatus::getStarted);
    boolean wasReady = knew(target, status, ContainerStatus::getReady);
    ContainerProbes probes =
        new ContainerProbes(
            specs,
            target,
            wasStarted,
            wasReady,
            new ContainerProbes.Surroundings(prober, events, clock, () -> changed(uid)));
    synchronized (known) {
      known.containers().put(target.container(), probes);
    }
    changed(uid);
    probes.run();
    if (deleting) {
      probes.stopForDeletion();
    }
  }

  private void changed(String uid) {
    Probed known = probed.get(uid);
    if (known != null) {
      synchronized (known) {
        listener.accept(uid, PodHealth.of(known.attempt(), known.containers()));
      }
    }
  }

  private static boolean knew(
      ProbeTarget target,
      PodStatus status,
      java.util.function.Function<ContainerStatus, Boolean> what) {
    return Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses())
        .filter(java.util.Objects::nonNull)
        .flatMap(List::stream)
        .filter(s -> s.getName().equals(target.container()))
        .filter(s -> s.getRestartCount() == target.attempt().number())
        .filter(s -> s.getState() != null && s.getState().getRunning() != null)
        .anyMatch(s -> Boolean.TRUE.equals(what.apply(s)));
  }

  private static List<ProbeSpec> specs(Container container) {
    return Arrays.stream(ProbeKind.values())
        .flatMap(kind -> ProbeSpec.of(kind, container).stream())
        .toList();
  }

  private static boolean isProbed(Pod pod) {
    return all(pod)
        .anyMatch(
            c ->
                c.getStartupProbe() != null
                    || c.getLivenessProbe() != null
                    || c.getReadinessProbe() != null);
  }

  private static Stream<Container> all(Pod pod) {
    return Stream.concat(
        pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
  }

  /** Ends the probes of a Pod that runs no more. */
  public void forget(String uid) {
    Probed known = probed.remove(uid);
    if (known != null) {
      known.containers().values().forEach(ContainerProbes::stop);
    }
  }

  @Override
  public void close() {
    List.copyOf(probed.keySet()).forEach(this::forget);
  }
}
