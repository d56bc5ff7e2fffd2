package dev.outrigger.local;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.FileKeys;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Refusals;
import dev.outrigger.provider.fields.AutomaticToken;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Refuses what a host's processes cannot be, beyond what {@link HostFields} says of each field. */
final class HostChecks {

  private HostChecks() {}

  /** What can be said before anything is resolved. */
  static void checkFields(Pod pod, MountNamespaces namespaces) throws ProviderException {
    Refusals refusals = new Refusals();
    fields(pod, namespaces, refusals);
    refusals.raise();
  }

  static void check(PodWork work, MountNamespaces namespaces) throws ProviderException {
    Refusals refusals = new Refusals();
    fields(work.pod(), namespaces, refusals);
    names(work, refusals);
    texts("spec.initContainers", work.initContainers(), refusals);
    texts("spec.containers", work.containers(), refusals);
    refusals.of(() -> checkFileKeys(work));
    if (namespaces.arePermitted()) {
      for (ContainerWork container : work.initContainers()) {
        refusals.from(() -> MountPlan.of(work, container));
      }
      for (ContainerWork container : work.containers()) {
        refusals.from(() -> MountPlan.of(work, container));
      }
    }
    refusals.raise();
  }

  private static void fields(Pod pod, MountNamespaces namespaces, Refusals refusals)
      throws ProviderException {
    PodSpec spec = pod.getSpec();
    refusals.of(() -> HostFields.TABLE.check(pod));
    commands("spec.initContainers", spec.getInitContainers(), refusals);
    commands("spec.containers", spec.getContainers(), refusals);
    if (!namespaces.arePermitted()) {
      refuseVolumes(spec, namespaces.refusal(), refusals);
    }
  }

  /** All but the one that nobody asked for. */
  private static void refuseVolumes(PodSpec spec, String why, Refusals refusals) {
    List<Volume> asked = AutomaticToken.without(spec).getVolumes();
    for (int i = 0; i < spec.getVolumes().size(); i++) {
      if (asked.contains(spec.getVolumes().get(i))) {
        refusals.unsupported("spec.volumes[" + i + "]", why);
      }
    }
  }

  private static void commands(String path, List<Container> containers, Refusals refusals) {
    for (int i = 0; i < containers.size(); i++) {
      if (containers.get(i).getCommand().isEmpty()) {
        refusals.unsupported(
            path + "[" + i + "].command",
            "give a command: a process of the host has no image to take one from");
      }
    }
  }

  private static void names(PodWork work, Refusals refusals) {
    PodSpec spec = work.pod().getSpec();
    String init = "spec.initContainers[";
    for (int i = 0; i < work.initContainers().size(); i++) {
      ContainerWork container = work.initContainers().get(i);
      ShellNames.check(init + i + "]", container, spec.getInitContainers(), refusals);
    }
    for (int i = 0; i < work.containers().size(); i++) {
      ContainerWork container = work.containers().get(i);
      ShellNames.check("spec.containers[" + i + "]", container, spec.getContainers(), refusals);
    }
  }

  /** The API server lets it through; a program's arguments and environment end with it. */
  private static void texts(String path, List<ContainerWork> containers, Refusals refusals) {
    for (int i = 0; i < containers.size(); i++) {
      ContainerWork container = containers.get(i);
      String own = path + "[" + i + "].";
      Map<String, Stream<String>> texts =
          Map.of(
              own + "command", container.command().stream(),
              own + "args", container.args().stream(),
              own + "workingDir", container.workingDir().stream(),
              own + "env", container.env().stream().map(v -> v.value().reveal()));
      texts.entrySet().stream()
          .filter(e -> e.getValue().anyMatch(text -> text.indexOf('\0') >= 0))
          .map(Map.Entry::getKey)
          .sorted()
          .forEach(each -> refusals.unsupported(each, "must not hold the character NUL"));
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
