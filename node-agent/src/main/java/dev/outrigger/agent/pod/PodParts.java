package dev.outrigger.agent.pod;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.agent.resolve.NodeFacts;
import dev.outrigger.agent.resolve.PodResolver;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.Trait;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

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

  /** What is so of the backend. */
  Set<Trait> traits() {
    return provider.capabilities().traits();
  }
}
