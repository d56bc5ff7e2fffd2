package dev.outrigger.agent.pod;

import dev.outrigger.agent.api.ApiServer;
import dev.outrigger.provider.PodKey;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The few calls about single Pods. Block while the API server answers. */
class PodApi {

  private final KubernetesClient client;
  private final ApiServer api;
  private final String node;

  PodApi(KubernetesClient client, ApiServer api, String node) {
    this.client = client;
    this.api = api;
    this.node = node;
  }

  /** Whether this very Pod (its UID) is still there, on this node. */
  boolean exists(PodKey key) {
    @Nullable Pod found = client.pods().inNamespace(key.namespace()).withName(key.name()).get();
    return found != null
        && key.uid().equals(found.getMetadata().getUid())
        && node.equals(found.getSpec().getNodeName());
  }

  /** The node's labels, as the API server has them now. */
  Map<String, String> nodeLabels() {
    @Nullable Node found = client.nodes().withName(node).get();
    return Optional.ofNullable(found).map(n -> n.getMetadata().getLabels()).orElse(Map.of());
  }

  /** Tells the API server that everything of the Pod has ended, so that it may go. */
  void confirmDeletion(PodKey key) {
    try {
      api.delete(
          "/api/v1/namespaces/" + key.namespace() + "/pods/" + key.name(),
          "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"gracePeriodSeconds\":0,"
              + "\"preconditions\":{\"uid\":\""
              + key.uid()
              + "\"}}");
    } catch (KubernetesClientException e) {
      if (e.getCode() != 404 && e.getCode() != 409) {
        throw e;
      }
    }
  }
}
