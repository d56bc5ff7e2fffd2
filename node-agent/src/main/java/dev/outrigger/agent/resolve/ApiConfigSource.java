package dev.outrigger.agent.resolve;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Reads from the API server and remembers what it found for a short while, so that a burst of Pods
 * of one Deployment costs one read. What was not found is asked for again each time.
 */
public final class ApiConfigSource implements ConfigSource {

  private static final Duration REMEMBERED = Duration.ofSeconds(5);
  private static final int MOST_REMEMBERED = 1_000;

  private record Remembered(Object value, Instant until) {}

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<String, Remembered> cache = new ConcurrentHashMap<>();

  public ApiConfigSource(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  @Override
  public Optional<ConfigMap> configMap(String namespace, String name) {
    return read(
        ConfigMap.class,
        "ConfigMap/" + namespace + "/" + name,
        () -> client.configMaps().inNamespace(namespace).withName(name).get());
  }

  @Override
  public Optional<Secret> secret(String namespace, String name) {
    return read(
        Secret.class,
        "Secret/" + namespace + "/" + name,
        () -> client.secrets().inNamespace(namespace).withName(name).get());
  }

  @Override
  public List<Service> services(String namespace) {
    return read(
            ServiceList.class,
            "Services/" + namespace,
            () -> client.services().inNamespace(namespace).list())
        .map(ServiceList::getItems)
        .orElse(List.of());
  }

  private <T> Optional<T> read(Class<T> type, String key, Supplier<T> reader) {
    Instant now = clock.instant();
    Remembered found = cache.get(key);
    if (found != null && now.isBefore(found.until)) {
      return Optional.of(type.cast(found.value));
    }
    Optional<T> value = Optional.ofNullable(reader.get());
    if (cache.size() >= MOST_REMEMBERED) {
      cache.clear();
    }
    value.ifPresent(v -> cache.put(key, new Remembered(v, now.plus(REMEMBERED))));
    return value;
  }
}
