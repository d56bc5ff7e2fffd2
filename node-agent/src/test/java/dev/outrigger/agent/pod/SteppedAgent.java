package dev.outrigger.agent.pod;

import dev.outrigger.agent.observe.FakeEvents;
import dev.outrigger.agent.resolve.NodeFacts;
import dev.outrigger.agent.status.StatusWriter;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One life of an agent: a real controller, told by a watch and a provider that tell only when they
 * are made to, and worked by hand.
 */
final class SteppedAgent implements SteppedApi.Listener, SteppedBackend.Listener {

  static final NodeFacts NODE =
      new NodeFacts(
          "node",
          "10.0.0.9",
          Map.of(),
          true,
          Map.of("pods", new BigDecimal(100), "cpu", new BigDecimal(10)));

  private final SteppedApi api;
  private final SteppedBackend backend;
  private final SteppedProvider provider;
  private final PodController controller;
  private final Admission admission;
  private final Map<String, Pod> cache = new HashMap<>();
  private final Deque<Runnable> changes = new ArrayDeque<>();
  private final Deque<Runnable> observations = new ArrayDeque<>();
  private final Set<PodAttempt> knownEnded = new HashSet<>();
  private final Set<String> confirmed = new HashSet<>();
  private @Nullable SteppedQueue queue;
  private @Nullable SteppedCare care;
  private boolean open;

  SteppedAgent(SteppedApi api, SteppedBackend backend, VirtualTime time, Step.Kind kind) {
    this.api = api;
    this.backend = backend;
    this.provider = new SteppedProvider(backend, kind);
    PodParts parts =
        TestParts.of(NODE, provider, new Calls(), new Statuses(), new FakeEvents(), time);
    this.admission = parts.admission();
    this.controller =
        new PodController(
            parts,
            handler -> queue = new SteppedQueue(handler, time),
            listener -> care = new SteppedCare(listener, time, backend));
    api.watch(Optional.of(this));
    api.list().forEach(this::seen);
    open();
  }

  /** Begins to act, if the backend can be listed. */
  private void open() {
    try {
      backend.listener(Optional.of(this));
      provider.list().forEach(this::hear);
      backend.held().forEach(this::observed);
      open = true;
      controller.open();
    } catch (ProviderException e) {
      open = false;
    }
  }

  private void seen(Pod pod) {
    Pod before = cache.put(pod.getMetadata().getName(), pod);
    if (before != null && !uid(before).equals(uid(pod))) {
      controller.podGone(before, true);
    }
    controller.podSeen(pod);
  }

  private void gone(Pod pod, boolean certain) {
    cache.remove(pod.getMetadata().getName());
    controller.podGone(pod, certain);
  }

  private void hear(Workload workload) {
    if (workload.isTerminated()) {
      knownEnded.add(workload.attempt());
    }
    controller.observed(workload);
  }

  @Override
  public void changed(Pod pod) {
    changes.add(() -> seen(pod));
  }

  @Override
  public void removed(Pod pod) {
    changes.add(() -> gone(pod, true));
  }

  @Override
  public void observed(Workload workload) {
    observations.add(() -> hear(workload));
  }

  @Override
  public void gone(PodAttempt attempt) {
    observations.add(() -> controller.gone(attempt));
  }

  boolean tellNext() {
    return runNext(changes);
  }

  boolean hearNext() {
    return runNext(observations);
  }

  private static boolean runNext(Deque<Runnable> pending) {
    Runnable next = pending.poll();
    if (next != null) {
      next.run();
    }
    return next != null;
  }

  /** An older state of a Pod that the agent knows of, and in time what is so. */
  void tellAgain(String name, int back) {
    Pod known = cache.get(name);
    if (known != null) {
      List<Pod> states = api.history(uid(known));
      controller.podSeen(states.get(Math.max(0, states.indexOf(known) - back)));
      changes.addFirst(() -> controller.podSeen(known));
    }
  }

  /** An older observation; not of what was forgotten, since providers tell of a Pod in order. */
  void hearAgain(SteppedRun run, int back) {
    if (open && !run.removed && remembered().contains(run.attempt.key().uid())) {
      hear(run.history.get(Math.max(0, run.history.size() - 1 - back)));
    }
  }

  void relist() {
    changes.clear();
    List<Pod> now = api.list();
    Set<String> names = new HashSet<>();
    now.forEach(p -> names.add(p.getMetadata().getName()));
    List.copyOf(cache.values()).stream()
        .filter(p -> !names.contains(p.getMetadata().getName()))
        .forEach(p -> gone(p, false));
    now.forEach(this::seen);
  }

  boolean work() {
    if (!open) {
      open();
    }
    return open && queue().handleNext();
  }

  SteppedQueue queue() {
    return java.util.Objects.requireNonNull(queue);
  }

  SteppedCare care() {
    return java.util.Objects.requireNonNull(care);
  }

  Admission admission() {
    return admission;
  }

  /** The UIDs of which it remembers anything. */
  Set<String> remembered() {
    Set<String> uids = new TreeSet<>();
    controller.forEach(entry -> uids.add(entry.key().uid()));
    return uids;
  }

  /** What it was told last of this Pod. */
  Optional<Pod> told(String uid) {
    return cache.values().stream().filter(p -> uid(p).equals(uid)).findFirst();
  }

  boolean knowsEnd(PodAttempt attempt) {
    return knownEnded.contains(attempt);
  }

  void kill() {
    api.watch(Optional.empty());
    backend.listener(Optional.empty());
    controller.close();
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }

  private final class Statuses extends StatusWriter {
    @SuppressWarnings("NullAway") // nothing of the parent's is used
    Statuses() {
      super(null);
    }

    @Override
    public boolean write(PodKey key, PodStatus before, PodStatus after) {
      return api.patch(key, before, after);
    }
  }

  private final class Calls extends PodApi {
    @SuppressWarnings("NullAway") // nothing of the parent's is used
    Calls() {
      super(null, null, "node");
    }

    @Override
    boolean exists(PodKey key) {
      return api.exists(key);
    }

    @Override
    void confirmDeletion(PodKey key) {
      api.confirm(key);
      if (!confirmed.add(key.uid())) {
        throw new AssertionError("the deletion of " + key.uid() + " is confirmed again");
      }
    }
  }
}
