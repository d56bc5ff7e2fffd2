package dev.outrigger.agent.hook;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.agent.probe.ProbeTarget;
import dev.outrigger.agent.probe.Prober;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The preStop hooks of one node's Pods, which run before a stop is asked for and take their time
 * from its grace. After a restart of the agent they run again. Safe for concurrent use; calls for
 * one Pod are not concurrent.
 */
public final class PreStops implements AutoCloseable {

  /** What a container gets even when its hook took all of the grace, as from the kubelet. */
  private static final Duration LEAST_GRACE = Duration.ofSeconds(2);

  /**
   * The hooks of one attempt, or that of one run of a container.
   *
   * @param number of the attempt, or of the run
   */
  private record Run(int number, Instant begun, AtomicInteger left, List<Thread> threads) {}

  private final HookRunner runner;
  private final PodEvents events;
  private final Clock clock;
  private final Consumer<String> ended;

  /** By a Pod's UID, or that and the container's name. */
  private final Map<String, Run> runs = new ConcurrentHashMap<>();

  /**
   * @param ended told a Pod's UID once all its hooks have ended; does not block
   */
  public PreStops(Provider provider, PodEvents events, Clock clock, Consumer<String> ended) {
    this(new HookRunner(new Prober(provider, "lifecycle")), events, clock, ended);
  }

  PreStops(HookRunner runner, PodEvents events, Clock clock, Consumer<String> ended) {
    this.runner = runner;
    this.events = events;
    this.clock = clock;
    this.ended = ended;
  }

  /**
   * Starts the hooks of what runs, if it has any and this was not done. Does not block.
   *
   * @return the grace that is left once they have ended or used it up; empty while they run: ask
   *     again when told, or when the grace is over
   */
  public Optional<Duration> graceLeft(Pod pod, Workload workload, Duration grace) {
    String uid = workload.key().uid();
    int attempt = workload.attempt().number();
    if (!isOf(runs.get(uid), attempt)) {
      forget(uid);
    }
    return graceLeft(uid, attempt, grace, pod, workload, ProbeTarget.containers(pod));
  }

  /** The same of one container alone, in its current run. */
  public Optional<Duration> graceLeft(Pod pod, Workload workload, ProbeTarget of, Duration grace) {
    List<Container> one =
        ProbeTarget.containers(pod).stream()
            .filter(c -> c.getName().equals(of.container()))
            .toList();
    return graceLeft(keyOf(of), of.number(), grace, pod, workload, one);
  }

  private Optional<Duration> graceLeft(
      String key,
      int number,
      Duration grace,
      Pod pod,
      Workload workload,
      List<Container> containers) {
    Run run = runs.get(key);
    if (run == null || run.number() != number) {
      end(runs.remove(key));
      run = begin(number, pod, workload, containers);
      if (run.threads().isEmpty()) {
        return Optional.of(grace);
      }
      runs.put(key, run);
      run.threads().forEach(Thread::start);
    }
    Duration left = grace.minus(Duration.between(run.begun(), clock.instant()));
    if (run.left().get() > 0 && left.isPositive()) {
      return Optional.empty();
    }
    run.threads().forEach(Thread::interrupt);
    return Optional.of(left.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : left);
  }

  private Run begin(int number, Pod pod, Workload workload, List<Container> containers) {
    Run run = new Run(number, clock.instant(), new AtomicInteger(), new ArrayList<>());
    for (Container container : containers) {
      Optional<LifecycleHandler> hook =
          Optional.ofNullable(container.getLifecycle()).map(l -> l.getPreStop());
      Optional<ProbeTarget> target = ProbeTarget.of(pod, container, workload);
      if (hook.isPresent() && target.isPresent()) {
        run.left().incrementAndGet();
        run.threads()
            .add(
                Thread.ofVirtual()
                    .name("pre-stop-" + container.getName())
                    .unstarted(() -> work(run, container, hook.get(), target.get())));
      }
    }
    return run;
  }

  private void work(Run run, Container container, LifecycleHandler hook, ProbeTarget target) {
    try {
      if (!runner.run(target, container, hook)) {
        events
            .in(target.fieldPath())
            .warning(target.attempt().key(), "FailedPreStopHook", "PreStopHook failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (run.left().decrementAndGet() == 0) {
        ended.accept(target.attempt().key().uid());
      }
    }
  }

  /** Whether hooks of this Pod as a whole have been started. */
  public boolean hasBegun(String uid) {
    return runs.containsKey(uid);
  }

  /** Whether that of this run of a container has been started. */
  public boolean hasBegun(ProbeTarget run) {
    return isOf(runs.get(keyOf(run)), run.number());
  }

  private static boolean isOf(@Nullable Run run, int number) {
    return run != null && run.number() == number;
  }

  private static String keyOf(ProbeTarget target) {
    return target.attempt().key().uid() + "/" + target.container();
  }

  /** Ends the hooks of a Pod that runs no more. */
  public void forget(String uid) {
    end(runs.remove(uid));
    List<String> ofContainers =
        runs.keySet().stream().filter(key -> key.startsWith(uid + "/")).toList();
    ofContainers.forEach(key -> end(runs.remove(key)));
  }

  private static void end(@Nullable Run run) {
    if (run != null) {
      run.threads().forEach(Thread::interrupt);
    }
  }

  @Override
  public void close() {
    Set.copyOf(runs.keySet()).forEach(this::forget);
  }
}
