package dev.outrigger.agent.probe;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a probe is for. */
public enum ProbeKind {
  STARTUP("Startup"),
  LIVENESS("Liveness"),
  READINESS("Readiness");

  private final String title;

  ProbeKind(String title) {
    this.title = title;
  }

  /** As the kubelet's events begin. */
  String title() {
    return title;
  }

  /** In lower case, within a sentence. */
  String word() {
    return title.toLowerCase(java.util.Locale.ROOT);
  }

  Optional<Probe> of(Container container) {
    return Optional.ofNullable(declared(container));
  }

  private @Nullable Probe declared(Container container) {
    return switch (this) {
      case STARTUP -> container.getStartupProbe();
      case LIVENESS -> container.getLivenessProbe();
      case READINESS -> container.getReadinessProbe();
    };
  }
}
