package dev.outrigger.provider;

import java.io.IOException;

/** A provider's way of running a command in a running container. */
public interface ExecTarget {

  /**
   * Runs the command, carries its streams, and returns when it has ended and its last output has
   * been written. Blocks without a limit of its own. Interrupting the thread means that the client
   * has gone: the command is then ended where the backend can.
   *
   * @throws ProviderException.NotFound when no such container runs
   * @throws ProviderException.Unsupported with the path {@code exec} when the backend cannot, or
   *     {@code tty} when it has no terminals
   * @throws IOException only as thrown by the streams
   */
  ExecOutcome exec(ExecRequest request, ContainerStreams streams)
      throws ProviderException, IOException, InterruptedException;
}
