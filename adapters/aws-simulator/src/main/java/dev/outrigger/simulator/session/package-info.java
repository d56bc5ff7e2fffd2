/**
 * Session Manager: its API, the data channel, and the agent at its other end.
 *
 * <p>StartSession or ExecuteCommand → {@link dev.outrigger.simulator.session.SessionHub} (id,
 * token, URL) → WebSocket → token → {@link dev.outrigger.simulator.session.AgentChannel}
 * (handshake, sequence, acknowledgement, resend) → a shell on a terminal, or ports through smux.
 *
 * <p>Figures and behaviour are those of amazon-ssm-agent and session-manager-plugin. Other than
 * there: the agent does not wait a second before its first output nor a millisecond between
 * messages, never encrypts (no KMS), and does not serve plugins older than 1.1.70 a port.
 */
@NullMarked
package dev.outrigger.simulator.session;

import org.jspecify.annotations.NullMarked;
