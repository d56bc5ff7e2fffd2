package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import java.time.Duration;
import java.util.Optional;

/** What is done for containers while they run, by somebody else: nothing here blocks. */
interface ContainerCare extends AutoCloseable {

  /** Is told, on any thread, of what was found out; does not block. */
  interface Listener extends LastWords.Listener {

    /** What probes have found of this Pod. */
    void probed(String uid, PodHealth health);

    /** How far the postStart hooks of this Pod are. */
    void hooked(String uid, PodHealth health);
  }

  /**
   * Has what runs now cared for, and nothing else.
   *
   * @return whether the status has to wait for something that the listener will be told
   */
  boolean sync(PodEntry entry, PodSituation now);

  /**
   * Tells of the stop, and does what comes before it.
   *
   * @param unwell the container that is the reason, if one is
   * @param restarts whether the Pod starts again afterwards
   * @return the grace that the stop itself has; empty while it has to wait
   */
  Optional<Duration> beforeStop(
      PodSituation now, Duration grace, Optional<PodHealth.Unwell> unwell, boolean restarts);

  /** The same of one container, while the rest of the Pod goes on. */
  Optional<Duration> beforeStop(PodSituation now, PodAction.StopContainer stop);

  /** Remembers nothing of a Pod that has gone. */
  void forget(String uid);

  @Override
  void close();
}
