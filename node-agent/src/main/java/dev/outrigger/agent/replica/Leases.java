package dev.outrigger.agent.replica;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.util.List;
import java.util.Optional;

/**
 * The Leases of one namespace. Each call blocks for a bounded time and throws {@link
 * io.fabric8.kubernetes.client.KubernetesClientException}.
 */
interface Leases {

  Optional<Lease> find(String name);

  /** 409 if it is there. */
  Lease create(Lease lease);

  /** 409 if somebody has written it since it was read, 404 if it has gone. Never tried again. */
  Lease update(Lease lease);

  /** 409 if somebody has written it since it was read; does nothing if it has gone. */
  void delete(Lease lease);

  List<Lease> labelled(String key, String value);
}
