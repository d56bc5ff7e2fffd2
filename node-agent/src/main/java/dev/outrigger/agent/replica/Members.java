package dev.outrigger.agent.replica;

import dev.outrigger.agent.config.ReplicasConfig;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Lease for each replica, so that one that stops knows whether another follows. Every replica
 * watches the others' Leases change, by its own steady clock; whose Lease did not for {@link
 * #DURATION} is taken for dead, and its Lease is deleted by the leader.
 */
final class Members {

  static final String LABEL = "outrigger.dev/member-of";
  static final Duration RENEW_EVERY = Duration.ofSeconds(10);
  static final Duration DURATION = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(Members.class);
  private static final int CONFLICT = 409;
  private static final int GONE = 404;

  private final Leases leases;
  private final ReplicasConfig config;
  private final String name;
  private final LeaseTerms terms;
  private final Clock steady;
  private final Map<String, Sight> seen = new HashMap<>(); // guarded by itself
  private final Set<String> dead = ConcurrentHashMap.newKeySet(); // holders
  private @Nullable Lease own; // only the thread of step
  private volatile @Nullable Instant joined;

  /**
   * @param name of this replica's own Lease
   */
  Members(Leases leases, ReplicasConfig config, String name, LeaseTerms terms, Clock steady) {
    this.leases = leases;
    this.config = config;
    this.name = name;
    this.terms = terms;
    this.steady = steady;
  }

  /** Renews this replica's Lease and looks at the others'. */
  void step(boolean leading) {
    Instant begun = steady.instant();
    renew();
    joined = begun;
    for (Lease lease : others()) {
      if (leading && !isAlive(lease)) {
        sweep(lease);
      }
    }
  }

  /** Whether the others can see that this replica is there. */
  boolean hasJoined() {
    Instant last = joined;
    return last != null && steady.instant().isBefore(last.plus(DURATION));
  }

  private void renew() {
    Lease last = own;
    if (last != null) {
      try {
        own = leases.update(terms.renewed(last));
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT && e.getCode() != GONE) {
          throw e;
        }
      }
    }
    own =
        leases
            .find(name)
            .map(lease -> leases.update(terms.renewed(lease)))
            .orElseGet(
                () ->
                    leases.create(
                        terms.fresh(config.namespace(), name, Map.of(LABEL, config.lease()))));
  }

  /** The others' Leases, live or not. */
  private List<Lease> others() {
    List<Lease> others =
        leases.labelled(LABEL, config.lease()).stream()
            .filter(lease -> !lease.getMetadata().getName().equals(name))
            .toList();
    Instant at = steady.instant();
    synchronized (seen) {
      Map<String, Sight> before = Map.copyOf(seen);
      seen.clear();
      for (Lease lease : others) {
        LeaseRecord now = LeaseRecord.of(lease, DURATION);
        Sight sight = before.get(now.name());
        seen.put(now.name(), sight == null ? new Sight(now, at) : sight.then(now, at));
      }
    }
    return others;
  }

  private boolean isAlive(Lease lease) {
    synchronized (seen) {
      Sight sight = seen.get(lease.getMetadata().getName());
      return sight != null
          && !sight.hasExpired(steady.instant())
          && !dead.contains(sight.lease().holder());
    }
  }

  private void sweep(Lease lease) {
    try {
      leases.delete(lease);
      LOG.atInfo()
          .addKeyValue("lease", lease.getMetadata().getName())
          .log("a replica has gone without a word; its Lease was deleted");
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT && e.getCode() != GONE) {
        throw e;
      }
      // It has been renewed, or somebody else was faster.
    }
  }

  /** This one has ended, whatever its Lease still says. */
  void hasEnded(String holder) {
    dead.add(holder);
  }

  /** Asks now whether another replica lives. */
  boolean anotherIsAlive() {
    return others().stream().anyMatch(this::isAlive);
  }

  /** The planned end. */
  void leave() {
    leases.find(name).ifPresent(leases::delete);
  }
}
