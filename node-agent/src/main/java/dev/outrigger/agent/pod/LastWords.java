package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Termination messages: what the container wrote to its {@code terminationMessagePath}, where the
 * backend reads it; else, of one that ended badly and whose {@code terminationMessagePolicy} is
 * FallbackToLogsOnError, the last 80 lines of its log, 2 KiB at most, as the kubelet's
 * (pkg/kubelet/container/runtime.go). A backend's log may be late: what is not there within some
 * seconds is not waited for.
 */
final class LastWords implements AutoCloseable {

  private static final int MOST_LINES = 80;
  private static final int MOST_BYTES = 2 << 10;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Is told on any thread; does not block. */
  interface Listener {

    /** What a container said last; nothing, when nothing can be read. */
    void said(Ended run, String words);

    /** Something that this Pod has waited for has come or will not come: look at it again. */
    void stoppedWaiting(String uid);
  }

  /**
   * A run of a container.
   *
   * @param attempt its number is that of the attempt and of the container's restarts in it together
   */
  record Ended(PodAttempt attempt, String container) {}

  private final Optional<LogSource> logs;
  private final Listener listener;

  /** What was said; empty while it is being read. */
  private final Map<Ended, Optional<String>> heard = new ConcurrentHashMap<>();

  private final Map<Ended, Thread> readers = new ConcurrentHashMap<>();

  LastWords(Optional<LogSource> logs, Listener listener) {
    this.logs = logs;
    this.listener = listener;
  }

  /**
   * Starts to read what is wanted; whether any of it is still being read, or not yet in this
   * workload, which may have been looked at just before. Does not block.
   */
  boolean awaits(Pod pod, Workload workload) {
    if (logs.isEmpty()) {
      return false;
    }
    boolean awaits = false;
    for (Container container : wanting(pod).toList()) {
      Map<Ended, ContainerState.Terminated> ends = ends(workload, container.getName());
      heard.keySet().removeIf(e -> isOf(e, workload, container) && !ends.containsKey(e));
      for (Map.Entry<Ended, ContainerState.Terminated> end : endedBadly(ends)) {
        Ended ended = end.getKey();
        if (heard.putIfAbsent(ended, Optional.empty()) == null) {
          readers.put(
              ended, Thread.ofVirtual().name("last-words").start(() -> read(logs.get(), ended)));
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

  private void read(LogSource source, Ended ended) {
    Tail tail = new Tail();
    LogQuery query =
        new LogQuery(
            ended.attempt(),
            ended.container(),
            Optional.empty(),
            OptionalInt.of(MOST_LINES),
            false);
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              source.read(query, tail);
              return true;
            });
    Thread.ofVirtual().name("last-words-log").start(task);
    try {
      task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The log cannot be read, or not yet: the container's end is told without it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } finally {
      task.cancel(true);
      readers.remove(ended);
    }
    // In this order: who finds it heard writes the status with what was said, and somebody does.
    String words = tail.text();
    listener.said(ended, words);
    heard.put(ended, Optional.of(words));
    listener.stoppedWaiting(ended.attempt().key().uid());
  }

  /** The last lines, each with its end. */
  private static final class Tail implements LogSink {

    private final Deque<byte[]> lines = new ArrayDeque<>(); // guarded by this

    @Override
    public synchronized void line(LogLine line) {
      byte[] text = line.text();
      ByteArrayOutputStream whole = new ByteArrayOutputStream(text.length + 1);
      whole.writeBytes(text);
      if (line.terminated()) {
        whole.write('\n');
      }
      lines.addLast(whole.toByteArray());
      if (lines.size() > MOST_LINES) {
        lines.removeFirst();
      }
    }

    @Override
    public void caughtUp() {}

    synchronized String text() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      lines.forEach(all::writeBytes);
      byte[] bytes = all.toByteArray();
      int skipped = Math.max(0, bytes.length - MOST_BYTES);
      return new String(bytes, skipped, bytes.length - skipped, StandardCharsets.UTF_8);
    }
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
    Set.copyOf(readers.values()).forEach(Thread::interrupt);
  }
}
