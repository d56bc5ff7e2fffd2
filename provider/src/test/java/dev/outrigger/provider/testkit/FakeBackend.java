package dev.outrigger.provider.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A backend in memory, which outlives its {@link FakeProvider}s as a cloud outlives the agent.
 *
 * <p>A container runs from its creation until it is deleted, unless its command says otherwise:
 * {@code exit 3} ends at once, {@code print a b} writes lines and ends with 0, {@code
 * print-and-sleep a b} writes lines and runs. A test can hold starts and stops back, end containers
 * by hand, and make calls fail before or after their effect. It starts containers again by itself
 * ({@link Trait#CONTAINER_RESTARTS}) only if told so, and then only those whose end is asked for.
 */
public final class FakeBackend {

  /** What can be made to fail. */
  public enum Call {
    CREATE,
    DELETE,
    LIST,
    LOGS
  }

  private record Failure(ProviderException exception, boolean afterEffect) {}

  private final Clock clock;
  private final Object lock = new Object();
  // Guarded by lock: starts, failures, holds. Workloads are replaced under lock, read without.
  private final Set<String> deleted = new HashSet<>();
  private final Map<PodAttempt, Integer> starts = new ConcurrentHashMap<>();
  private final Map<PodAttempt, FakeWorkload> workloads = new ConcurrentHashMap<>();
  private final Map<Call, Queue<Failure>> failures = new EnumMap<>(Call.class);
  private final List<FakeProvider> listeners = new CopyOnWriteArrayList<>();
  private boolean startsHeld;
  private boolean stopsHeld;
  private volatile boolean restarting;

  public FakeBackend(Clock clock) {
    this.clock = clock;
  }

  /** A provider of this node on this backend. */
  public FakeProvider provider(String nodeName) {
    return new FakeProvider(this, nodeName);
  }

  /** From now on a created workload stays Waiting until {@link #start}. */
  public void holdStarts() {
    synchronized (lock) {
      startsHeld = true;
    }
  }

  /** From now on a deleted workload is stopping until {@link #end}. */
  public void holdStops() {
    synchronized (lock) {
      stopsHeld = true;
    }
  }

  /** From now on its providers say that containers are started again alone. */
  public void restartContainers() {
    restarting = true;
  }

  boolean restartsContainers() {
    return restarting;
  }

  /** Whether the end of this Pod's workloads was ever asked for. */
  public boolean wasDeleted(String uid) {
    synchronized (lock) {
      return deleted.contains(uid);
    }
  }

  /** The next call fails without any effect. May be given several times, for several calls. */
  public void failNext(Call call, ProviderException exception) {
    fail(call, new Failure(exception, false));
  }

  /** The next call has its effect, but the caller sees this: its answer was lost. */
  public void failNextAfterEffect(Call call, ProviderException exception) {
    fail(call, new Failure(exception, true));
  }

  public int starts(PodAttempt attempt) {
    return starts.getOrDefault(attempt, 0);
  }

  /** Every attempt that was ever started, with how often: more than once is a bug of somebody. */
  public Map<PodAttempt, Integer> starts() {
    return Map.copyOf(starts);
  }

  public Optional<Workload> workload(PodAttempt attempt) {
    return Optional.ofNullable(workloads.get(attempt)).map(FakeWorkload::view);
  }

  /** Lets a held workload run. */
  public void start(PodAttempt attempt) {
    change(attempt, w -> w.withStates(new ContainerState.Running(clock.instant())));
  }

  /** Ends every container; an empty exit code is an unknown one. */
  public void end(PodAttempt attempt, OptionalInt exitCode, String reason) {
    change(attempt, w -> w.ended(exitCode, reason, clock.instant()));
  }

  /** Puts one container into this state. */
  public void set(PodAttempt attempt, String container, ContainerState state) {
    change(attempt, w -> w.withState(container, state));
  }

  /** Forgets the workload, as when someone removed it behind the agent's back. */
  public void remove(PodAttempt attempt) {
    synchronized (lock) {
      FakeWorkload workload = workloads.remove(attempt);
      if (workload != null) {
        listeners.forEach(l -> l.gone(workload));
        lock.notifyAll();
      }
    }
  }

  /** Appends a line to a container's standard output. */
  public void log(PodAttempt attempt, String container, String line) {
    byte[] text = line.getBytes(UTF_8);
    LogLine entry = new LogLine(clock.instant(), LogLine.Stream.STDOUT, text, true);
    synchronized (lock) {
      existing(attempt).logOf(container).add(entry);
      lock.notifyAll();
    }
  }

  Workload create(String node, PodWork work) throws ProviderException {
    synchronized (lock) {
      Optional<Failure> failure = nextFailure(Call.CREATE);
      failBefore(failure);
      FakeWorkload workload = workloads.get(work.attempt());
      if (workload == null) {
        starts.merge(work.attempt(), 1, Integer::sum);
        ContainerState state =
            startsHeld
                ? new ContainerState.Waiting("ContainerCreating", "")
                : new ContainerState.Running(clock.instant());
        workload = FakeWorkload.of(node, work, state);
        put(workload);
        if (!startsHeld) {
          obeyCommand(work);
        }
      }
      failAfter(failure);
      return workloads.getOrDefault(work.attempt(), workload).view();
    }
  }

  void delete(String node, String uid) throws ProviderException {
    synchronized (lock) {
      Optional<Failure> failure = nextFailure(Call.DELETE);
      failBefore(failure);
      deleted.add(uid);
      for (FakeWorkload w : List.copyOf(workloads.values())) {
        if (w.node().equals(node) && w.view().key().uid().equals(uid) && !w.view().isTerminated()) {
          put(stopsHeld ? w.stopping() : w.ended(OptionalInt.of(137), "Error", clock.instant()));
        }
      }
      failAfter(failure);
    }
  }

  void stopContainer(ContainerStop stop) {
    synchronized (lock) {
      for (FakeWorkload w : List.copyOf(workloads.values())) {
        if (w.view().key().equals(stop.run().key())) {
          put(w.runStopped(stop, clock.instant()));
        }
      }
    }
  }

  List<Workload> list(String node) throws ProviderException {
    synchronized (lock) {
      Optional<Failure> failure = nextFailure(Call.LIST);
      failBefore(failure);
      failAfter(failure);
      return of(workloads.values(), node);
    }
  }

  /** Adds a listener and tells it what there is, with no change in between. */
  void listen(FakeProvider listener, Runnable first) {
    synchronized (lock) {
      first.run();
      if (!listeners.contains(listener)) {
        listeners.add(listener);
      }
    }
  }

  List<Workload> peek(String node) {
    return of(workloads.values(), node);
  }

  void forget(FakeProvider listener) {
    synchronized (lock) {
      listeners.remove(listener);
    }
  }

  /** The lines from this position on; waits for one to come, or the container's end, if asked. */
  List<LogLine> lines(String node, PodAttempt attempt, String container, int from, boolean wait)
      throws ProviderException, InterruptedException {
    synchronized (lock) {
      Optional<Failure> failure = nextFailure(Call.LOGS);
      failBefore(failure);
      failAfter(failure);
      while (true) {
        FakeWorkload workload = workloads.get(attempt);
        if (workload == null || !workload.node().equals(node) || !workload.has(container)) {
          throw new ProviderException.NotFound("no container " + container + " of " + attempt);
        }
        List<LogLine> lines = workload.logOf(container);
        if (!wait || lines.size() > from || workload.hasEnded(container)) {
          return List.copyOf(lines.subList(Math.min(from, lines.size()), lines.size()));
        }
        lock.wait(Duration.ofMinutes(1).toMillis());
      }
    }
  }

  private void obeyCommand(PodWork work) {
    for (var container : work.containers()) {
      List<String> command = container.command();
      String verb = command.isEmpty() ? "" : command.getFirst();
      if (verb.startsWith("print")) {
        command.stream().skip(1).forEach(l -> log(work.attempt(), container.name(), l));
      }
      if (verb.equals("exit") || verb.equals("print")) {
        int code = verb.equals("exit") ? Integer.parseInt(command.getLast()) : 0;
        var ended =
            FakeWorkload.terminated(
                OptionalInt.of(code), code == 0 ? "Completed" : "Error", clock.instant());
        change(work.attempt(), w -> w.withState(container.name(), ended));
      }
    }
  }

  private interface Change {
    FakeWorkload of(FakeWorkload before);
  }

  private void change(PodAttempt attempt, Change change) {
    synchronized (lock) {
      put(change.of(existing(attempt)));
    }
  }

  private FakeWorkload existing(PodAttempt attempt) {
    FakeWorkload workload = workloads.get(attempt);
    if (workload == null) {
      throw new IllegalStateException("the fake backend holds no " + attempt);
    }
    return workload;
  }

  private void put(FakeWorkload workload) {
    workloads.put(workload.view().attempt(), workload);
    listeners.forEach(l -> l.observed(workload));
    lock.notifyAll();
  }

  private void fail(Call call, Failure failure) {
    synchronized (lock) {
      failures.computeIfAbsent(call, c -> new ArrayDeque<>()).add(failure);
    }
  }

  private Optional<Failure> nextFailure(Call call) {
    Queue<Failure> queue = failures.get(call);
    return queue == null ? Optional.empty() : Optional.ofNullable(queue.poll());
  }

  private static void failBefore(Optional<Failure> failure) throws ProviderException {
    if (failure.isPresent() && !failure.get().afterEffect()) {
      throw failure.get().exception();
    }
  }

  private static void failAfter(Optional<Failure> failure) throws ProviderException {
    if (failure.isPresent()) {
      throw failure.get().exception();
    }
  }

  private static List<Workload> of(Collection<FakeWorkload> workloads, String node) {
    return workloads.stream().filter(w -> w.node().equals(node)).map(FakeWorkload::view).toList();
  }
}
