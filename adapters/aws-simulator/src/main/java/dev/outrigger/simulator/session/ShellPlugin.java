package dev.outrigger.simulator.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.process.Executables;
import dev.outrigger.simulator.process.ProcessGuard;
import dev.outrigger.simulator.process.TerminalProcess;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.session.SessionMessage.PayloadType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private final ProcessGuard guard;
  private final SessionTarget target;
  private final String command;

  /** What is to be written to the terminal. */
  private final BlockingQueue<byte[]> input = new ArrayBlockingQueue<>(MOST_WAITING);

  /** Guarded by this. */
  private @Nullable TerminalProcess process;

  /** Guarded by this. */
  private boolean cancelled;

  ShellPlugin(ProcessGuard guard, SessionTarget target, String command) {
    this.guard = guard;
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
      return "\n----------ERROR-------\nUnable to start command: " + e.getMessage() + "\n";
    }
    channel.deliver();
    Thread writer = onPlatformThread("in", () -> write(running, channel));
    CompletableFuture<Void> read = new CompletableFuture<>();
    Thread reader =
        onPlatformThread(
            "out",
            () -> {
              try {
                pump(running, channel);
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
    return "";
  }

  private synchronized TerminalProcess start() throws IOException {
    if (cancelled) {
      throw new IOException("cancelled");
    }
    Map<String, String> environment = new HashMap<>(target.environment());
    environment.put("TERM", "xterm-256color");
    environment.putIfAbsent("LANG", "C.UTF-8");
    List<String> words = new ArrayList<>(Words.split(command));
    String program = words.getFirst();
    Optional<Path> file =
        Executables.find(program, environment.getOrDefault("PATH", ""), target.directory());
    if (file.isEmpty()) {
      throw new IOException(
          program.contains("/")
              ? "Failed to start pty: fork/exec " + program + ": no such file or directory"
              : "Failed to start pty: exec: \""
                  + program
                  + "\": executable file not found in $PATH");
    }
    words.set(0, file.get().toString());
    TerminalProcess started = TerminalProcess.start(guard, words, environment, target.directory());
    process = started;
    return started;
  }

  private static Thread onPlatformThread(String direction, Runnable work) {
    return Thread.ofPlatform().name("simulator-terminal-" + direction).daemon().start(work);
  }

  private static void pump(TerminalProcess running, AgentChannel channel)
      throws IOException, InterruptedException {
    TextPump text = new TextPump();
    byte[] buffer = new byte[CHUNK];
    for (int count = running.terminal().read(buffer, CHUNK);
        count >= 0;
        count = running.terminal().read(buffer, CHUNK)) {
      byte[] ready = text.process(buffer, count);
      if (ready.length > 0) {
        channel.send(PayloadType.OUTPUT, ready);
      }
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
