package dev.outrigger.agent.replica;

import dev.outrigger.agent.api.BootClock;
import dev.outrigger.agent.api.SteadyClock;
import dev.outrigger.agent.config.ReplicasConfig;
import dev.outrigger.provider.Provider;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as one of several. From {@link #join} on the others see it; it may act once {@link
 * #awaitLeadership} has returned, until it is closed, or until the process is ended because the
 * Lease could not be renewed.
 */
public final class Replica implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final Fence fence;
  private final Election election;
  private final Members members;
  private final Looping electing;
  private final Looping attending;
  private final Clock steady;
  private final Duration longestTurn;
  private volatile boolean keepsLease;

  private Replica(
      Fence fence, Election election, Members members, ReplicasConfig config, Clock steady) {
    this.fence = fence;
    this.election = election;
    this.members = members;
    this.steady = steady;
    Duration retry = config.retryPeriod();
    this.electing = new Looping("election", election::step, retry, retry, steady);
    this.attending =
        new Looping("member", this::attend, Members.RENEW_EVERY, Duration.ofSeconds(2), steady);
    this.longestTurn = config.leaseDuration().multipliedBy(4);
  }

  /** Takes part, in the background. The API server may be away. */
  public static Replica join(KubernetesClient client, ReplicasConfig config) {
    // As client-go: a renewal that gets no answer leaves time for another.
    Leases leases = new ApiLeases(client, config.namespace(), config.renewDeadline().dividedBy(2));
    return join(leases, config, ReplicaName.random(config), new BootClock(), new ProcessHalt());
  }

  static Replica join(
      Leases leases, ReplicasConfig config, ReplicaName name, Clock boot, Halt halt) {
    Clock steady = new SteadyClock();
    Clock wall = Clock.systemUTC();
    Fence fence = new Fence(config.renewDeadline(), boot, halt);
    LeaseTerms life = new LeaseTerms(name.identity(), Members.DURATION, wall);
    Members members = new Members(leases, config, name.member(), life, steady);
    LeaseTerms lead = new LeaseTerms(name.identity(), config.leaseDuration(), wall);
    Election election = new Election(leases, config, lead, steady, fence, members::hasEnded);
    Replica replica = new Replica(fence, election, members, config, steady);
    fence.start();
    replica.attending.start();
    replica.electing.start();
    return replica;
  }

  private void attend() {
    members.step(election.isLeading());
  }

  /** Blocks until this replica is to act. */
  public void awaitLeadership() throws InterruptedException {
    election.awaitLeadership();
  }

  /** A provider that is told nothing when this replica may not act any more. */
  public Provider fenced(Provider provider) {
    return new FencedProvider(provider, fence::check);
  }

  /** Serves {@code /healthz} and {@code /readyz}, until closed. */
  public AutoCloseable serveHealth(InetSocketAddress address) throws IOException {
    return HealthServer.start(address, this::isHealthy, members::hasJoined);
  }

  private boolean isHealthy() {
    Instant oldest = steady.instant().minus(longestTurn);
    return electing.turned().isAfter(oldest);
  }

  /**
   * Whether this replica acts and, as far as it can find out now, another is there to follow it.
   */
  public boolean isFollowed() {
    if (!election.isLeading()) {
      return false;
    }
    try {
      return members.anotherIsAlive();
    } catch (KubernetesClientException e) {
      LOG.atWarn()
          .addKeyValue("error", e.getMessage())
          .log("the API server does not say whether another replica is there");
      return false;
    }
  }

  /** Has {@link #close} leave the Lease to expire: something of this replica may still act. */
  public void keepLease() {
    keepsLease = true;
  }

  /** Leaves. Nothing may act any more, unless {@link #keepLease} was called. */
  @Override
  public void close() {
    attending.close();
    attempt("leave", members::leave);
    electing.close();
    fence.lift();
    fence.close();
    if (!keepsLease) {
      attempt("release the leadership", election::release);
    }
  }

  /**
   * After {@link #close}: waits until another replica has taken the leadership.
   *
   * @return whether one has, within the limit
   */
  public boolean awaitSuccessor(Duration limit) throws InterruptedException {
    Instant last = steady.instant().plus(limit);
    while (true) {
      try {
        if (election.isAnothers()) {
          return true;
        }
      } catch (KubernetesClientException e) {
        LOG.atDebug().addKeyValue("error", e.getMessage()).log("who leads is not known");
      }
      if (!steady.instant().isBefore(last)) {
        return false;
      }
      Thread.sleep(LOOK_EVERY);
    }
  }

  private static void attempt(String what, Runnable call) {
    try {
      call.run();
    } catch (KubernetesClientException e) {
      LOG.atWarn()
          .addKeyValue("what", what)
          .addKeyValue("error", e.getMessage())
          .log("not told to the API server; the Lease expires");
    }
  }
}
