package dev.outrigger.agent.probe;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The probes of one running container: a thread for each kind, from {@link #run} to {@link #stop}.
 * Rules as the kubelet's worker (pkg/kubelet/prober/worker.go): the start-up probe holds back the
 * others and runs until its first verdict; what fails for good is not probed any more.
 */
final class ContainerProbes {

  /** What the threads need from outside. */
  record Surroundings(Prober prober, ProbeEvents events, Clock clock, Runnable changed) {}

  private final Surroundings around;
  private final Map<ProbeKind, Thread> threads = new EnumMap<>(ProbeKind.class); // guarded by this
  private final CountDownLatch started;
  private final List<ProbeSpec> specs;
  private volatile ProbeTarget target;
  private volatile boolean ready;
  private volatile PodHealth.@Nullable Unwell unwell;

  /**
   * @param wasStarted what was known of it before this agent started, or false
   * @param wasReady likewise
   */
  ContainerProbes(
      List<ProbeSpec> specs,
      ProbeTarget target,
      boolean wasStarted,
      boolean wasReady,
      Surroundings around) {
    this.specs = List.copyOf(specs);
    this.target = target;
    this.around = around;
    this.started = new CountDownLatch(has(ProbeKind.STARTUP) && !wasStarted ? 1 : 0);
    this.ready = !has(ProbeKind.READINESS) || wasReady;
  }

  private boolean has(ProbeKind kind) {
    return specs.stream().anyMatch(s -> s.kind() == kind);
  }

  synchronized void run() {
    for (ProbeSpec spec : specs) {
      if (spec.kind() != ProbeKind.STARTUP || !isStarted()) {
        threads.put(
            spec.kind(),
            Thread.ofVirtual()
                .name("%s-probe-%s".formatted(spec.kind().word(), target.container()))
                .start(() -> work(spec)));
      }
    }
  }

  /** The Pod's address may come later than its containers. */
  void target(ProbeTarget latest) {
    target = latest;
  }

  /** Of which run of the container, in its attempt. */
  int runNumber() {
    return target.run();
  }

  boolean isStarted() {
    return started.getCount() == 0;
  }

  boolean isReady() {
    return ready;
  }

  Optional<PodHealth.Unwell> unwell() {
    return Optional.ofNullable(unwell);
  }

  /** A Pod that is being deleted is only asked whether it is ready. */
  synchronized void stopForDeletion() {
    threads.forEach(
        (kind, thread) -> {
          if (kind != ProbeKind.READINESS) {
            thread.interrupt();
          }
        });
  }

  synchronized void stop() {
    threads.values().forEach(Thread::interrupt);
    threads.clear();
  }

  private void work(ProbeSpec spec) {
    try {
      Instant due = target.startedAt().plus(spec.initialDelay());
      pause(Duration.between(around.clock().instant(), due));
      if (spec.kind() != ProbeKind.STARTUP) {
        started.await();
      }
      Tally tally = new Tally(spec);
      boolean goOn = true;
      while (goOn) {
        Instant begin = around.clock().instant();
        goOn = once(spec, tally);
        if (goOn) {
          pause(spec.period().minus(Duration.between(begin, around.clock().instant())));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause(Duration wait) throws InterruptedException {
    if (wait.isPositive()) {
      TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    }
  }

  /** Whether to probe again. */
  private boolean once(ProbeSpec spec, Tally tally) throws InterruptedException {
    ProbeOutcome outcome = around.prober().probe(target, spec);
    around.events().probed(target, spec.kind(), outcome);
    Optional<Boolean> verdict =
        switch (outcome) {
          case ProbeOutcome.Success s -> tally.count(true);
          case ProbeOutcome.Warning w -> tally.count(true);
          case ProbeOutcome.Failure f -> tally.count(false);
          case ProbeOutcome.Unknown u -> Optional.empty();
        };
    return verdict.isEmpty() || conclude(spec, verdict.get());
  }

  private boolean conclude(ProbeSpec spec, boolean success) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the container is not probed any more");
    }
    if (spec.kind() == ProbeKind.READINESS) {
      boolean changed = ready != success;
      ready = success;
      if (changed) {
        around.changed().run();
      }
      return true;
    }
    if (!success) {
      unwell =
          new PodHealth.Unwell(
              target.container(), target.run(), Optional.of(spec.kind()), spec.grace());
      around.changed().run();
    } else if (spec.kind() == ProbeKind.STARTUP) {
      started.countDown();
      around.changed().run();
    }
    return success && spec.kind() == ProbeKind.LIVENESS;
  }
}
