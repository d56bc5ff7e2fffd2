package dev.outrigger.agent.api;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a class logs in the thread that has opened this: other tests may have it log meanwhile. */
public final class RecordedLog extends Handler implements AutoCloseable {

  private final Logger logger;
  private final long thread = Thread.currentThread().threadId();
  private final List<String> lines = new CopyOnWriteArrayList<>();

  public RecordedLog(Class<?> of) {
    logger = Logger.getLogger(of.getName());
    logger.addHandler(this);
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void publish(LogRecord line) {
    if (line.getLongThreadID() == thread) {
      lines.add(line.getMessage());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
