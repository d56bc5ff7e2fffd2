package dev.outrigger.agent.replica;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Duration;
import java.util.Objects;

/**
 * A Lease as far as replicas go by it. Its times are not: they are another machine's.
 *
 * @param holder empty if it was released
 * @param duration what its holder promises: to have stopped when it was not renewed for as long
 * @param version changes whenever the Lease is written
 */
record LeaseRecord(String name, String holder, Duration duration, String version) {

  static LeaseRecord of(Lease lease, Duration usual) {
    LeaseSpec spec = Objects.requireNonNullElseGet(lease.getSpec(), LeaseSpec::new);
    Integer seconds = spec.getLeaseDurationSeconds();
    return new LeaseRecord(
        lease.getMetadata().getName(),
        Objects.requireNonNullElse(spec.getHolderIdentity(), ""),
        seconds == null ? usual : Duration.ofSeconds(seconds),
        Objects.requireNonNullElse(lease.getMetadata().getResourceVersion(), ""));
  }

  boolean isReleased() {
    return holder.isEmpty();
  }
}
