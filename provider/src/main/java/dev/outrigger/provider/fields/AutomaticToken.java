package dev.outrigger.provider.fields;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The volume with the ServiceAccount's token that the API server's admission adds to every Pod,
 * unless {@code automountServiceAccountToken} is false. Nobody asked for it, so a backend that
 * cannot mount it does not refuse the Pod: the token is of use only against the Kubernetes API,
 * which external compute can rarely reach.
 */
public final class AutomaticToken {

  /** The prefix that admission gives the volume's name (ServiceAccountVolumeName). */
  public static final String PREFIX = "kube-api-access-";

  private static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final String ROOT_CA = "kube-root-ca.crt";

  /** OpenShift's admission adds this one. */
  private static final String SERVICE_CA = "openshift-service-ca.crt";

  /** A table with a row of its own for this, translated, is of a backend that mounts tokens. */
  static final String FIELD = "spec.volumes[].projected.sources[].serviceAccountToken";

  static final String NOTE = "the API server's automatic token volume: not mounted";

  private AutomaticToken() {}

  /** The spec without that volume and its mounts. */
  public static PodSpec without(PodSpec spec) {
    Set<String> tokens = names(spec);
    if (tokens.isEmpty()) {
      return spec;
    }
    PodSpec copy = new PodSpecBuilder(spec).build();
    copy.setVolumes(copy.getVolumes().stream().filter(v -> !tokens.contains(v.getName())).toList());
    copy.getContainers().forEach(c -> dropMounts(c, tokens));
    copy.getInitContainers().forEach(c -> dropMounts(c, tokens));
    return copy;
  }

  /** What that volume is called in a Pod; one that is mounted elsewhere too is the user's. */
  public static Set<String> names(PodSpec spec) {
    Set<String> elsewhere =
        Stream.of(spec.getInitContainers(), spec.getContainers())
            .flatMap(List::stream)
            .flatMap(c -> c.getVolumeMounts().stream())
            .filter(m -> !MOUNT_PATH.equals(m.getMountPath()))
            .map(VolumeMount::getName)
            .collect(Collectors.toSet());
    return spec.getVolumes().stream()
        .filter(AutomaticToken::is)
        .map(Volume::getName)
        .filter(name -> !elsewhere.contains(name))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether this is that volume, by its name and by all that it brings. */
  public static boolean is(Volume volume) {
    if (!volume.getName().startsWith(PREFIX) || volume.getProjected() == null) {
      return false;
    }
    List<VolumeProjection> sources = volume.getProjected().getSources();
    List<Predicate<VolumeProjection>> needed =
        List.of(AutomaticToken::isToken, s -> isConfig(s, ROOT_CA), AutomaticToken::isNamespace);
    return needed.stream().allMatch(n -> sources.stream().anyMatch(n))
        && sources.stream()
            .allMatch(s -> isConfig(s, SERVICE_CA) || needed.stream().anyMatch(n -> n.test(s)));
  }

  private static boolean isToken(VolumeProjection source) {
    ServiceAccountTokenProjection token = source.getServiceAccountToken();
    return token != null && Objects.requireNonNullElse(token.getAudience(), "").isEmpty();
  }

  private static boolean isConfig(VolumeProjection source, String name) {
    return source.getConfigMap() != null && name.equals(source.getConfigMap().getName());
  }

  private static boolean isNamespace(VolumeProjection source) {
    return source.getDownwardAPI() != null
        && source.getDownwardAPI().getItems().stream()
            .allMatch(
                i ->
                    i.getFieldRef() != null
                        && "metadata.namespace".equals(i.getFieldRef().getFieldPath()));
  }

  private static void dropMounts(Container container, Set<String> volumes) {
    container.setVolumeMounts(
        container.getVolumeMounts().stream().filter(m -> !volumes.contains(m.getName())).toList());
  }

  /** Whether this is one of these volumes, or a mount of it. */
  static boolean isPartOf(String pattern, JsonNode node, Set<String> names) {
    return (pattern.endsWith(".volumeMounts[]") || pattern.equals("spec.volumes[]"))
        && names.contains(node.path("name").asText());
  }
}
