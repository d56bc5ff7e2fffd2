package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.journal.JournalEntry;
import dev.outrigger.simulator.process.ProcessUsage;
import dev.outrigger.simulator.service.SimulatorContext;
import dev.outrigger.simulator.session.SessionTarget;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one task: PROVISIONING → PENDING → ACTIVATING → RUNNING → DEACTIVATING → STOPPING →
 * DEPROVISIONING → STOPPED. A request to stop is heard in every state.
 */
final class TaskLife {
  private static final Logger LOG = LoggerFactory.getLogger(TaskLife.class);

  private final SimulatorContext context;
  private final LifeCycleDelays delays;
  private final TaskHosts hosts;
  private final TaskResources resources;
  private final Task task;
  private final TaskPlan plan;
  private final TaskReport report;
  private volatile boolean abandoned;

  /** Null until the task has a place. */
  private volatile @Nullable TaskHost host;

  /** INVARIANT: a run that is added when this was abandoned is killed before it can start. */
  private final List<ContainerRun> runs = new CopyOnWriteArrayList<>();

  private final ContainerOrder order = new ContainerOrder(runs);

  /** Each completes when a container has ended and the task shows how. */
  private final List<CompletableFuture<Void>> recorded = new CopyOnWriteArrayList<>();

  TaskLife(
      SimulatorContext context,
      LifeCycleDelays delays,
      TaskHosts hosts,
      TaskResources resources,
      Task task,
      TaskPlan plan) {
    this.context = context;
    this.delays = delays;
    this.hosts = hosts;
    this.resources = resources;
    this.task = task;
    this.plan = plan;
    this.report = new TaskReport(task, context.clock());
  }

  /** Drives the task to STOPPED; returns then. */
  void run() throws InterruptedException {
    if (!pause(delays.provisioning())) {
      openHost().ifPresent(this::attach);
      TaskHost place = host;
      if (place != null && !pause(delays.pending()) && prepare(place)) {
        report.status("ACTIVATING");
        if (!pause(delays.activating())) {
          startContainers();
          awaitRunning();
          awaitEnd();
        }
      }
    }
    windDown();
  }

  private Optional<TaskHost> openHost() {
    try {
      return Optional.of(hosts.open(task, plan));
    } catch (StartException e) {
      requestStop("TaskFailedToStart", e.text());
      return Optional.empty();
    }
  }

  private void attach(TaskHost opened) {
    host = opened;
    report.attached(opened.address());
  }

  private void requestStop(String code, String reason) {
    task.requestStop(new Task.StopRequest(code, reason), context.clock().instant());
  }

