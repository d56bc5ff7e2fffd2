package dev.outrigger.agent.replica;

import dev.outrigger.agent.config.ReplicasConfig;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica's part in the election: looks at the Lease every retry period, takes it when it is
 * free, renews it from then on. All but {@link #awaitLeadership} and {@link #isLeading} is for one
 * thread.
 */
final class Election {

  private static final Logger LOG = LoggerFactory.getLogger(Election.class);
  private static final int CONFLICT = 409;
  private static final int GONE = 404;

  private final Leases leases;
  private final ReplicasConfig config;
  private final LeaseTerms terms;
  private final Clock steady;
  private final Fence fence;
  private final Consumer<String> ended;
  private final CountDownLatch elected = new CountDownLatch(1);
  private @Nullable Lease held; // as last written; null until elected
  private @Nullable Sight seen;
  private String followed = "";

  /**
   * @param steady by which a standby knows for how long the Lease has not changed
   * @param ended is told of a holder whose Lease has expired: it does not live any more
   */
  Election(
      Leases leases,
      ReplicasConfig config,
      LeaseTerms terms,
      Clock steady,
      Fence fence,
      Consumer<String> ended) {
    this.leases = leases;
    this.config = config;
    this.terms = terms;
    this.steady = steady;
    this.fence = fence;
    this.ended = ended;
  }

  /** Blocks until this replica is to act. */
  void awaitLeadership() throws InterruptedException {
    elected.await();
  }

  boolean isLeading() {
    return elected.getCount() == 0;
  }

  /** One look at the Lease and what follows from it. */
  void step() {
    // INVARIANT: taken before the request, so that nobody else counts from an earlier time.
    Instant begun = fence.now();
    Lease own = held;
    if (own != null) {
      try {
        renewed(begun, leases.update(terms.renewed(own)));
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT && e.getCode() != GONE) {
          throw e;
        }
      }
    }
    look(begun);
  }

  private void look(Instant begun) {
    Optional<Lease> there = leases.find(config.lease());
    Instant at = steady.instant();
    Optional<LeaseRecord> now = there.map(lease -> LeaseRecord.of(lease, config.leaseDuration()));
    Sight before = seen;
    now.ifPresent(lease -> seen = before == null ? new Sight(lease, at) : before.then(lease, at));
    Move move = Move.decide(terms.holder(), isLeading(), now, Optional.ofNullable(seen), at);
    switch (move) {
      case Move.Create() ->
          renewed(begun, leases.create(terms.fresh(config.namespace(), config.lease(), Map.of())));
      case Move.Renew() -> renewed(begun, leases.update(terms.renewed(there.orElseThrow())));
      case Move.Take(LeaseRecord from, boolean expired) -> {
        Lease taken = leases.update(terms.taken(there.orElseThrow()));
        if (expired) {
          ended.accept(from.holder());
        }
        renewed(begun, taken);
      }
      case Move.Wait(LeaseRecord other) -> follow(other);
      case Move.Lost(LeaseRecord other) -> throw fence.lost(other.holder());
    }
  }

  private void renewed(Instant begun, Lease lease) {
    if (!fence.renewed(begun)) {
      return; // the answer took too long to act upon; the next look finds the Lease held
    }
    held = lease;
    if (!isLeading()) {
      LOG.atInfo()
          .addKeyValue("lease", config.namespace() + "/" + config.lease())
          .addKeyValue("holder", terms.holder())
          .log("this replica leads from now on");
      elected.countDown();
    }
  }

  private void follow(LeaseRecord other) {
    if (!other.holder().equals(followed)) {
      followed = other.holder();
      LOG.atInfo()
          .addKeyValue("lease", config.namespace() + "/" + config.lease())
          .addKeyValue("leader", followed)
          .log("standby: another replica leads");
    }
  }

  /**
   * Gives the Lease up, if it is this replica's: also if that was never known, because the answer
   * was lost. To be called when nothing acts any more.
   */
  void release() {
    Optional<Lease> own =
        leases.find(config.lease()).filter(lease -> holder(lease).equals(terms.holder()));
    if (own.isPresent()) {
      leases.update(terms.released(own.get()));
      LOG.atInfo()
          .addKeyValue("lease", config.namespace() + "/" + config.lease())
          .log("leadership released");
    }
  }

  /** Asks now whether another holds the Lease. */
  boolean isAnothers() {
    return leases
        .find(config.lease())
        .map(this::holder)
        .filter(holder -> !holder.isEmpty() && !holder.equals(terms.holder()))
        .isPresent();
  }

  private String holder(Lease lease) {
    return LeaseRecord.of(lease, config.leaseDuration()).holder();
  }
}
