/**
 * What an upgraded connection carries: the streams of exec, attach and port-forward, over SPDY/3.1
 * and WebSocket.
 *
 * <pre>
 *   request -> Upgrade -> SpdyLink | WebSocketLink   (event loop: frames in)
 *                              |
 *              StreamInput, StreamOutput             (virtual threads: block, bounded both ways)
 *                              |
 *              CommandSession | PortForwarding       (what the streams mean)
 * </pre>
 *
 * <p>Statuses, texts and the order of frames are those of {@code k8s.io/kubelet/pkg/cri/streaming}
 * (Kubernetes 1.35) as containerd serves it, since the API server hands them on to kubectl.
 *
 * <p>Neither side knows flow control: Go's SPDY library sends no WINDOW_UPDATE and obeys none, and
 * WebSocket has none. TCP is the only brake. So output blocks its writer while a connection has
 * {@link dev.outrigger.agent.kubelet.stream.StreamLimits#windowBytes} under way, and a connection
 * is not read from while one of its streams holds {@link
 * dev.outrigger.agent.kubelet.stream.StreamLimits#inputBytes} that nobody has taken.
 */
@NullMarked
package dev.outrigger.agent.kubelet.stream;

import org.jspecify.annotations.NullMarked;
