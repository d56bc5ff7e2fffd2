package dev.outrigger.agent.pod;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.agent.resolve.FakeConfigs;
import dev.outrigger.agent.resolve.NodeFacts;
import dev.outrigger.agent.resolve.PodResolver;
import dev.outrigger.agent.status.StatusWriter;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.Trait;
import java.time.Clock;
import java.time.Duration;

/** A controller's parts, put together as the agent does it, before an API server of the test's. */
final class TestParts {

  private TestParts() {}

  static PodParts of(
      NodeFacts node,
      Provider provider,
      PodApi api,
      StatusWriter statuses,
      PodEvents events,
      Clock clock) {
    boolean oneShot = provider.capabilities().has(Trait.ONE_SHOT);
    return new PodParts(
        node,
        provider,
        new PodResolver(new FakeConfigs(), node),
        api,
        new PodReporter(statuses, new PodNews(events), node.hostIp(), oneShot, clock),
        new Admission(node.allocatable()),
        events,
        Duration.ofMinutes(1),
        clock);
  }
}
