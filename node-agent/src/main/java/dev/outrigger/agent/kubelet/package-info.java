/**
 * The kubelet's HTTPS API, one listener for each virtual node.
 *
 * <pre>
 *   TLS -> ConnectionHandler -> Authenticator -> Authorizer -> Route -> handler -> ResponseWriter
 *          (event loop)         (virtual thread, from here on)
 * </pre>
 *
 * <p>Statuses and texts are those of {@code pkg/kubelet/server/server.go} (Kubernetes 1.35), since
 * the API server hands them on to kubectl.
 */
@NullMarked
package dev.outrigger.agent.kubelet;

import org.jspecify.annotations.NullMarked;
