package dev.outrigger.agent.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the Node object as it should be: creates it, makes an existing one the agent's own, writes
 * its status every 5 min (as the kubelet, nodeStatusReportFrequency) and when what it has was
 * changed, creates it again when someone deleted it.
 */
final class NodeRegistration {

  static final Duration REPORT_EVERY = Duration.ofMinutes(5);

  private static final PatchContext STRATEGIC = PatchContext.of(PatchType.STRATEGIC_MERGE);

  private final KubernetesClient client;
  private final NodeObject wanted;
  private final NodeResources resources;
  private final Clock clock;
  private Instant reported = Instant.EPOCH; // guarded by this
  private NodeResources.@Nullable Now told; // guarded by this

  NodeRegistration(
      KubernetesClient client, NodeObject wanted, NodeResources resources, Clock clock) {
    this.client = client;
    this.wanted = wanted;
    this.resources = resources;
    this.clock = clock;
  }

  /** Creates the Node, or takes over the one that is there. Returns its UID. */
  synchronized String register() {
    NodeResources.Now has = resources.now();
    Node node = wanted.build(true, has, clock.instant());
    String uid;
    try {
      uid = client.nodes().resource(node).create().getMetadata().getUid();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        throw e;
      }
      uid = takeOver(node);
    }
    reported = clock.instant();
    told = has;
    return uid;
  }

  /**
   * Writes the status when it is due or says what is no longer so; creates the Node if it has gone.
   */
  synchronized void refresh() {
    NodeResources.Now has = resources.now();
    if (has.equals(told) && !isDue(reported, clock.instant())) {
      return;
    }
    try {
      report(true, has);
      reported = clock.instant();
      told = has;
    } catch (KubernetesClientException e) {
      if (e.getCode() != 404) {
        throw e;
      }
      register();
    }
  }

  /** Also when the clock was set back: what was reported lies in the future then. */
  static boolean isDue(Instant reported, Instant now) {
    return now.isBefore(reported) || !now.isBefore(reported.plus(REPORT_EVERY));
  }

  /**
   * Has the next {@link #refresh} write the status: somebody (the node life-cycle controller, after
   * an outage of the API server) has written that the node is not ready.
   */
  synchronized void contradict() {
    reported = Instant.EPOCH;
  }

  /** The planned end: nothing more is to be scheduled here. */
  synchronized void notReady() {
    report(false, resources.now());
  }

  private void report(boolean ready, NodeResources.Now has) {
    Node wished = wanted.build(ready, has, clock.instant());
    Node there = client.nodes().withName(wished.getMetadata().getName()).get();
    if (there == null) {
      throw new KubernetesClientException("the Node is gone", 404, null);
    }
    keepOff(there, has);
    patchStatus(there, wished);
  }

  /** Sets or takes away the taint of an outage; if somebody writes meanwhile, the next time. */
  private void keepOff(Node there, NodeResources.Now has) {
    boolean tainted =
        there.getSpec().getTaints().stream()
            .anyMatch(t -> NodeObject.OUTAGE_TAINT.equals(t.getKey()));
    if (tainted == has.outage().isPresent()) {
      return;
    }
    Map<String, Object> patch =
        Map.of(
            "metadata", Map.of("resourceVersion", there.getMetadata().getResourceVersion()),
            "spec", Map.of("taints", taints(there, wanted.taints(has))));
    client
        .nodes()
        .withName(there.getMetadata().getName())
        .patch(STRATEGIC, client.getKubernetesSerialization().asJson(patch));
  }

  private String takeOver(Node node) {
    Node there =
        client
            .nodes()
            .withName(node.getMetadata().getName())
            .edit(
                existing ->
                    new NodeBuilder(existing)
                        .editMetadata()
                        .addToLabels(node.getMetadata().getLabels())
                        .endMetadata()
                        .editOrNewSpec()
                        .withTaints(taints(existing, node.getSpec().getTaints()))
                        .endSpec()
                        .build());
    patchStatus(there, node);
    return there.getMetadata().getUid();
  }

  /** The agent's own taints, and whatever others (controllers, administrators) put there. */
  private static List<Taint> taints(Node existing, List<Taint> own) {
    Map<String, Taint> taints = new LinkedHashMap<>();
    existing.getSpec().getTaints().stream()
        .filter(t -> !NodeObject.OUTAGE_TAINT.equals(t.getKey()))
        .forEach(t -> taints.put(t.getKey() + ":" + t.getEffect(), t));
    own.forEach(t -> taints.put(t.getKey() + ":" + t.getEffect(), t));
    return new ArrayList<>(taints.values());
  }

  private void patchStatus(Node there, Node wished) {
    Map<String, NodeCondition> before = new TreeMap<>();
    if (there.getStatus() != null && there.getStatus().getConditions() != null) {
      there.getStatus().getConditions().forEach(c -> before.put(c.getType(), c));
    }
    wished.getStatus().getConditions().forEach(c -> keepTransition(c, before.get(c.getType())));
    String body = client.getKubernetesSerialization().asJson(Map.of("status", status(wished)));
    client
        .nodes()
        .withName(wished.getMetadata().getName())
        .subresource("status")
        .patch(STRATEGIC, body);
  }

  /** Images that are gone are named as none: what a patch does not name stays. */
  private Map<String, Object> status(Node node) {
    @SuppressWarnings("unchecked")
    Map<String, Object> status =
        client.getKubernetesSerialization().convertValue(node.getStatus(), Map.class);
    status.put("images", node.getStatus().getImages());
    return status;
  }

  private static void keepTransition(NodeCondition condition, @Nullable NodeCondition before) {
    if (before != null && Objects.equals(before.getStatus(), condition.getStatus())) {
      condition.setLastTransitionTime(before.getLastTransitionTime());
    }
  }
}
