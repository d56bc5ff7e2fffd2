package dev.outrigger.provider;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a backend can do, for the node's status and the agent's decisions.
 *
 * @param capacity the node's capacity unless configured otherwise, by resource name ({@code cpu},
 *     {@code memory}, {@code ephemeral-storage}, {@code pods}) in Kubernetes quantities
 * @param maximumRunTime longest life of one attempt; empty means unlimited
 * @param maximumGrace longest grace that {@link Provider#delete} honours; zero means none
 * @param labels node labels the backend knows (region, zone, architecture, os)
 * @param traits what is so of this backend
 * @param lacks why the backend does not have a facility, and what to use instead: a clause after
 *     "since", shown to whoever asks for it. Facilities that the provider has are not in it.
 */
public record Capabilities(
    Map<String, String> capacity,
    Optional<Duration> maximumRunTime,
    Duration maximumGrace,
    Map<String, String> labels,
    Set<Trait> traits,
    Map<Facility, String> lacks) {

  public Capabilities {
    capacity = Map.copyOf(capacity);
    labels = Map.copyOf(labels);
    traits = Set.copyOf(traits);
    lacks = Map.copyOf(lacks);
  }

  /** Without any trait, and with nothing to say of what is not there. */
  public Capabilities(
      Map<String, String> capacity,
      Optional<Duration> maximumRunTime,
      Duration maximumGrace,
      Map<String, String> labels) {
    this(capacity, maximumRunTime, maximumGrace, labels, Set.of(), Map.of());
  }

  public boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /** These capabilities of a backend that has these traits too. */
  public Capabilities with(Trait... more) {
    Set<Trait> all =
        Stream.concat(traits.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    return new Capabilities(capacity, maximumRunTime, maximumGrace, labels, all, lacks);
  }

  /** These capabilities of a backend that lacks something. */
  public Capabilities lacking(Map<Facility, String> reasons) {
    return new Capabilities(capacity, maximumRunTime, maximumGrace, labels, traits, reasons);
  }
}
