package dev.outrigger.agent.cli;

import dev.outrigger.agent.replica.Replica;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** What an agent's process has started, and the order in which it ends. */
final class AgentLife {

  /** A standby looks at the Lease every retry period, 2 s by default; the machine may be busy. */
  private static final Duration HAND_OVER = Duration.ofSeconds(10);

  private final VirtualNodes nodes = new VirtualNodes();
  private final List<AutoCloseable> parts = new CopyOnWriteArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Replica replica;

  VirtualNodes nodes() {
    return nodes;
  }

  /** What the nodes need, or what serves others: closed after them. */
  List<AutoCloseable> parts() {
    return parts;
  }

  void joined(Replica one) {
    replica = one;
  }

  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /**
   * The planned end. Where another replica is there, the nodes are left as they are, and the
   * leadership is released when nothing of this process can act any more. If nobody takes it then
   * (all replicas may be ending at once), the nodes are told not to be ready after all.
   */
  void end() {
    Optional<Replica> own = Optional.ofNullable(replica);
    boolean followed = own.map(Replica::isFollowed).orElse(false);
    boolean silent = nodes.stop(followed);
    if (own.isPresent()) {
      leave(own.get(), followed, silent);
    }
    parts.reversed().forEach(AgentLife::close);
    ended.countDown();
  }

  private void leave(Replica own, boolean followed, boolean silent) {
    if (!silent) {
      own.keepLease();
    }
    close(own);
    try {
      if (followed && silent && !own.awaitSuccessor(HAND_OVER)) {
        nodes.tellNotReady();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      System.err.println("outrigger: while stopping: " + e);
    }
  }
}
