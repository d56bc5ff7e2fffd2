package dev.outrigger.agent.resolve;

import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.VolumeFile;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of ConfigMap, Secret, downward API and projected volumes. Where there is no source of
 * tokens, projected volumes with a service-account token are left out: what they are for does not
 * exist outside the cluster, and adapters account for the field.
 */
final class VolumeResolver {

  private static final int DEFAULT_MODE = 0644;
  private static final long DEFAULT_EXPIRATION = 3600;

  private final ConfigSource source;
  private final Optional<TokenSource> tokens;
  private final DownwardApi downward;
  private final Pod pod;

  VolumeResolver(ConfigSource source, Optional<TokenSource> tokens, DownwardApi downward, Pod pod) {
    this.source = source;
    this.tokens = tokens;
    this.downward = downward;
    this.pod = pod;
  }

  List<ResolvedVolume> resolve() throws UnresolvedException, ProviderException {
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
      int mode = mode(ref.getDefaultMode());
      return Optional.of(
          configMap(
              new VolumeFiles.Reference(ref.getName(), ref.getOptional(), ref.getItems(), mode)));
    }
    if (volume.getSecret() != null) {
      var ref = volume.getSecret();
      int mode = mode(ref.getDefaultMode());
      return Optional.of(
          secret(
              new VolumeFiles.Reference(
                  ref.getSecretName(), ref.getOptional(), ref.getItems(), mode)));
    }
    if (volume.getDownwardAPI() != null) {
      var ref = volume.getDownwardAPI();
      return Optional.of(
          downward(path + ".downwardAPI", ref.getItems(), mode(ref.getDefaultMode())));
    }
    return volume.getProjected() == null
        ? Optional.empty()
        : projected(path + ".projected", volume);
  }

  /** What is missing is told of all sources together, as the kubelet does. */
  private Optional<List<VolumeFile>> projected(String path, Volume volume)
      throws UnresolvedException, ProviderException {
    int mode = mode(volume.getProjected().getDefaultMode());
    List<VolumeProjection> sources = orEmpty(volume.getProjected().getSources());
    if (tokens.isEmpty() && sources.stream().anyMatch(s -> s.getServiceAccountToken() != null)) {
      return Optional.empty();
    }
    List<VolumeFile> files = new ArrayList<>();
    Set<String> problems = new LinkedHashSet<>();
    for (int i = 0; i < sources.size(); i++) {
      try {
        files.addAll(projection(path + ".sources[" + i + "]", sources.get(i), mode));
      } catch (UnresolvedException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    if (problems.isEmpty()) {
      return Optional.of(files);
    }
    String all = String.join(", ", problems);
    throw new UnresolvedException(problems.size() == 1 ? all : "[" + all + "]");
  }

  private List<VolumeFile> projection(String path, VolumeProjection from, int mode)
      throws UnresolvedException, ProviderException {
    if (from.getConfigMap() != null) {
      var ref = from.getConfigMap();
      return configMap(
          new VolumeFiles.Reference(ref.getName(), ref.getOptional(), ref.getItems(), mode));
    }
    if (from.getSecret() != null) {
      var ref = from.getSecret();
      return secret(
          new VolumeFiles.Reference(ref.getName(), ref.getOptional(), ref.getItems(), mode));
    }
    if (from.getDownwardAPI() != null) {
      return downward(path + ".downwardAPI", from.getDownwardAPI().getItems(), mode);
    }
    return from.getServiceAccountToken() == null
        ? List.of()
        : List.of(token(from.getServiceAccountToken(), mode));
  }

  private List<VolumeFile> configMap(VolumeFiles.Reference ref) throws UnresolvedException {
    return VolumeFiles.of(ref, source.configMap(namespace(), String.valueOf(ref.name())));
  }

  private List<VolumeFile> secret(VolumeFiles.Reference ref) throws UnresolvedException {
    return VolumeFiles.ofSecret(ref, source.secret(namespace(), String.valueOf(ref.name())));
  }

  private VolumeFile token(ServiceAccountTokenProjection asked, int mode)
      throws UnresolvedException {
    var metadata = pod.getMetadata();
    Long seconds = asked.getExpirationSeconds();
    String account = pod.getSpec().getServiceAccountName();
    TokenSource.Order order =
        new TokenSource.Order(
            new PodKey(metadata.getUid(), metadata.getNamespace(), metadata.getName()),
            account == null || account.isEmpty() ? "default" : account,
            asked.getAudience() == null ? "" : asked.getAudience(),
            seconds == null ? DEFAULT_EXPIRATION : seconds);
    byte[] content = tokens.orElseThrow().token(order).reveal().getBytes(StandardCharsets.UTF_8);
    return new VolumeFile(asked.getPath(), content, mode, true);
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

  private String namespace() {
    return pod.getMetadata().getNamespace();
  }

  private static int mode(@Nullable Integer mode) {
    return mode == null ? DEFAULT_MODE : mode;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
