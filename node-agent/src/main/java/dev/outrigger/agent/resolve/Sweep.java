package dev.outrigger.agent.resolve;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Reads each object once, however many Pods refer to it, and one that is immutable never again: the
 * next sweep knows it from this one. For one thread.
 */
public final class Sweep implements ConfigSource {

  private final ConfigSource source;
  private final Map<String, Optional<ConfigMap>> configMaps = new HashMap<>();
  private final Map<String, Optional<Secret>> secrets = new HashMap<>();
  private final Map<String, Optional<ConfigMap>> knownConfigMaps = new HashMap<>();
  private final Map<String, Optional<Secret>> knownSecrets = new HashMap<>();

  public Sweep(ConfigSource source) {
    this.source = source;
  }

  /** What comes after this one; what this one did not read, that one does not know. */
  public Sweep next() {
    Sweep next = new Sweep(source);
    keep(configMaps, next.knownConfigMaps, m -> Boolean.TRUE.equals(m.getImmutable()));
    keep(secrets, next.knownSecrets, s -> Boolean.TRUE.equals(s.getImmutable()));
    return next;
  }

  @Override
  public Optional<ConfigMap> configMap(String namespace, String name) {
    return once(
        namespace + "/" + name,
        configMaps,
        knownConfigMaps,
        () -> source.configMap(namespace, name));
  }

  @Override
  public Optional<Secret> secret(String namespace, String name) {
    return once(
        namespace + "/" + name, secrets, knownSecrets, () -> source.secret(namespace, name));
  }

  @Override
  public List<Service> services(String namespace) {
    return source.services(namespace);
  }

  private static <T> Optional<T> once(
      String key,
      Map<String, Optional<T>> read,
      Map<String, Optional<T>> known,
      Supplier<Optional<T>> reader) {
    Optional<T> found = read.get(key);
    if (found == null) {
      found = known.getOrDefault(key, Optional.empty()).or(reader);
      read.put(key, found);
    }
    return found;
  }

  private static <T> void keep(
      Map<String, Optional<T>> read, Map<String, Optional<T>> known, Predicate<T> immutable) {
    read.forEach(
        (key, found) -> {
          if (found.filter(immutable).isPresent()) {
            known.put(key, found);
          }
        });
  }
}
