package dev.outrigger.simulator.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.session.SessionMessage.PayloadType;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session: handshake, then its plugin, then goodbye. Thread-safe. */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final Duration DRAIN = Duration.ofSeconds(2);

  /** Of the agent that is played; it decides what the plugin dares. */
  private static final String AGENT_VERSION = "3.3.1611.0";

  private final String id;
  private final SessionPlugin plugin;
  private final AgentChannel channel;
  private final Runnable ended;
  private final AtomicBoolean greeted = new AtomicBoolean();
  private final AtomicBoolean finished = new AtomicBoolean();
  private volatile boolean started;

  Session(String id, SessionPlugin plugin, Clock clock, Runnable ended) {
    this.id = id;
    this.plugin = plugin;
    this.ended = ended;
    this.channel = new AgentChannel(id, clock, this::take);
  }

  String id() {
    return id;
  }

  AgentChannel channel() {
    return channel;
  }

  /** Starts the handshake with the first connection. */
  void connected(WebSocketConnection connection) {
    channel.attach(connection);
    if (!greeted.compareAndSet(false, true)) {
      return;
    }
    ObjectNode parameters = Json.object().put("SessionType", plugin.type());
    parameters.set("Properties", plugin.properties());
    ObjectNode request = Json.object().put("AgentVersion", AGENT_VERSION);
    request
        .putArray("RequestedClientActions")
        .addObject()
        .put("ActionType", "SessionType")
        .set("ActionParameters", parameters);
    send(PayloadType.HANDSHAKE_REQUEST, request);
  }

  private void send(int payloadType, JsonNode content) {
    try {
      channel.send(payloadType, Json.write(content));
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("session", id).setCause(e).log("the handshake was cut short");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean take(int payloadType, byte[] payload) {
    if (payloadType == PayloadType.HANDSHAKE_RESPONSE) {
      answered(Json.read(payload));
      return true;
    }
    // The agent drops what comes before its handshake is done.
    return !started || plugin.take(payloadType, payload);
  }

  private void answered(JsonNode response) {
    for (JsonNode action : response.path("ProcessedClientActions")) {
      if (action.path("ActionStatus").asInt() != 1) {
        end("The client refused " + action.path("ActionType").asText());
        return;
      }
    }
    Thread.ofVirtual().name("simulator-session-" + id).start(this::run);
  }

  private void run() {
    String output = "";
    // Waits until the response was acknowledged: the plugin fails on what comes right after this.
    channel.deliver();
    started = true;
    send(
        PayloadType.HANDSHAKE_COMPLETE,
        Json.object().put("HandshakeTimeToComplete", 1_000_000).put("CustomerMessage", ""));
    try {
      output = plugin.run(channel);
      channel.drain(DRAIN);
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("session", id).setCause(e).log("a session was cut short");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(output);
    }
  }

  /** Ends the session from outside. Idempotent. */
  void terminate() {
    plugin.cancel();
    end("");
  }

  private void end(String output) {
    if (finished.compareAndSet(false, true)) {
      plugin.cancel();
      channel.close(output);
      ended.run();
    }
  }
}
