package dev.outrigger.agent.kubelet.stream;

import dev.outrigger.provider.PortConnection;
import java.io.IOException;

/** A Pod's ports, to those who forward them. */
public interface Ports {

  /**
   * Blocks, for a bounded time.
   *
   * @throws IOException with what the user is to read
   */
  PortConnection connect(int port) throws IOException, InterruptedException;
}
