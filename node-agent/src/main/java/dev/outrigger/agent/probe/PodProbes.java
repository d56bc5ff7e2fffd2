package dev.outrigger.agent.probe;

import dev.outrigger.agent.observe.PodEvents;
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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

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
    this(new Prober(provider, "probe"), events, clock, listener);
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
    for (Container container : ProbeTarget.containers(pod)) {
      List<ProbeSpec> specs = specs(container);
      if (!specs.isEmpty()) {
        sync(known, specs, pod, container, workload, status);
      }
    }
  }

  private void sync(
      Probed known,
      List<ProbeSpec> specs,
      Pod pod,
      Container container,
      Workload workload,
      PodStatus status) {
    ContainerProbes probes = known.containers().get(container.getName());
    Optional<ProbeTarget> running = ProbeTarget.of(pod, container, workload);
    if (running.isEmpty()) {
      if (probes != null) {
        probes.stop();
      }
      return;
    }
    ProbeTarget target = running.get();
    if (probes != null && probes.runNumber() != target.run()) {
      probes.stop();
      probes = null;
    }
    boolean deleting = pod.getMetadata().getDeletionTimestamp() != null;
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
    Optional<ContainerStatus> reported = target.reportedRunning(status);
    ContainerProbes probes =
        new ContainerProbes(
            specs,
            target,
            reported.filter(s -> Boolean.TRUE.equals(s.getStarted())).isPresent(),
            reported.filter(s -> Boolean.TRUE.equals(s.getReady())).isPresent(),
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

  private static List<ProbeSpec> specs(Container container) {
    return Arrays.stream(ProbeKind.values())
        .flatMap(kind -> ProbeSpec.of(kind, container).stream())
        .toList();
  }

  private static boolean isProbed(Pod pod) {
    return ProbeTarget.containers(pod).stream()
        .anyMatch(
            c ->
                c.getStartupProbe() != null
                    || c.getLivenessProbe() != null
                    || c.getReadinessProbe() != null);
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
