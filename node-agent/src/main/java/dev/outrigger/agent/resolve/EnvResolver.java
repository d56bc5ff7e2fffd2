package dev.outrigger.agent.resolve;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapEnvSource;
import io.fabric8.kubernetes.api.model.ConfigMapKeySelector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.FileKeySelector;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretEnvSource;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The environment of one container as the kubelet makes it: envFrom first, then env in order, each
 * value seeing what came before it, and Services last (pkg/kubelet/kubelet_pods.go,
 * makeEnvironmentVariables).
 */
final class EnvResolver {

  private final ConfigSource source;
  private final String namespace;
  private final DownwardApi downward;
  private final Map<String, SensitiveText> services;

  /**
   * @param services variables that tell of Services: any other of the same name comes first
   */
  EnvResolver(
      ConfigSource source,
      String namespace,
      DownwardApi downward,
      Map<String, SensitiveText> services) {
    this.services = services;
    this.source = source;
    this.namespace = namespace;
    this.downward = downward;
  }

  /**
   * The container's variables.
   *
   * @param path of the container, for example {@code spec.containers[0]}
   */
  Environment resolve(String path, Container container)
      throws UnresolvedException, ProviderException {
    Map<String, SensitiveText> all = new LinkedHashMap<>();
    for (EnvFromSource from : orEmpty(container.getEnvFrom())) {
      all(from, all);
    }
    Environment env = new Environment(all, services);
    List<EnvVar> variables = orEmpty(container.getEnv());
    for (int i = 0; i < variables.size(); i++) {
      EnvVar variable = variables.get(i);
      EnvVarSource from = variable.getValueFrom();
      if (from == null) {
        String value = variable.getValue() == null ? "" : variable.getValue();
        env.put(variable.getName(), env.expand(value));
      } else if (from.getFileKeyRef() != null) {
        env.put(fileKey(variable.getName(), from.getFileKeyRef()));
      } else {
        value(path + ".env[" + i + "]", from, container.getName())
            .ifPresent(value -> env.put(variable.getName(), value));
      }
    }
    return env;
  }

  private static AtStart.FileKey fileKey(String name, FileKeySelector ref) {
    return new AtStart.FileKey(
        name,
        ref.getVolumeName(),
        ref.getPath(),
        ref.getKey(),
        Boolean.TRUE.equals(ref.getOptional()));
  }

  private Optional<SensitiveText> value(String path, EnvVarSource from, String container)
      throws UnresolvedException, ProviderException {
    if (from.getConfigMapKeyRef() != null) {
      return configMapKey(from.getConfigMapKeyRef()).map(SensitiveText::plain);
    }
    if (from.getSecretKeyRef() != null) {
      return secretKey(from.getSecretKeyRef()).map(SensitiveText::sensitive);
    }
    if (from.getFieldRef() != null) {
      return Optional.of(
          SensitiveText.plain(downward.field(path + ".valueFrom.fieldRef", from.getFieldRef())));
    }
    if (from.getResourceFieldRef() != null) {
      String at = path + ".valueFrom.resourceFieldRef";
      return Optional.of(
          SensitiveText.plain(downward.resource(at, from.getResourceFieldRef(), container)));
    }
    throw new ProviderException.Unsupported(
        path + ".valueFrom",
        "use configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef or fileKeyRef");
  }

  private Optional<String> configMapKey(ConfigMapKeySelector ref) throws UnresolvedException {
    Optional<ConfigMap> map = source.configMap(namespace, ref.getName());
    boolean optional = Boolean.TRUE.equals(ref.getOptional());
    if (map.isEmpty()) {
      return missing(optional, "configmap \"" + ref.getName() + "\" not found");
    }
    String value = orEmpty(map.get().getData()).get(ref.getKey());
    return value != null
        ? Optional.of(value)
        : missing(
            optional,
            "couldn't find key %s in ConfigMap %s/%s"
                .formatted(ref.getKey(), namespace, ref.getName()));
  }

  private Optional<String> secretKey(SecretKeySelector ref) throws UnresolvedException {
    Optional<Secret> secret = source.secret(namespace, ref.getName());
    boolean optional = Boolean.TRUE.equals(ref.getOptional());
    if (secret.isEmpty()) {
      return missing(optional, "secret \"" + ref.getName() + "\" not found");
    }
    String value = orEmpty(secret.get().getData()).get(ref.getKey());
    return value != null
        ? Optional.of(decode(value, ref.getKey(), ref.getName()))
        : missing(
            optional,
            "couldn't find key %s in Secret %s/%s"
                .formatted(ref.getKey(), namespace, ref.getName()));
  }

  private void all(EnvFromSource from, Map<String, SensitiveText> env) throws UnresolvedException {
    String prefix = from.getPrefix() == null ? "" : from.getPrefix();
    ConfigMapEnvSource mapRef = from.getConfigMapRef();
    if (mapRef != null) {
      Optional<ConfigMap> map = source.configMap(namespace, mapRef.getName());
      if (map.isEmpty()) {
        missing(
            Boolean.TRUE.equals(mapRef.getOptional()),
            "configmap \"" + mapRef.getName() + "\" not found");
      }
      map.map(m -> orEmpty(m.getData()))
          .orElse(Map.of())
          .forEach((k, v) -> put(env, prefix + k, SensitiveText.plain(v)));
    }
    SecretEnvSource secretRef = from.getSecretRef();
    if (secretRef != null) {
      Optional<Secret> secret = source.secret(namespace, secretRef.getName());
      if (secret.isEmpty()) {
        missing(
            Boolean.TRUE.equals(secretRef.getOptional()),
            "secret \"" + secretRef.getName() + "\" not found");
      }
      for (var entry : orEmpty(secret.map(Secret::getData).orElse(null)).entrySet()) {
        String value = decode(entry.getValue(), entry.getKey(), secretRef.getName());
        put(env, prefix + entry.getKey(), SensitiveText.sensitive(value));
      }
    }
  }

  /** Any printable ASCII but '=' may stand in a name since Kubernetes 1.34 (KEP-4369). */
  private static void put(Map<String, SensitiveText> env, String name, SensitiveText value) {
    if (!name.isEmpty() && name.chars().allMatch(c -> c >= ' ' && c < 127 && c != '=')) {
      env.put(name, value);
    }
  }

  private static Optional<String> missing(boolean optional, String message)
      throws UnresolvedException {
    if (optional) {
      return Optional.empty();
    }
    throw new UnresolvedException(message);
  }

  /** Container runtimes take no other bytes either, and a changed value would be a wrong one. */
  private String decode(String base64, String key, String secret) throws UnresolvedException {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      if (text.indexOf('\0') < 0) {
        return text;
      }
    } catch (CharacterCodingException e) {
      // refused below
    }
    throw new UnresolvedException(
        "key %s in Secret %s/%s is not UTF-8 text without NUL, which a variable must be; mount it as a file"
            .formatted(key, namespace, secret));
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
    return map == null ? Map.of() : map;
  }
}
