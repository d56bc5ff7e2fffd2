package dev.outrigger.provider.fields;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The volume with the ServiceAccount's token that the API server's admission adds to every Pod,
 * unless {@code automountServiceAccountToken} is false. Nobody asked for it, so a backend that
 * cannot mount it does not refuse the Pod: the token is of use only against the Kubernetes API,
 * which external compute can rarely reach.
 */
public final class AutomaticToken {

  /** The prefix that admission gives the volume's name (ServiceAccountVolumeName). */
  public static final String PREFIX = "kube-api-access-";

  /** A table with a row of its own for this, translated, is of a backend that mounts tokens. */
  static final String FIELD = "spec.volumes[].projected.sources[].serviceAccountToken";

  static final String NOTE = "the API server's automatic token volume: not mounted";

  private AutomaticToken() {}

  /** The spec without that volume and its mounts. */
  public static PodSpec without(PodSpec spec) {
    Set<String> tokens =
        spec.getVolumes().stream()
            .filter(AutomaticToken::is)
            .map(Volume::getName)
            .collect(Collectors.toSet());
    if (tokens.isEmpty()) {
      return spec;
    }
    PodSpec copy = new PodSpecBuilder(spec).build();
    copy.setVolumes(copy.getVolumes().stream().filter(v -> !tokens.contains(v.getName())).toList());
    copy.getContainers().forEach(c -> dropMounts(c, tokens));
    copy.getInitContainers().forEach(c -> dropMounts(c, tokens));
    return copy;
  }

  /** Whether this is that volume. */
  public static boolean is(Volume volume) {
    return volume.getName().startsWith(PREFIX) && volume.getProjected() != null;
  }

  private static void dropMounts(Container container, Set<String> volumes) {
    container.setVolumeMounts(
        container.getVolumeMounts().stream().filter(m -> !volumes.contains(m.getName())).toList());
  }

  /** Whether this is that volume, or a mount of it. */
  static boolean isPartOf(String pattern, JsonNode node) {
    boolean named = node.path("name").asText().startsWith(PREFIX);
    return named
        && (pattern.endsWith(".volumeMounts[]")
            || (pattern.equals("spec.volumes[]") && node.hasNonNull("projected")));
  }
}
