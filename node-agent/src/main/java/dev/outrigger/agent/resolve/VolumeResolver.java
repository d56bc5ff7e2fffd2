package dev.outrigger.agent.resolve;

import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.VolumeFile;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of ConfigMap, Secret, downward API and projected volumes. Service-account tokens are
 * left out: what they are for does not exist outside the cluster, and adapters account for the
 * field.
 */
final class VolumeResolver {

  private static final int DEFAULT_MODE = 0644;

  private final ConfigSource source;
  private final String namespace;
  private final DownwardApi downward;

  VolumeResolver(ConfigSource source, String namespace, DownwardApi downward) {
    this.source = source;
    this.namespace = namespace;
    this.downward = downward;
  }

  List<ResolvedVolume> resolve(Pod pod) throws UnresolvedException, ProviderException {
    List<ResolvedVolume> resolved = new ArrayList<>();
    List<Volume> volumes = orEmpty(pod.getSpec().getVolumes());
    for (int i = 0; i < volumes.size(); i++) {
      Volume volume = volumes.get(i);
      try {
        files("spec.volumes[" + i + "]", volume)
            .ifPresent(files -> resolved.add(new ResolvedVolume(volume.getName(), files)));
      } catch (UnresolvedException e) {
        throw e.inVolume(volume.getName());
      }
    }
    return resolved;
  }

  private Optional<List<VolumeFile>> files(String path, Volume volume)
      throws UnresolvedException, ProviderException {
    if (volume.getConfigMap() != null) {
      var ref = volume.getConfigMap();
      return Optional.of(
          configMap(ref.getName(), ref.getOptional(), ref.getItems(), mode(ref.getDefaultMode())));
    }
    if (volume.getSecret() != null) {
      var ref = volume.getSecret();
      return Optional.of(
          secret(
              ref.getSecretName(), ref.getOptional(), ref.getItems(), mode(ref.getDefaultMode())));
    }
    if (volume.getDownwardAPI() != null) {
      var ref = volume.getDownwardAPI();
      return Optional.of(
          downward(path + ".downwardAPI", ref.getItems(), mode(ref.getDefaultMode())));
    }
    if (volume.getProjected() != null) {
      return projected(path + ".projected", volume);
    }
    return Optional.empty();
  }

  private Optional<List<VolumeFile>> projected(String path, Volume volume)
      throws UnresolvedException, ProviderException {
    int mode = mode(volume.getProjected().getDefaultMode());
    List<VolumeProjection> sources = orEmpty(volume.getProjected().getSources());
    if (sources.stream().anyMatch(s -> s.getServiceAccountToken() != null)) {
      return Optional.empty();
    }
    List<VolumeFile> files = new ArrayList<>();
    for (VolumeProjection from : sources) {
      if (from.getConfigMap() != null) {
        var ref = from.getConfigMap();
        files.addAll(configMap(ref.getName(), ref.getOptional(), ref.getItems(), mode));
      }
      if (from.getSecret() != null) {
        var ref = from.getSecret();
        files.addAll(secret(ref.getName(), ref.getOptional(), ref.getItems(), mode));
      }
      if (from.getDownwardAPI() != null) {
        files.addAll(downward(path + ".downwardAPI", from.getDownwardAPI().getItems(), mode));
      }
    }
    return Optional.of(files);
  }

  private List<VolumeFile> configMap(
      String name, @Nullable Boolean optional, @Nullable List<KeyToPath> items, int mode)
      throws UnresolvedException {
    Optional<ConfigMap> map = source.configMap(namespace, name);
    if (map.isEmpty()) {
      return missing(optional, "configmap \"" + name + "\" not found");
    }
    Map<String, byte[]> data = new TreeMap<>();
    orEmpty(map.get().getData()).forEach((k, v) -> data.put(k, v.getBytes(StandardCharsets.UTF_8)));
    orEmpty(map.get().getBinaryData())
        .forEach((k, v) -> data.put(k, Base64.getDecoder().decode(v)));
    return pick(data, optional, items, mode, false, "configmap " + namespace + "/" + name);
  }

  private List<VolumeFile> secret(
      String name, @Nullable Boolean optional, @Nullable List<KeyToPath> items, int mode)
      throws UnresolvedException {
    var secret = source.secret(namespace, name);
    if (secret.isEmpty()) {
      return missing(optional, "secret \"" + name + "\" not found");
    }
    Map<String, byte[]> data = new TreeMap<>();
    orEmpty(secret.get().getData()).forEach((k, v) -> data.put(k, Base64.getDecoder().decode(v)));
    return pick(data, optional, items, mode, true, "secret " + namespace + "/" + name);
  }

  private static List<VolumeFile> pick(
      Map<String, byte[]> data,
      @Nullable Boolean optional,
      @Nullable List<KeyToPath> items,
      int mode,
      boolean sensitive,
      String what)
      throws UnresolvedException {
    List<VolumeFile> files = new ArrayList<>();
    if (items == null || items.isEmpty()) {
      data.forEach((key, content) -> files.add(new VolumeFile(key, content, mode, sensitive)));
      return files;
    }
    for (KeyToPath item : items) {
      byte[] content = data.get(item.getKey());
      if (content != null) {
        int own = item.getMode() == null ? mode : item.getMode();
        files.add(new VolumeFile(item.getPath(), content, own, sensitive));
      } else if (!Boolean.TRUE.equals(optional)) {
        throw new UnresolvedException(what + " references non-existent key: " + item.getKey());
      }
    }
    return files;
  }

  private List<VolumeFile> downward(
      String path, @Nullable List<DownwardAPIVolumeFile> items, int mode) throws ProviderException {
    List<VolumeFile> files = new ArrayList<>();
    for (DownwardAPIVolumeFile item : orEmpty(items)) {
      String value =
          item.getFieldRef() != null
              ? downward.field(path, item.getFieldRef())
              : downward.resource(path, item.getResourceFieldRef(), "");
      int own = item.getMode() == null ? mode : item.getMode();
      files.add(new VolumeFile(item.getPath(), value.getBytes(StandardCharsets.UTF_8), own, false));
    }
    return files;
  }

  private static List<VolumeFile> missing(@Nullable Boolean optional, String message)
      throws UnresolvedException {
    if (Boolean.TRUE.equals(optional)) {
      return List.of();
    }
    throw new UnresolvedException(message);
  }

  private static int mode(@Nullable Integer mode) {
    return mode == null ? DEFAULT_MODE : mode;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
