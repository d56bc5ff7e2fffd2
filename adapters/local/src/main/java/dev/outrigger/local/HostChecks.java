package dev.outrigger.local;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.FileKeys;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.fields.AutomaticToken;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Refuses what a host's processes cannot be, beyond what {@link HostFields} says of each field. */
final class HostChecks {

  private HostChecks() {}

  static void check(PodWork work, MountNamespaces namespaces) throws ProviderException {
    HostFields.TABLE.check(work.pod().getSpec());
    PodSpec spec = work.pod().getSpec();
    checkContainers("spec.initContainers", work.initContainers(), spec.getInitContainers());
    checkContainers("spec.containers", work.containers(), spec.getContainers());
    checkFileKeys(work);
    if (namespaces.arePermitted()) {
      checkMounts(work);
    } else {
      refuseVolumes(work.pod().getSpec(), namespaces.refusal());
    }
  }

  private static void checkMounts(PodWork work) throws ProviderException {
    for (ContainerWork container : work.initContainers()) {
      MountPlan.of(work, container);
    }
    for (ContainerWork container : work.containers()) {
      MountPlan.of(work, container);
    }
  }

  /** All but the one that nobody asked for. */
  private static void refuseVolumes(PodSpec spec, String why) throws ProviderException.Unsupported {
    List<Volume> asked = AutomaticToken.without(spec).getVolumes();
    for (int i = 0; i < spec.getVolumes().size(); i++) {
      if (asked.contains(spec.getVolumes().get(i))) {
        throw new ProviderException.Unsupported("spec.volumes[" + i + "]", why);
      }
    }
  }

  private static void checkContainers(
      String path, List<ContainerWork> containers, List<Container> spec) throws ProviderException {
    for (int i = 0; i < containers.size(); i++) {
      ContainerWork container = containers.get(i);
      String at = path + "[" + i + "]";
      if (container.command().isEmpty()) {
        throw new ProviderException.Unsupported(
            at + ".command", "give a command: a process of the host has no image to take one from");
      }
      ShellNames.check(at, container, spec);
    }
  }

  /** The API server lets nothing else through. */
  private static void checkFileKeys(PodWork work) throws ProviderException.Invalid {
    PodSpec spec = work.pod().getSpec();
    Set<String> folders =
        spec.getVolumes().stream()
            .filter(v -> v.getEmptyDir() != null)
            .map(Volume::getName)
            .collect(Collectors.toUnmodifiableSet());
    Stream<ContainerWork> all =
        Stream.concat(work.initContainers().stream(), work.containers().stream());
    if (all.flatMap(c -> c.atStart().env().stream())
        .anyMatch(v -> v instanceof AtStart.FileKey from && !folders.contains(from.volume()))) {
      throw new ProviderException.Invalid(
          FileKeys.firstIn(spec).orElse("spec.containers"), "files are read from emptyDir volumes");
    }
  }
}
