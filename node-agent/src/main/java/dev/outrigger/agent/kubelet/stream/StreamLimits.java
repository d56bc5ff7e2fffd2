package dev.outrigger.agent.kubelet.stream;

import java.time.Duration;

/**
 * What callers may use up with streams.
 *
 * @param sessions exec, attach and port-forward in progress at once on a node; more are answered by
 *     503
 * @param streams open at once on one connection; more are refused one by one
 * @param inputBytes that one stream holds for a slow reader before its connection is not read from
 * @param windowBytes of one connection under way to a slow client
 * @param headerBytes of one stream's headers
 * @param idle of a connection
 * @param creation of the streams of a command, or of one forwarded connection
 * @param probe a connection that is not being read from is sent a ping so often, to learn whether
 *     the client still lives
 * @param linger after the last frame the client may take so long to close its side
 */
public record StreamLimits(
    int sessions,
    int streams,
    int inputBytes,
    int windowBytes,
    int headerBytes,
    IdleTime idle,
    CreationTime creation,
    Duration probe,
    Duration linger) {

  /** Idle and creation time are the kubelet's. */
  public static StreamLimits defaults() {
    return new StreamLimits(
        1024,
        512,
        256 << 10,
        256 << 10,
        16 << 10,
        new IdleTime(Duration.ofHours(4)),
        new CreationTime(Duration.ofSeconds(30)),
        Duration.ofSeconds(15),
        Duration.ofSeconds(5));
  }
}
