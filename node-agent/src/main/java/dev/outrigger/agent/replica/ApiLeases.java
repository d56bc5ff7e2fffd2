package dev.outrigger.agent.replica;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Leases in the API server, over the agent's own connections. */
final class ApiLeases implements Leases {

  private final KubernetesClient client;
  private final String namespace;

  /**
   * @param limit how long one call may take
   */
  ApiLeases(KubernetesClient client, String namespace, Duration limit) {
    var requests =
        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
            .withRequestTimeout(Math.toIntExact(limit.toMillis()))
            .build();
    // The same resources: it is not to be closed.
    this.client = client.newClient(requests).adapt(KubernetesClient.class);
    this.namespace = namespace;
  }

  @Override
  public Optional<Lease> find(String name) {
    return Optional.ofNullable(leases().withName(name).get());
  }

  @Override
  public Lease create(Lease lease) {
    return leases().resource(lease).create();
  }

  @Override
  public Lease update(Lease lease) {
    // Not replace(): on a conflict that reads the new version and overwrites it.
    return leases().resource(lease).update();
  }

  @Override
  public void delete(Lease lease) {
    leases().resource(lease).lockResourceVersion().delete();
  }

  @Override
  public List<Lease> labelled(String key, String value) {
    return leases().withLabel(key, value).list().getItems();
  }

  private NonNamespaceOperation<Lease, LeaseList, Resource<Lease>> leases() {
    return client.leases().inNamespace(namespace);
  }
}