  /** Waits; true when the task is to stop. */
  private boolean pause(Duration delay) throws InterruptedException {
    if (delay.isZero()) {
      return task.stop().isDone();
    }
    try {
      task.stop().get(delay.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Pulls images and resources; false when the task cannot start. */
  private boolean prepare(TaskHost place) {
    for (TaskPlan.Container container : plan.containers()) {
      try {
        report.pulled(container, place.pull(container));
        TaskResources.Resources own = resources.prepare(task, plan, container);
        ContainerRun run =
            new ContainerRun(
                container,
                () -> place.start(container, own.environment(), own.lines()),
                context.clock());
        runs.add(run);
        if (abandoned) {
          run.kill();
        }
      } catch (StartException e) {
        report.notPulled(container, e.text());
        requestStop("TaskFailedToStart", e.text());
        return false;
      }
    }
    report.allPulled();
    return true;
  }

  /** Each container starts when its dependencies allow it. */
  private void startContainers() {
    for (ContainerRun run : runs) {
      recorded.add(run.ended().thenAccept(end -> onEnd(run, end)));
      var _ =
          order
              .mayStart(run)
              .whenCompleteAsync(
                  (ok, error) -> {
                    if (error == null) {
                      start(run);
                    } else {
                      run.fail("DependencyError: a container it depends on did not succeed");
                    }
                  },
                  work -> Thread.ofVirtual().name("simulator-container-start").start(work));
    }
  }

  private void start(ContainerRun run) {
    if (run.start()) {
      report.started(run.container().name(), runtimeId(run));
    }
  }

  private String runtimeId(ContainerRun run) {
    return task.id() + "-" + Math.floorMod(run.container().name().hashCode(), Integer.MAX_VALUE);
  }

  /** A running container by its name or runtime id, as a session sees it. */
  Optional<SessionTarget> target(String nameOrRuntimeId) {
    return runs.stream()
        .filter(
            run ->
                run.container().name().equals(nameOrRuntimeId)
                    || runtimeId(run).equals(nameOrRuntimeId))
        .findFirst()
        .flatMap(run -> run.target(portAddresses()));
  }

  private List<String> portAddresses() {
    TaskHost place = host;
    return place == null ? List.of() : place.portAddresses();
  }

  Task task() {
    return task;
  }

  /** What each container's processes use, of those that run, by the container's name. */
  Map<String, ProcessUsage> usage() {
    Map<String, ProcessUsage> usage = new LinkedHashMap<>();
    runs.forEach(run -> run.usage().ifPresent(u -> usage.put(run.container().name(), u)));
    return usage;
  }

  private void onEnd(ContainerRun run, ContainerEnd end) {
    report.ended(run.container().name(), end);
    if (end.neverRan() && end.reason() != null) {
      requestStop("TaskFailedToStart", end.reason());
    } else if (run.container().essential()) {
      requestStop("EssentialContainerExited", "Essential container in task exited");
    }
  }

  /** RUNNING means that every container runs or has ended. */
  private void awaitRunning() throws InterruptedException {
    CompletableFuture<?> all =
        CompletableFuture.allOf(
            runs.stream().map(ContainerRun::started).toArray(CompletableFuture[]::new));
    waitFor(CompletableFuture.anyOf(all, task.stop()));
    boolean ran = runs.stream().allMatch(run -> run.started().isDone());
    boolean failed = runs.stream().anyMatch(TaskLife::neverRan);
    if (!ran || failed) {
      return;
    }
    report.running();
    context
        .faults()
        .strike(Fault.SpotInterruption.class, "ecs", "RunTask")
        .ifPresent(this::interruptLater);
  }

  private static boolean neverRan(ContainerRun run) {
    return run.ended().getNow(new ContainerEnd(0, null)).neverRan();
  }

  private void interruptLater(Fault.SpotInterruption spot) {
    CompletableFuture.delayedExecutor(spot.afterRunning().toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> context.faults().interruptSpot(task.arn()));
  }

  /** An essential container's end asks to stop; without it, the end of all does. */
  private void awaitEnd() throws InterruptedException {
    CompletableFuture<?> all = allEnded();
    waitFor(CompletableFuture.anyOf(all, task.stop()));
    if (all.isDone()) {
      requestStop("EssentialContainerExited", "Essential container in task exited");
    }
  }

  private CompletableFuture<?> allEnded() {
    return CompletableFuture.allOf(recorded.toArray(CompletableFuture[]::new));
  }

  private static void waitFor(CompletableFuture<?> future) throws InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      LOG.atDebug().setCause(e).log("a container's dependency failed");
    }
  }

  private void windDown() throws InterruptedException {
    if (task.text("lastStatus").equals("RUNNING")) {
      report.status("DEACTIVATING");
    }
    report.status("STOPPING");
    runs.forEach(ContainerRun::retire);
    for (ContainerRun run : runs) {
      var _ = order.mayStop(run).thenRun(run::stop);
    }
    waitFor(allEnded());
    report.allEnded();
    Thread.sleep(delays.stopping());
    report.status("DEPROVISIONING");
    Thread.sleep(delays.deprovisioning());
    TaskHost place = host;
    if (place != null) {
      place.close();
    }
    report.stopped();
    context
        .journal()
        .add(
            new JournalEntry.WorkloadStopped(
                context.clock().instant(), "ecs", task.arn(), task.text("stopCode")));
  }

  /** Kills the containers when the simulator ends. */
  void abandon() {
    abandoned = true;
    runs.forEach(ContainerRun::kill);
  }
}
