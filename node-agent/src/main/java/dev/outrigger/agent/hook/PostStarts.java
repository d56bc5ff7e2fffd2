package dev.outrigger.agent.hook;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.probe.ProbeTarget;
import dev.outrigger.agent.probe.Prober;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The postStart hooks of one node's Pods. A container whose hook has not ended is not reported as
 * running, so that an agent that is killed meanwhile runs the hook again. Safe for concurrent use;
 * calls for one Pod are not concurrent.
 */
public final class PostStarts implements AutoCloseable {

  private enum Stage {
    RUNS,
    ENDED,
    FAILED
  }

  /** The hooks of one attempt, by container; each of the run whose number is with it. */
  private record Started(
      int attempt,
      Map<String, Stage> stages,
      Map<String, Integer> runs,
      Map<String, Thread> threads) {}

  private final HookRunner runner;
  private final PodEvents events;
  private final BiConsumer<String, PodHealth> listener;
  private final Map<String, Started> pods = new ConcurrentHashMap<>();

  /**
   * @param listener told of a Pod by its UID whenever a hook of it begins or ends; does not block
   */
  public PostStarts(Provider provider, PodEvents events, BiConsumer<String, PodHealth> listener) {
    this(new HookRunner(new Prober(provider, "lifecycle")), events, listener);
  }

  PostStarts(HookRunner runner, PodEvents events, BiConsumer<String, PodHealth> listener) {
    this.runner = runner;
    this.events = events;
    this.listener = listener;
  }

  /**
   * Runs the hooks of containers that have come to run since. Does not block.
   *
   * @param status what was last written: a container that it calls running has had its hook
   */
  public void sync(Pod pod, Workload workload, PodStatus status) {
    String uid = workload.key().uid();
    Started known = pods.get(uid);
    for (Container container : ProbeTarget.containers(pod)) {
      Optional<LifecycleHandler> hook = hook(container);
      if (hook.isPresent()) {
        if (known == null || known.attempt() != workload.attempt().number()) {
          forget(uid);
          known =
              new Started(
                  workload.attempt().number(),
                  new ConcurrentHashMap<>(),
                  new ConcurrentHashMap<>(),
                  new HashMap<>());
          pods.put(uid, known);
        }
        sync(known, container, hook.get(), ProbeTarget.of(pod, container, workload), status);
      }
    }
  }

  private void sync(
      Started known,
      Container container,
      LifecycleHandler hook,
      Optional<ProbeTarget> target,
      PodStatus status) {
    String name = container.getName();
    if (target.isEmpty()) {
      Optional.ofNullable(known.threads().remove(name)).ifPresent(Thread::interrupt);
    } else if (!Objects.equals(known.runs().get(name), target.get().run())) {
      Optional.ofNullable(known.threads().remove(name)).ifPresent(Thread::interrupt);
      known.runs().put(name, target.get().run());
      if (target.get().reportedRunning(status).isPresent()) {
        known.stages().put(name, Stage.ENDED);
        tell(target.get(), known);
      } else {
        known.stages().put(name, Stage.RUNS);
        tell(target.get(), known);
        known
            .threads()
            .put(
                name,
                Thread.ofVirtual()
                    .name("post-start-" + name)
                    .start(() -> run(known, container, hook, target.get())));
      }
    }
  }

  private void run(Started known, Container container, LifecycleHandler hook, ProbeTarget target) {
    try {
      boolean well = runner.run(target, container, hook);
      if (!well) {
        events
            .in(target.fieldPath())
            .warning(target.attempt().key(), "FailedPostStartHook", "PostStartHook failed");
      }
      if (Objects.equals(known.runs().get(container.getName()), target.run())) {
        known.stages().put(container.getName(), well ? Stage.ENDED : Stage.FAILED);
        tell(target, known);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(ProbeTarget target, Started known) {
    listener.accept(
        target.attempt().key().uid(),
        PodHealth.ofHooks(
            known.attempt(),
            names(known, stage -> stage != Stage.ENDED),
            names(known, stage -> stage == Stage.FAILED).stream()
                .collect(
                    Collectors.toMap(name -> name, name -> known.runs().getOrDefault(name, 0)))));
  }

  private static Set<String> names(Started known, Predicate<Stage> chosen) {
    return known.stages().entrySet().stream()
        .filter(e -> chosen.test(e.getValue()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static Optional<LifecycleHandler> hook(Container container) {
    return Optional.ofNullable(container.getLifecycle()).map(l -> l.getPostStart());
  }

  /** Ends the hooks of a Pod that runs no more. */
  public void forget(String uid) {
    Started known = pods.remove(uid);
    if (known != null) {
      known.threads().values().forEach(Thread::interrupt);
    }
  }

  @Override
  public void close() {
    Set.copyOf(pods.keySet()).forEach(this::forget);
  }
}
