package dev.outrigger.provider;

import java.io.IOException;

/** A provider's way of joining the streams of a container's own process. */
public interface AttachTarget {

  /**
   * Carries the output from now on, and the input if the container has one ({@code stdin: true}),
   * until the container has ended or the client has gone (the thread is interrupted, or a stream
   * throws). Never ends the container, except that the end of the client's input ends a container's
   * that has {@code stdinOnce: true}.
   *
   * @throws ProviderException.NotFound when no such container runs
   * @throws IOException only as thrown by the streams
   */
  void attach(PodAttempt attempt, String container, ContainerStreams streams)
      throws ProviderException, IOException, InterruptedException;
}
