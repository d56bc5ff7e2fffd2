package dev.outrigger.simulator.session;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** What a session does once its handshake is done. */
interface SessionPlugin {

  /** The session type, as the handshake names it. */
  String type();

  /** The properties of the session type. */
  JsonNode properties();

  /**
   * Runs to the session's end, on a thread of its own.
   *
   * @return what the client is told at the end; mostly empty
   */
  String run(AgentChannel channel) throws IOException, InterruptedException;

  /** As {@link AgentChannel.Input#take}. */
  boolean take(int payloadType, byte[] payload);

  /** Makes {@link #run} return soon. Idempotent; may come before it. */
  void cancel();
}
