package dev.outrigger.agent.replica;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;

/**
 * Leases as a replica writes them. Their times are for people: nobody decides by them.
 *
 * @param clock the wall clock
 */
record LeaseTerms(String holder, Duration duration, Clock clock) {

  Lease fresh(String namespace, String name, Map<String, String> labels) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(holder)
        .withLeaseDurationSeconds(Math.toIntExact(duration.toSeconds()))
        .withAcquireTime(now())
        .withRenewTime(now())
        .withLeaseTransitions(0)
        .endSpec()
        .build();
  }

  Lease renewed(Lease own) {
    return new LeaseBuilder(own)
        .editOrNewSpec()
        .withLeaseDurationSeconds(Math.toIntExact(duration.toSeconds()))
        .withRenewTime(now())
        .endSpec()
        .build();
  }

  Lease taken(Lease free) {
    LeaseSpec spec = Objects.requireNonNullElseGet(free.getSpec(), LeaseSpec::new);
    int transitions = Objects.requireNonNullElse(spec.getLeaseTransitions(), 0);
    return new LeaseBuilder(renewed(free))
        .editSpec()
        .withHolderIdentity(holder)
        .withAcquireTime(now())
        .withLeaseTransitions(transitions + 1)
        .endSpec()
        .build();
  }

  /** Without a holder, and as short as can be, as client-go leaves it. */
  Lease released(Lease own) {
    return new LeaseBuilder(own)
        .editSpec()
        .withHolderIdentity(null)
        .withLeaseDurationSeconds(1)
        .withRenewTime(now())
        .endSpec()
        .build();
  }

  private ZonedDateTime now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
  }
}
