package dev.outrigger.ecs;

import dev.outrigger.ecs.session.ChannelException;
import dev.outrigger.ecs.session.PortSession;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PortConnection;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Ways to Pods' ports: one session for each port that is in use, shared by its connections. */
final class EcsPorts implements PortTarget, AutoCloseable {

  private final EcsSessions sessions;
  private final Map<Place, Slot> slots = new ConcurrentHashMap<>();

  private record Place(String taskArn, int port) {}

  /** Its lock is held while a session is opened: the others wait for that one. */
  private static final class Slot {
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by lock. */
    private @Nullable PortSession session;
  }

  EcsPorts(EcsSessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public PortConnection connect(PodAttempt attempt, int port)
      throws ProviderException, IOException, InterruptedException {
    String container = sessions.anyContainer(attempt);
    TaskIndex.Entry entry = sessions.running(attempt, container);
    slots.values().removeIf(EcsPorts::isUnused);
    Slot slot = slots.computeIfAbsent(new Place(entry.arn(), port), place -> new Slot());
    PortSession session;
    slot.lock.lockInterruptibly();
    try {
      session = slot.session;
      if (session == null || session.isEnded()) {
        session = sessions.forward(entry, container, port);
        slot.session = session;
      }
    } catch (ChannelException e) {
      throw new ProviderException.Unavailable(
          "port " + port + " cannot be reached: " + e.getMessage(), e);
    } finally {
      slot.lock.unlock();
    }
    try {
      return session.connect();
    } catch (ChannelException e) {
      throw new ProviderException.Unavailable(
          "port " + port + " cannot be reached: " + e.getMessage(), e);
    }
  }

  private static boolean isUnused(Slot slot) {
    if (!slot.lock.tryLock()) {
      return false;
    }
    try {
      return slot.session != null && slot.session.isEnded();
    } finally {
      slot.lock.unlock();
    }
  }

  @Override
  public void close() {
    for (Slot slot : slots.values()) {
      slot.lock.lock();
      try {
        if (slot.session != null) {
          slot.session.close();
        }
      } finally {
        slot.lock.unlock();
      }
    }
  }
}
