package dev.outrigger.simulator.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The rules in force. Thread-safe; with the same seeds and order of calls, the same faults. */
public final class Faults {
  private final Object lock = new Object();

  /** Guarded by lock. */
  private final List<Active> rules = new ArrayList<>();

  private final List<Consumer<String>> interruptions = new CopyOnWriteArrayList<>();

  /** Adds a rule; closing what is returned removes it. */
  public Injection inject(FaultRule rule) {
    Active active = new Active(rule);
    synchronized (lock) {
      rules.add(active);
    }
    return () -> remove(active);
  }

  /** Removes all rules. */
  public void clear() {
    synchronized (lock) {
      rules.clear();
    }
  }

  private void remove(Active active) {
    synchronized (lock) {
      rules.remove(active);
    }
  }

  /**
   * The first rule of that kind that strikes this call, drawing from each matching rule's sequence
   * and using up one of its times.
   */
  public <T extends Fault> Optional<T> strike(Class<T> kind, String service, String operation) {
    synchronized (lock) {
      for (Active active : rules) {
        if (kind.isInstance(active.rule.fault())
            && active.rule.matches(service, operation)
            && active.strikes()) {
          return Optional.of(kind.cast(active.rule.fault()));
        }
      }
      return Optional.empty();
    }
  }

  /** Interrupts a running task now, as Spot does: SIGTERM, then the stop code SpotInterruption. */
  public void interruptSpot(String taskArn) {
    interruptions.forEach(listener -> listener.accept(taskArn));
  }

  /** How a service learns of {@link #interruptSpot}. */
  public void onSpotInterruption(Consumer<String> listener) {
    interruptions.add(listener);
  }

  /** A rule in force. */
  @FunctionalInterface
  public interface Injection extends AutoCloseable {
    @Override
    void close();
  }

  private static final class Active {
    private final FaultRule rule;
    private final Random random;
    private long left;

    Active(FaultRule rule) {
      this.rule = rule;
      this.random = new Random(rule.seed());
      this.left = rule.times();
    }

    /** Called under the lock of the enclosing Faults. */
    boolean strikes() {
      if (left == 0 || random.nextDouble() >= rule.probability()) {
        return false;
      }
      left--;
      return true;
    }
  }
}
