package dev.outrigger.agent.resolve;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Optional;

/** Where ConfigMaps, Secrets and Services come from. Blocks; throws what its client throws. */
public interface ConfigSource {

  Optional<ConfigMap> configMap(String namespace, String name);

  Optional<Secret> secret(String namespace, String name);

  /** The Services of a namespace, some seconds old at most. */
  List<Service> services(String namespace);
}
