package dev.outrigger.agent.config;

import dev.outrigger.agent.syntax.Names;
import dev.outrigger.provider.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Reads the section {@code replicas}. */
final class ReplicasReader {

  /** client-go's factor: a renewal may be late by that much. */
  private static final int JITTER_PERCENT = 120;

  private static final Duration SHORTEST_RETRY = Duration.ofMillis(100);

  private final Path ownNamespace;

  /**
   * @param ownNamespace the file that tells a Pod its namespace
   */
  ReplicasReader(Path ownNamespace) {
    this.ownNamespace = ownNamespace;
  }

  ReplicasReader() {
    this(Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace"));
  }

  /**
   * Empty without the section: one agent alone.
   *
   * @param kubeletPort the first node's, 0 if any will do
   * @param nodes how many there are, each with the next port
   */
  Optional<ReplicasConfig> read(Settings top, int kubeletPort, int nodes) {
    boolean wanted = top.has("replicas");
    Settings section = top.section("replicas");
    if (!wanted) {
      return Optional.empty();
    }
    ReplicasConfig config =
        new ReplicasConfig(
            namespace(section),
            section.string("lease", "outrigger"),
            section.duration("leaseDuration", Duration.ofSeconds(15)),
            section.duration("renewDeadline", Duration.ofSeconds(10)),
            section.duration("retryPeriod", Duration.ofSeconds(2)),
            section.integer("healthzPort", 0, 0, 65535));
    label(section, "namespace", config.namespace());
    label(section, "lease", config.lease());
    durations(section, config);
    int after = config.healthzPort() - kubeletPort;
    if (config.healthzPort() > 0 && kubeletPort > 0 && after >= 0 && after < nodes) {
      section.problem(
          "healthzPort", "is the port of a node's kubelet API: " + config.healthzPort());
    }
    return Optional.of(config);
  }

  private String namespace(Settings section) {
    Optional<String> found = section.string("namespace").or(this::own);
    if (found.isEmpty()) {
      section.problem(
          "namespace",
          "is required outside a cluster: the namespace of the Lease, for example outrigger-system");
    }
    return found.orElse("");
  }

  private Optional<String> own() {
    try {
      return Optional.of(Files.readString(ownNamespace).strip()).filter(name -> !name.isEmpty());
    } catch (IOException e) {
      // Not in a cluster.
      return Optional.empty();
    }
  }

  /** A namespace's name; and what may stand in a label's value as well as in an object's name. */
  private static void label(Settings section, String key, String value) {
    if (!value.isEmpty()) {
      Names.dnsLabel(value).ifPresent(problem -> section.problem(key, problem));
    }
  }

  private static void durations(Settings section, ReplicasConfig config) {
    if (config.retryPeriod().compareTo(SHORTEST_RETRY) < 0) {
      section.problem("retryPeriod", "must be at least 100ms");
    }
    Duration late = config.retryPeriod().multipliedBy(JITTER_PERCENT).dividedBy(100);
    if (config.renewDeadline().compareTo(late) <= 0) {
      section.problem(
          "renewDeadline",
          "must be longer than 1.2 × retryPeriod (%s), not %s"
              .formatted(text(config.retryPeriod()), text(config.renewDeadline())));
    }
    if (config.leaseDuration().compareTo(config.renewDeadline()) <= 0) {
      section.problem(
          "leaseDuration",
          "must be longer than renewDeadline (%s), not %s"
              .formatted(text(config.renewDeadline()), text(config.leaseDuration())));
    }
    if (config.leaseDuration().toMillisPart() != 0) {
      section.problem("leaseDuration", "must be whole seconds, as a Lease's are");
    }
  }

  private static String text(Duration duration) {
    return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
  }
}
