package dev.outrigger.agent.cli;

import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.provider.Provider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The nodes of this process. None is started once they were stopped. */
final class VirtualNodes {

  private final List<VirtualNode> nodes = new ArrayList<>(); // guarded by this
  private boolean stopped; // guarded by this

  /** Starts them. Blocks no longer than it takes to listen. */
  synchronized void start(VirtualNode.Shared shared, Map<NodeConfig, Provider> providers)
      throws IOException {
    int index = 0;
    for (var node : providers.entrySet()) {
      if (!stopped) {
        nodes.add(VirtualNode.start(shared, node.getKey(), node.getValue(), index++));
      }
    }
  }

  /**
   * Stops them, last started first.
   *
   * @param followed whether another agent takes them over at once
   * @return whether nothing can act any more
   */
  synchronized boolean stop(boolean followed) {
    stopped = true;
    boolean silent = true;
    for (VirtualNode node : nodes.reversed()) {
      try {
        node.stop(followed);
      } catch (Exception e) {
        System.err.println("outrigger: while stopping: " + e);
        silent = false;
      }
    }
    return silent;
  }

  /** After {@link #stop}, when nobody follows after all. */
  synchronized void tellNotReady() {
    nodes.forEach(VirtualNode::tellNotReady);
  }
}
