package dev.outrigger.agent.resolve;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;

/** Where ConfigMaps and Secrets come from. Blocks; throws what its client throws. */
public interface ConfigSource {

  Optional<ConfigMap> configMap(String namespace, String name);

  Optional<Secret> secret(String namespace, String name);
}
