/**
 * Session Manager's data channel, from the client's side: what {@code session-manager-plugin} does
 * for the AWS CLI.
 *
 * <pre>
 *   ticket -> DataChannel -> Conversation (greeting, end) -> Outgoing (numbers, window, repetition)
 *                                                         -> Incoming (order, back-pressure)
 *                         -> Transport (one thread: writes, reconnects) -> Link (WebSocket)
 *   commands: CommandSession on a DataChannel; ports: PortSession on a DataChannel
 * </pre>
 *
 * <p>Blocking code; safe on virtual threads.
 *
 * <p>Facts and figures are those of session-manager-plugin 1.2 and amazon-ssm-agent 3.3.
 */
@NullMarked
package dev.outrigger.ecs.session;

import org.jspecify.annotations.NullMarked;
