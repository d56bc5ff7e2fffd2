package dev.outrigger.local;

import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Refusals;
import dev.outrigger.provider.fields.AutomaticToken;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What is mounted in one container.
 *
 * @param places in the order in which they are mounted: outer ones before those in them
 */
record MountPlan(List<Place> places) {

  /** Of a container's file at {@code terminationMessagePath}, in its own folder. */
  static final String MESSAGE = "message";

  private static final Path ROOT = Path.of("/");

  MountPlan {
    places = List.copyOf(places);
  }

  /**
   * One mount.
   *
   * @param source relative to the attempt's folder
   * @param subPath in the source; empty for the source itself
   * @param target absolute
   */
  record Place(String source, String subPath, Path target, boolean readOnly) {}

  /**
   * The mounts that the Pod asks for.
   *
   * @throws ProviderException.Invalid or Unsupported, with the field that cannot be honoured
   */
  static MountPlan of(PodWork work, ContainerWork container) throws ProviderException {
    PodSpec spec = work.pod().getSpec();
    Container asked = container(spec, container.name());
    String at = path(spec, container.name());
    Map<String, VolumeSource> sources = sources(work);
    List<Place> places = new ArrayList<>();
    Refusals refusals = new Refusals();
    List<VolumeMount> mounts = asked.getVolumeMounts();
    for (int i = 0; i < mounts.size(); i++) {
      VolumeMount mount = mounts.get(i);
      VolumeSource source = sources.get(mount.getName());
      if (source != null) {
        String path = at + ".volumeMounts[" + i + "]";
        boolean readOnly = source.readOnly || Boolean.TRUE.equals(mount.getReadOnly());
        refusals
            .from(() -> SubPath.of(path, mount, container))
            .map(p -> new Place(source.folder, p, target(mount.getMountPath()), readOnly))
            .ifPresent(places::add);
      }
    }
    refusals.raise();
    Optional.ofNullable(asked.getTerminationMessagePath())
        .filter(p -> !p.isEmpty())
        .map(p -> new Place("containers/" + asked.getName() + "/" + MESSAGE, "", target(p), false))
        .ifPresent(places::add);
    places.sort(Comparator.comparingInt(p -> p.target.getNameCount()));
    return new MountPlan(places);
  }

  private record VolumeSource(String folder, boolean readOnly) {}

  /** The volumes that are here, by name; the automatic token is not, where nobody renews it. */
  private static Map<String, VolumeSource> sources(PodWork work) throws ProviderException.Invalid {
    Map<String, VolumeSource> sources = new HashMap<>();
    work.volumes()
        .forEach(v -> sources.put(v.name(), new VolumeSource("volumes/" + v.name(), true)));
    List<Volume> volumes = work.pod().getSpec().getVolumes();
    for (int i = 0; i < volumes.size(); i++) {
      Volume volume = volumes.get(i);
      if (volume.getEmptyDir() != null) {
        String folder = HostStore.scratch(work.key(), volume.getName());
        sources.put(volume.getName(), new VolumeSource(folder, false));
      } else if (!sources.containsKey(volume.getName()) && !AutomaticToken.is(volume)) {
        throw new ProviderException.Invalid(
            "spec.volumes[" + i + "]", "the agent has sent no content of it");
      }
    }
    return sources;
  }

  private static Container container(PodSpec spec, String name) {
    return Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
        .filter(c -> c.getName().equals(name))
        .findFirst()
        .orElseGet(Container::new);
  }

  private static String path(PodSpec spec, String name) {
    for (int i = 0; i < spec.getInitContainers().size(); i++) {
      if (spec.getInitContainers().get(i).getName().equals(name)) {
        return "spec.initContainers[" + i + "]";
      }
    }
    List<String> names = spec.getContainers().stream().map(Container::getName).toList();
    return "spec.containers[" + names.indexOf(name) + "]";
  }

  private static Path target(String path) {
    return ROOT.resolve(path).normalize();
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  /** Whether the container has a file for its last words. */
  boolean hasMessage() {
    return places.stream().anyMatch(p -> p.source.endsWith("/" + MESSAGE));
  }

  /** The calls of {@code enter.sh}'s functions that do it on this host. */
  String script() throws IOException {
    List<Target> targets = new ArrayList<>();
    TreeSet<Path> owned = new TreeSet<>();
    owned.add(ROOT);
    for (Place place : places) {
      Target target = Target.onHost(place.target);
      targets.add(target);
      owned.add(target.lacking);
    }
    StringBuilder script = new StringBuilder();
    owned.forEach(folder -> call(script, "own", folder.toString()));
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      call(script, "place", place.source, place.subPath, targets.get(i).path.toString());
    }
    call(script, "keep");
    for (int i = 0; i < places.size(); i++) {
      if (places.get(i).readOnly) {
        call(script, "freeze", targets.get(i).path.toString());
      }
    }
    return script.toString();
  }

  /**
   * A mount point on the host.
   *
   * @param path without links, so that it leads to the same place below another root
   * @param lacking the folder in which something is missing for it; the root, which is replaced
   *     anyhow, if nothing is
   */
  private record Target(Path path, Path lacking) {

    static Target onHost(Path wanted) throws IOException {
      if (Files.exists(wanted)) {
        return new Target(wanted.toRealPath(), ROOT);
      }
      for (int names = wanted.getNameCount() - 1; names > 0; names--) {
        Path folder = ROOT.resolve(wanted.subpath(0, names));
        if (Files.exists(folder)) {
          Path real = folder.toRealPath();
          return new Target(real.resolve(folder.relativize(wanted)), real);
        }
      }
      return new Target(wanted, ROOT);
    }
  }

  private static void call(StringBuilder script, String function, String... arguments) {
    script.append(function);
    for (String argument : arguments) {
      script.append(' ').append(RunScript.quote(argument));
    }
    script.append('\n');
  }
}
