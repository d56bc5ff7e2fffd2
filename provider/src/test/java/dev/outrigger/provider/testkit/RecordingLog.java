package dev.outrigger.provider.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogSink;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps the lines of a log. */
public final class RecordingLog implements LogSink {

  private final List<LogLine> lines = new CopyOnWriteArrayList<>();
  private final AtomicInteger caughtUp = new AtomicInteger();

  @Override
  public void line(LogLine line) {
    lines.add(line);
  }

  @Override
  public void caughtUp() {
    caughtUp.incrementAndGet();
  }

  public List<LogLine> lines() {
    return List.copyOf(lines);
  }

  public List<String> texts() {
    return lines.stream().map(l -> new String(l.text(), UTF_8)).toList();
  }

  public int timesCaughtUp() {
    return caughtUp.get();
  }
}
