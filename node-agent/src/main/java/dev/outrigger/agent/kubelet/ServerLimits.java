package dev.outrigger.agent.kubelet;

import dev.outrigger.agent.kubelet.stream.StreamLimits;
import java.time.Duration;

/**
 * What one node's server lets callers use up.
 *
 * @param connections open at once; more are closed on arrival
 * @param requests in progress at once, followed logs and streams included; more are answered by 503
 * @param uriBytes of the request line
 * @param headerBytes of all headers together
 * @param bodyBytes of a request
 * @param headerTime from the start of a connection until its first request has come completely
 * @param idleTime between a connection's requests
 * @param stallTime a reader of a response may take nothing for so long
 * @param windowBytes of one response under way to a slow reader
 * @param fileCheck how often certificate, key and client CA are looked at for changes
 * @param streams of exec, attach and port-forward
 */
public record ServerLimits(
    int connections,
    int requests,
    int uriBytes,
    int headerBytes,
    int bodyBytes,
    Duration headerTime,
    Duration idleTime,
    Duration stallTime,
    int windowBytes,
    Duration fileCheck,
    StreamLimits streams) {

  /** Idle and stall time are the kubelet's (90 s, 4 h). */
  public static ServerLimits defaults() {
    return new ServerLimits(
        4096,
        3072,
        16 << 10,
        64 << 10,
        64 << 10,
        Duration.ofSeconds(30),
        Duration.ofSeconds(90),
        Duration.ofHours(4),
        128 << 10,
        Duration.ofSeconds(10),
        StreamLimits.defaults());
  }
}
