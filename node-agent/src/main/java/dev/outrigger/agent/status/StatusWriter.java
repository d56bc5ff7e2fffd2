package dev.outrigger.agent.status;

import dev.outrigger.agent.api.ApiServer;
import dev.outrigger.provider.PodKey;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes statuses: one PATCH for a change, none for none. Blocks while the API server answers. */
public class StatusWriter {

  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);

  private final ApiServer api;

  public StatusWriter(ApiServer api) {
    this.api = api;
  }

  /** What the API server says of a patch that carries the UID of another Pod of the name. */
  private static boolean isOfASuccessor(KubernetesClientException e) {
    return e.getCode() == 422
        && String.valueOf(e.getStatus().getMessage()).contains("metadata.uid");
  }

  /**
   * Brings the API server from one status to the other.
   *
   * @return whether the Pod is still there; a Pod that has gone, or whose name a successor has
   *     taken, needs no status
   * @throws KubernetesClientException when the API server could not be asked, or refused
   */
  public boolean write(PodKey key, PodStatus before, PodStatus after) {
    Optional<String> patch = StatusPatch.between(key.uid(), before, after);
    if (patch.isEmpty()) {
      return true;
    }
    try {
      api.patch(
          "/api/v1/namespaces/" + key.namespace() + "/pods/" + key.name() + "/status", patch.get());
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == 404 || e.getCode() == 409 || isOfASuccessor(e)) {
        LOG.atDebug()
            .addKeyValue("pod", key.namespacedName())
            .addKeyValue("uid", key.uid())
            .log("gone or replaced: its status is of no use");
        return false;
      }
      throw e;
    }
  }
}
