package dev.outrigger.agent.resolve;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * ConfigMaps and Secrets of one namespace in memory; counts how often each is read. Reads may be
 * concurrent.
 */
public final class FakeConfigs implements ConfigSource {

  private final Map<String, ConfigMap> maps = new HashMap<>();
  private final Map<String, Secret> secrets = new HashMap<>();
  private final List<String> reads = Collections.synchronizedList(new ArrayList<>());

  /** Makes or replaces a ConfigMap. */
  public FakeConfigs map(String name, boolean immutable, Map<String, String> data) {
    maps.put(name, new ConfigMapBuilder().withData(data).withImmutable(immutable).build());
    return this;
  }

  /** A ConfigMap with a key that is no text. */
  public FakeConfigs binary(String name, String key, byte[] content) {
    maps.put(
        name,
        new ConfigMapBuilder()
            .addToBinaryData(key, Base64.getEncoder().encodeToString(content))
            .build());
    return this;
  }

  /** Makes or replaces a Secret with one key. */
  public FakeConfigs secret(String name, String key, String value) {
    return secret(name, key, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Makes or replaces a Secret with one key of any content. */
  public FakeConfigs secret(String name, String key, byte[] content) {
    secrets.put(
        name,
        new SecretBuilder().addToData(key, Base64.getEncoder().encodeToString(content)).build());
    return this;
  }

  /** Deletes whatever has the name. */
  public void remove(String name) {
    maps.remove(name);
    secrets.remove(name);
  }

  /** What was read, in order. */
  public List<String> reads() {
    return reads;
  }

  @Override
  public Optional<ConfigMap> configMap(String namespace, String name) {
    reads.add("configmap " + name);
    return Optional.ofNullable(maps.get(name));
  }

  @Override
  public Optional<Secret> secret(String namespace, String name) {
    reads.add("secret " + name);
    return Optional.ofNullable(secrets.get(name));
  }

  @Override
  public List<Service> services(String namespace) {
    return List.of();
  }
}
