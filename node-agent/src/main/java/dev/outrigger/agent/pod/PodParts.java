package dev.outrigger.agent.pod;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.agent.resolve.NodeFacts;
import dev.outrigger.agent.resolve.PodResolver;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.Trait;
import java.time.Clock;
import java.time.Duration;

/**
 * What the Pods of one node are run with.
 *
 * @param orphanGrace how long a workload without a Pod is left alone
 */
record PodParts(
    NodeFacts node,
    Provider provider,
    PodResolver resolver,
    PodApi api,
    PodReporter reporter,
    Admission admission,
    PodEvents events,
    Duration orphanGrace,
    Clock clock) {

  /** A Pod is a single run by nature. */
  boolean oneShot() {
    return provider.capabilities().has(Trait.ONE_SHOT);
  }

  /** The backend is told of each Pod that is gone. */
  boolean keepsEnded() {
    return provider.capabilities().has(Trait.KEEPS_ENDED);
  }
}
