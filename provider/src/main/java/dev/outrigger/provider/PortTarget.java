package dev.outrigger.provider;

import java.io.IOException;

/** A provider's way to a Pod's TCP ports. */
public interface PortTarget {

  /**
   * Connects to a port on the Pod's own loopback, or the nearest thing the backend has. Blocks at
   * most 30 s.
   *
   * @param port 1 to 65535
   * @throws ProviderException.NotFound when the Pod does not run
   * @throws IOException when nothing listens there: its message is shown to the user
   */
  PortConnection connect(PodAttempt attempt, int port)
      throws ProviderException, IOException, InterruptedException;
}
