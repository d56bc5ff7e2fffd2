package dev.outrigger.agent.explain;

import dev.outrigger.agent.resolve.ConfigSource;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a cluster that has every ConfigMap and Secret with every key; where all keys are asked
 * for, there is one.
 */
final class AnyConfig implements ConfigSource {

  private static final String SOME_KEY = "FROM_THE_CLUSTER";
  private static final String VALUE = "from-the-cluster";

  /** Has a value for every key, and one to list. */
  private static final class AnyKey extends AbstractMap<String, String> {
    private final String value;

    AnyKey(String value) {
      this.value = value;
    }

    @Override
    public String get(@Nullable Object key) {
      return value;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      return true;
    }

    @Override
    public Set<Map.Entry<String, String>> entrySet() {
      return Set.of(Map.entry(SOME_KEY, value));
    }
  }

  @Override
  public Optional<ConfigMap> configMap(String namespace, String name) {
    ConfigMap map = new ConfigMapBuilder().withNewMetadata().withName(name).endMetadata().build();
    map.setData(new AnyKey(VALUE));
    return Optional.of(map);
  }

  @Override
  public Optional<Secret> secret(String namespace, String name) {
    Secret secret = new SecretBuilder().withNewMetadata().withName(name).endMetadata().build();
    secret.setData(
        new AnyKey(Base64.getEncoder().encodeToString(VALUE.getBytes(StandardCharsets.UTF_8))));
    return Optional.of(secret);
  }

  @Override
  public List<Service> services(String namespace) {
    return List.of();
  }
}
