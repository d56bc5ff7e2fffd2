/**
 * Session Manager's data channel, from the client's side: what {@code session-manager-plugin} does
 * for the AWS CLI.
 *
 * <p>ticket → {@link dev.outrigger.ecs.session.DataChannel} (WebSocket, token, handshake, sequence,
 * acknowledgement, resend, resume) → commands: {@link dev.outrigger.ecs.session.CommandSession};
 * ports: {@link dev.outrigger.ecs.session.PortSession}. Blocking code; safe on virtual threads.
 *
 * <p>Facts and figures are those of session-manager-plugin 1.2 and amazon-ssm-agent 3.3.
 */
@NullMarked
package dev.outrigger.ecs.session;

import org.jspecify.annotations.NullMarked;
