package dev.outrigger.simulator.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.service.SimulatorContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every session that has not ended, and the WebSocket server where their data channels are opened,
 * on 127.0.0.1 only.
 */
public final class SessionHub implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SessionHub.class);
  private static final int MOST_WAITING = 512;

  private final SimulatorContext context;
  private final ServerSocket server;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();

  /** By token, the session's id. A token works until the session's end. */
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  private final ScheduledExecutorService resends =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("simulator-resend").daemon().factory());

  /** What a client needs to open a data channel. */
  public record Ticket(String sessionId, String streamUrl, String token) {}

  /** Starts to listen on a free port. */
  public SessionHub(SimulatorContext context) {
    this.context = context;
    try {
      this.server = new ServerSocket();
      server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), MOST_WAITING);
    } catch (IOException e) {
      throw new UncheckedIOException("the simulator cannot listen for data channels", e);
    }
    Thread.ofVirtual().name("simulator-data-channels").start(this::listen);
    var _ =
        resends.scheduleWithFixedDelay(
            () -> sessions.values().forEach(session -> session.channel().resend()),
            AgentChannel.RESEND_TICK.toMillis(),
            AgentChannel.RESEND_TICK.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** A session that runs a command on a terminal, as ECS Exec does. */
  public Ticket command(String prefix, SessionTarget target, String command) {
    return start(prefix, target, new ShellPlugin(target, command));
  }

  /** A session that forwards TCP connections. */
  Ticket port(String prefix, SessionTarget target, PortPlugin.Place place) {
    return start(prefix, target, new PortPlugin(target, place));
  }

  private Ticket start(String prefix, SessionTarget target, SessionPlugin plugin) {
    String id = prefix + HexFormat.of().formatHex(bytes(9)).substring(1);
    Session session = new Session(id, plugin, context.clock(), () -> forget(id));
    sessions.put(id, session);
    var _ = target.ended().whenComplete((ok, error) -> session.terminate());
    return ticket(id);
  }

  private void forget(String id) {
    sessions.remove(id);
    tokens.values().removeIf(id::equals);
  }

  /** A further token for a session that still runs. */
  Optional<Ticket> resume(String id) {
    return sessions.containsKey(id) ? Optional.of(ticket(id)) : Optional.empty();
  }

  /** Ends a session; false when there is none. */
  boolean terminate(String id) {
    Optional<Session> session = Optional.ofNullable(sessions.get(id));
    session.ifPresent(Session::terminate);
    return session.isPresent();
  }

  /** Drops every connection of a data channel without a word; the sessions go on. For tests. */
  public void cutConnections() {
    sessions.values().forEach(session -> session.channel().cut());
  }

  /** How many sessions have not ended. */
  public int running() {
    return sessions.size();
  }

  private Ticket ticket(String id) {
    String token = Base64.getEncoder().encodeToString(bytes(96));
    tokens.put(token, id);
    return new Ticket(
        id,
        "ws://127.0.0.1:%d/v1/data-channel/%s?role=publish_subscribe"
            .formatted(server.getLocalPort(), id),
        token);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private void listen() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().name("simulator-data-channel").start(() -> serve(socket));
      } catch (IOException e) {
        if (!server.isClosed()) {
          LOG.atWarn().setCause(e).log("a data channel could not be accepted");
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      WebSocketConnection connection = new WebSocketConnection(socket);
      Optional<Session> session = open(connection);
      if (session.isEmpty()) {
        connection.end(1008);
        return;
      }
      session.get().connected(connection);
      for (var message = connection.read(); message.isPresent(); message = connection.read()) {
        session.get().channel().receive(SessionMessage.read(message.get().data()));
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a data channel was lost");
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("a data channel failed");
    }
  }

  /** The first message is the token, and belongs to the session that the URL names. */
  private Optional<Session> open(WebSocketConnection connection) throws IOException {
    Optional<WebSocketConnection.Message> first = connection.read();
    if (first.isEmpty() || first.get().opcode() != WebSocketConnection.TEXT) {
      return Optional.empty();
    }
    JsonNode hello = Json.read(first.get().data());
    for (String field :
        new String[] {"MessageSchemaVersion", "RequestId", "TokenValue", "ClientId"}) {
      if (hello.path(field).asText().isEmpty()) {
        return Optional.empty();
      }
    }
    String id = tokens.getOrDefault(hello.path("TokenValue").asText(), "");
    String path = connection.target().replaceAll("\\?.*", "");
    return path.endsWith("/data-channel/" + id)
        ? Optional.ofNullable(sessions.get(id))
        : Optional.empty();
  }

  /** A ticket as ECS answers it. */
  public static ObjectNode describe(Ticket ticket) {
    return Json.object()
        .put("sessionId", ticket.sessionId())
        .put("streamUrl", ticket.streamUrl())
        .put("tokenValue", ticket.token());
  }

  @Override
  public void close() {
    resends.shutdownNow();
    sessions.values().forEach(Session::terminate);
    try {
      server.close();
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("the data channels' socket did not close");
    }
  }
}
