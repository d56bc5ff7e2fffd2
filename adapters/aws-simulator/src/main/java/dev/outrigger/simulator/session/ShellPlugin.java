package dev.outrigger.simulator.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.process.TerminalProcess;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.session.SessionMessage.PayloadType;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command on a terminal. The agent gives its output as one stream and never its exit code: ECS
 * Exec is an interactive session.
 */
final class ShellPlugin implements SessionPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(ShellPlugin.class);

  /** StreamDataPayloadSize of the agent. */
  private static final int CHUNK = 1024;

  private static final int MOST_WAITING = 64;

  private final SessionTarget target;
  private final String command;

  /** What is to be written to the terminal. */
  private final BlockingQueue<byte[]> input = new ArrayBlockingQueue<>(MOST_WAITING);

  /** Guarded by this. */
  private @Nullable TerminalProcess process;

  /** Guarded by this. */
  private boolean cancelled;

  ShellPlugin(SessionTarget target, String command) {
    this.target = target;
    this.command = command;
  }

  @Override
  public String type() {
    return "InteractiveCommands";
  }

  @Override
  public JsonNode properties() {
    ObjectNode properties = Json.object();
    properties.putArray("commands").add(command);
    return properties;
  }

  @Override
  public String run(AgentChannel channel) throws IOException, InterruptedException {
    TerminalProcess running;
    try {
      running = start();
    } catch (IOException e) {
      return notStarted(String.valueOf(e.getMessage()));
    }
    channel.deliver();
    Thread writer = onPlatformThread("in", () -> write(running, channel));
    FailureFilter filter = new FailureFilter(target.shell().failure());
    CompletableFuture<Void> read = new CompletableFuture<>();
    Thread reader =
        onPlatformThread(
            "out",
            () -> {
              try {
                pump(running, filter, channel);
                read.complete(null);
              } catch (IOException | InterruptedException e) {
                read.completeExceptionally(e);
              }
            });
    try {
      read.get();
    } catch (ExecutionException e) {
      LOG.atDebug().setCause(e).log("a terminal's output was cut short");
    } finally {
      running.close();
      reader.interrupt();
      writer.interrupt();
    }
    return filter.failure().map(ShellPlugin::notStarted).orElse("");
  }

  private static String notStarted(String reason) {
    return "\n----------ERROR-------\nUnable to start command: " + reason + "\n";
  }

  private synchronized TerminalProcess start() throws IOException {
    if (cancelled) {
      throw new IOException("cancelled");
    }
    TerminalProcess started = target.shell().start(Words.split(command));
    process = started;
    return started;
  }

  private static Thread onPlatformThread(String direction, Runnable work) {
    return Thread.ofPlatform().name("simulator-terminal-" + direction).daemon().start(work);
  }

  private static void pump(TerminalProcess running, FailureFilter filter, AgentChannel channel)
      throws IOException, InterruptedException {
    TextPump text = new TextPump();
    byte[] buffer = new byte[CHUNK];
    for (int count = running.terminal().read(buffer, CHUNK);
        count >= 0;
        count = running.terminal().read(buffer, CHUNK)) {
      byte[] passed = filter.pass(buffer, count);
      byte[] ready = text.process(passed, passed.length);
      if (ready.length > 0) {
        channel.send(PayloadType.OUTPUT, ready);
      }
    }
    byte[] rest = filter.rest();
    if (rest.length > 0) {
      channel.send(PayloadType.OUTPUT, rest);
    }
  }

  private void write(TerminalProcess running, AgentChannel channel) {
    try {
      while (true) {
        byte[] data = input.take();
        channel.deliver();
        running.terminal().write(data);
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a terminal took no more input");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean take(int payloadType, byte[] payload) {
    @Nullable TerminalProcess running;
    synchronized (this) {
      running = process;
    }
    if (running == null) {
      return false;
    }
    try {
      if (payloadType == PayloadType.SIZE) {
        JsonNode size = Json.read(payload);
        running.terminal().resize(size.path("cols").asInt(), size.path("rows").asInt());
      } else if (payloadType == PayloadType.OUTPUT && payload.length > 0) {
        return input.offer(payload);
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a terminal could not be resized");
    }
    return true;
  }

  @Override
  public void cancel() {
    @Nullable TerminalProcess running;
    synchronized (this) {
      cancelled = true;
      running = process;
    }
    if (running != null) {
      running.close();
    }
  }
}
