package dev.outrigger.agent.resolve;

import dev.outrigger.provider.VolumeFile;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The files that a ConfigMap or a Secret makes of its keys, with the kubelet's words. Pure. */
final class VolumeFiles {

  private VolumeFiles() {}

  /**
   * How a volume refers to it.
   *
   * @param items which keys, and where to; all of them if there are none
   * @param mode of files whose item does not say
   */
  record Reference(
      @Nullable String name,
      @Nullable Boolean optional,
      @Nullable List<KeyToPath> items,
      int mode) {

    boolean isOptional() {
      return Boolean.TRUE.equals(optional);
    }
  }

  static List<VolumeFile> of(Reference ref, Optional<ConfigMap> found) throws UnresolvedException {
    if (found.isEmpty()) {
      return missing(ref, "configmap \"" + ref.name + "\" not found");
    }
    Map<String, byte[]> data = new TreeMap<>();
    orEmpty(found.get().getData())
        .forEach((k, v) -> data.put(k, v.getBytes(StandardCharsets.UTF_8)));
    orEmpty(found.get().getBinaryData()).forEach((k, v) -> data.put(k, decoded(v)));
    return pick(data, ref, false, "configmap references non-existent config key: ");
  }

  static List<VolumeFile> ofSecret(Reference ref, Optional<Secret> found)
      throws UnresolvedException {
    if (found.isEmpty()) {
      return missing(ref, "secret \"" + ref.name + "\" not found");
    }
    Map<String, byte[]> data = new TreeMap<>();
    orEmpty(found.get().getData()).forEach((k, v) -> data.put(k, decoded(v)));
    return pick(data, ref, true, "references non-existent secret key: ");
  }

  private static List<VolumeFile> pick(
      Map<String, byte[]> data, Reference ref, boolean sensitive, String absent)
      throws UnresolvedException {
    List<VolumeFile> files = new ArrayList<>();
    if (ref.items == null || ref.items.isEmpty()) {
      data.forEach((key, content) -> files.add(new VolumeFile(key, content, ref.mode, sensitive)));
      return files;
    }
    for (KeyToPath item : ref.items) {
      byte[] content = data.get(item.getKey());
      if (content != null) {
        int own = item.getMode() == null ? ref.mode : item.getMode();
        files.add(new VolumeFile(item.getPath(), content, own, sensitive));
      } else if (!ref.isOptional()) {
        throw new UnresolvedException(absent + item.getKey());
      }
    }
    return files;
  }

  private static List<VolumeFile> missing(Reference ref, String message)
      throws UnresolvedException {
    if (ref.isOptional()) {
      return List.of();
    }
    throw new UnresolvedException(message);
  }

  private static byte[] decoded(String base64) {
    return Base64.getDecoder().decode(base64);
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
