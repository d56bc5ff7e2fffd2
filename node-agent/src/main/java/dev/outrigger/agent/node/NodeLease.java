package dev.outrigger.agent.node;

import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's Lease in {@code kube-node-lease}: what tells the node life-cycle controller that the
 * node lives (KEP-589). 40 s long, renewed every 10 s.
 */
final class NodeLease {

  static final Duration RENEW_EVERY = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(NodeLease.class);
  private static final int SECONDS = 40;

  /** Once somebody may edit it, or an agent that is about to end renew it. */
  private static final int OTHERS_RENEWALS = 3;

  private static final String NAMESPACE = "kube-node-lease";

  private final KubernetesClient client;
  private final String node;
  private final Clock clock;
  // Only the heartbeat's thread.
  private @Nullable Lease last;
  private int contested;

  NodeLease(KubernetesClient client, String node, Clock clock) {
    this.client = client;
    this.node = node;
    this.clock = clock;
  }

  /** Renews the Lease, or creates it. One request as long as nobody else writes it. */
  void renew(String nodeUid) {
    if (last != null) {
      try {
        last = client.leases().inNamespace(NAMESPACE).resource(renewed(last)).update();
        contested = 0;
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != 404 && e.getCode() != 409) {
          throw e;
        }
        contest(e.getCode() == 409);
      }
    }
    last = fetchOrCreate(nodeUid);
  }

  /** Somebody has written it between two renewals; who does so again and again renews it too. */
  private void contest(boolean written) {
    contested = written ? contested + 1 : 0;
    if (contested == OTHERS_RENEWALS) {
      LOG.atWarn()
          .addKeyValue("node", node)
          .log(
              "somebody else renews this node's Lease: if a second agent runs with a node of this"
                  + " name, both act on its Pods; stop one, or give both a section replicas");
    }
  }

  private Lease fetchOrCreate(String nodeUid) {
    try {
      return client.leases().inNamespace(NAMESPACE).resource(fresh(nodeUid)).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        throw e;
      }
      Lease there = client.leases().inNamespace(NAMESPACE).withName(node).require();
      return client.leases().inNamespace(NAMESPACE).resource(renewed(there)).update();
    }
  }

  private Lease renewed(Lease lease) {
    return new LeaseBuilder(lease)
        .editSpec()
        .withHolderIdentity(node)
        .withLeaseDurationSeconds(SECONDS)
        .withRenewTime(later(lease.getSpec().getRenewTime(), now()))
        .endSpec()
        .build();
  }

  /**
   * Never earlier than before: the node life-cycle controller takes only a later time as a sign of
   * life, so a clock that was set back would make a healthy node unreachable for as long as that.
   */
  static ZonedDateTime later(@Nullable ZonedDateTime before, ZonedDateTime now) {
    return before == null || now.isAfter(before) ? now : before.plus(1, ChronoUnit.MILLIS);
  }

  private Lease fresh(String nodeUid) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(node)
        .withNamespace(NAMESPACE)
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node)
                .withUid(nodeUid)
                .build())
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(node)
        .withLeaseDurationSeconds(SECONDS)
        .withRenewTime(now())
        .endSpec()
        .build();
  }

  private ZonedDateTime now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
  }
}
