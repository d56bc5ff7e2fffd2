package dev.outrigger.ecs.session;

import dev.outrigger.provider.ProviderException;
import java.util.Optional;

/** The calls to AWS that a running session needs. They block. */
public interface SessionApi {

  /** A new ticket for a session whose connection was lost; empty when the session has ended. */
  Optional<SessionTicket> resume(SessionTicket ticket) throws ProviderException;

  /** Ends a session, and what runs in it. One that has ended is no error. */
  void terminate(String sessionId) throws ProviderException;
}
