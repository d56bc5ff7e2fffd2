package dev.outrigger.agent.pod;

import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.LogSource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The last 80 lines of containers' logs, 2 KiB at most. A backend's log may be late: what is not
 * there within some seconds is not waited for.
 */
final class LogTails implements LastWords.Tails {

  private static final int MOST_LINES = 80;
  private static final int MOST_BYTES = 2 << 10;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final LogSource logs;
  private final Map<LastWords.Ended, Thread> readers = new ConcurrentHashMap<>();

  LogTails(LogSource logs) {
    this.logs = logs;
  }

  @Override
  public void read(LastWords.Ended ended, Consumer<String> words) {
    readers.put(ended, Thread.ofVirtual().name("last-words").start(() -> readNow(ended, words)));
  }

  private void readNow(LastWords.Ended ended, Consumer<String> words) {
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
              logs.read(query, tail);
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
    words.accept(tail.text());
  }

  @Override
  public void close() {
    Set.copyOf(readers.values()).forEach(Thread::interrupt);
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
}
