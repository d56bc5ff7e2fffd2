package dev.outrigger.agent.kubelet.stats;

import dev.outrigger.provider.ContainerStats;
import dev.outrigger.provider.PodStats;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A node at one moment.
 *
 * @param since when its counters started
 * @param workingSetBytes of its Pods and the agent
 * @param agent the agent's own process
 */
record NodeSample(
    Instant at, Instant since, Cpu cpu, long workingSetBytes, Agent agent, List<PodSample> pods) {

  NodeSample {
    pods = List.copyOf(pods);
  }

  /**
   * @param nanos used since the start; never decreases
   * @param nanoCores used per second, over the time between two measurements; empty before there
   *     are two
   */
  record Cpu(long nanos, OptionalLong nanoCores) {}

  record Agent(Instant startedAt, Cpu cpu, long residentBytes) {}

  /**
   * @param rates of the containers, by name, in core-nanoseconds per second
   */
  record PodSample(Pod pod, PodStats stats, Map<String, Long> rates) {

    PodSample {
      rates = Map.copyOf(rates);
    }

    /** Of all containers together; empty when it is not known of one of them. */
    OptionalLong sum(Function<ContainerStats, OptionalLong> figure) {
      long sum = 0;
      for (ContainerStats container : stats.containers()) {
        OptionalLong part = figure.apply(container);
        if (part.isEmpty()) {
          return OptionalLong.empty();
        }
        sum += part.getAsLong();
      }
      return OptionalLong.of(sum);
    }

    OptionalLong rate(ContainerStats container) {
      Long rate = rates.get(container.name());
      return rate == null ? OptionalLong.empty() : OptionalLong.of(rate);
    }
  }
}
