package dev.outrigger.simulator.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.session.SessionMessage.PayloadType;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TCP connections to one port, many in one session, as smux streams. What the client sends ends a
 * connection in both directions, as with the agent: smux has no half-close.
 */
final class PortPlugin implements SessionPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(PortPlugin.class);
  private static final int CHUNK = 1024;
  private static final int MOST_WAITING = 256;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int FLAG_TERMINATE = 2;
  private static final int FLAG_CONNECT_ERROR = 3;

  /** MaxReceiveBuffer of smux: a stream that is read slowly holds all others up after that. */
  private static final int RECEIVE_BUDGET = 4 << 20;

  private static final byte[] END = {};

  private final SessionTarget target;
  private final Place place;
  private final BlockingQueue<byte[]> input = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
  private final Semaphore budget = new Semaphore(RECEIVE_BUDGET);

  /** Lets whole frames out one after the other. */
  private final ReentrantLock sending = new ReentrantLock();

  private volatile boolean cancelled;
  private volatile @Nullable Thread demultiplexer;

  private static final class Stream {
    private final BlockingQueue<byte[]> toPort = new LinkedBlockingQueue<>();
    private volatile @Nullable Socket socket;

    void close() {
      Socket open = socket;
      if (open != null) {
        try {
          open.close();
        } catch (IOException e) {
          LOG.atDebug().setCause(e).log("a forwarded connection did not close");
        }
      }
      toPort.add(END);
    }
  }

  /**
   * What is forwarded.
   *
   * @param host empty: the container itself
   * @param localPort what the client is to open; empty leaves that to it
   */
  record Place(String host, int port, String localPort) {}

  PortPlugin(SessionTarget target, Place place) {
    this.target = target;
    this.place = place;
  }

  @Override
  public String type() {
    return "Port";
  }

  @Override
  public JsonNode properties() {
    ObjectNode properties =
        Json.object()
            .put("portNumber", String.valueOf(place.port()))
            .put("localPortNumber", place.localPort())
            .put("type", "LocalPortForwarding");
    if (!place.host().isEmpty()) {
      properties.put("host", place.host());
    }
    return properties;
  }

  @Override
  public String run(AgentChannel channel) throws IOException, InterruptedException {
    demultiplexer = Thread.currentThread();
    try (InputStream messages = new Messages(channel)) {
      while (!cancelled) {
        frame(Smux.read(messages), channel);
      }
    } catch (IOException e) {
      if (!cancelled) {
        return "Port forwarding failed: " + e.getMessage();
      }
    } catch (InterruptedException e) {
      if (!cancelled) {
        throw e;
      }
    } finally {
      demultiplexer = null;
      streams.values().forEach(Stream::close);
    }
    return "";
  }

  private void frame(Smux frame, AgentChannel channel) throws InterruptedException {
    switch (frame.command()) {
      case Smux.OPEN -> {
        Stream stream = new Stream();
        if (streams.putIfAbsent(frame.stream(), stream) == null) {
          Thread.ofVirtual()
              .name("simulator-port-" + place.port())
              .start(() -> connect(frame.stream(), stream, channel));
        }
      }
      case Smux.DATA -> {
        Stream stream = streams.get(frame.stream());
        if (stream != null && frame.data().length > 0) {
          budget.acquire(frame.data().length);
          stream.toPort.add(frame.data());
        }
      }
      case Smux.FIN -> {
        Stream stream = streams.get(frame.stream());
        if (stream != null) {
          stream.toPort.add(END);
        }
      }
      default -> {}
    }
  }

  private void connect(int id, Stream stream, AgentChannel channel) {
    try (Socket socket = dial()) {
      socket.setTcpNoDelay(true);
      stream.socket = socket;
      Thread writer =
          Thread.ofVirtual()
              .name("simulator-port-in-" + place.port())
              .start(() -> write(stream, socket));
      read(id, socket, channel);
      writer.interrupt();
    } catch (IOException e) {
      LOG.atDebug()
          .addKeyValue("port", place.port())
          .setCause(e)
          .log("a forwarded connection failed");
      flag(channel);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      streams.remove(id);
      finish(id, channel);
      stream.toPort.forEach(waiting -> budget.release(waiting.length));
    }
  }

  private Socket dial() throws IOException {
    List<String> addresses = place.host().isEmpty() ? target.addresses() : List.of(place.host());
    IOException first = new IOException("no address");
    for (String address : addresses) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, place.port()), CONNECT_MILLIS);
        return socket;
      } catch (IOException e) {
        socket.close();
        first = e;
      }
    }
    throw first;
  }

  private void write(Stream stream, Socket socket) {
    try {
      for (byte[] data = stream.toPort.take(); data.length > 0; data = stream.toPort.take()) {
        try {
          socket.getOutputStream().write(data);
        } finally {
          budget.release(data.length);
        }
      }
      socket.close();
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a forwarded connection took no more");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(int id, Socket socket, AgentChannel channel) throws InterruptedException {
    byte[] buffer = new byte[Smux.LARGEST];
    try {
      InputStream in = socket.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        send(new Smux(Smux.DATA, id, Arrays.copyOf(buffer, count)), channel);
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a forwarded connection was lost");
    }
  }

  private void finish(int id, AgentChannel channel) {
    try {
      send(new Smux(Smux.FIN, id, END), channel);
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a stream's end could not be told");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void flag(AgentChannel channel) {
    try {
      channel.send(
          PayloadType.FLAG, ByteBuffer.allocate(Integer.BYTES).putInt(FLAG_CONNECT_ERROR).array());
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a failed connection could not be told");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(Smux frame, AgentChannel channel) throws IOException, InterruptedException {
    byte[] bytes = frame.write();
    sending.lockInterruptibly();
    try {
      for (int from = 0; from < bytes.length; from += CHUNK) {
        channel.send(
            PayloadType.OUTPUT,
            Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + CHUNK)));
      }
    } finally {
      sending.unlock();
    }
  }

  @Override
  public boolean take(int payloadType, byte[] payload) {
    if (payloadType == PayloadType.FLAG && payload.length >= Integer.BYTES) {
      if (ByteBuffer.wrap(payload).getInt() == FLAG_TERMINATE) {
        cancel();
      }
      return true;
    }
    return payloadType != PayloadType.OUTPUT || payload.length == 0 || input.offer(payload);
  }

  @Override
  public void cancel() {
    cancelled = true;
    streams.values().forEach(Stream::close);
    Thread running = demultiplexer;
    if (running != null) {
      running.interrupt();
    }
  }

  /** The messages' payloads as one stream, for the demultiplexer's thread. */
  private final class Messages extends InputStream {
    private final AgentChannel channel;
    private byte[] current = END;
    private int at;

    Messages(AgentChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (at == current.length) {
        try {
          current = input.take();
          at = 0;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
        channel.deliver();
      }
      int count = Math.min(length, current.length - at);
      System.arraycopy(current, at, buffer, offset, count);
      at += count;
      return count;
    }
  }
}
