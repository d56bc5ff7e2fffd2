package dev.outrigger.local;

import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.Sidecars;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes what an attempt needs into a folder that nobody sees yet. */
final class AttemptStaging {

  private AttemptStaging() {}

  /**
   * Only the agent's user may look: {@code run.sh} holds the environment until it has started, and
   * {@code volumes} the content of Secrets until all containers have ended.
   *
   * @param namespaces for containers that have mounts
   */
  static void write(
      Path folder, PodWork work, RunBackOff backOff, MountNamespaces namespaces, Instant now)
      throws IOException, ProviderException {
    createPrivateFolder(folder);
    AttemptRecord.of(work).write(folder.resolve("attempt.json"));
    copyScript("supervise.sh", folder);
    copyScript("keys.sh", folder);
    copyScript("stop.sh", folder);
    copyScript("stop-run.sh", folder);
    if (namespaces.options().isPresent()) {
      copyScript("enter.sh", folder);
      Files.writeString(folder.resolve("namespace"), namespaces.options().get() + "\n");
      writeVolumes(folder, work, now);
    }
    Files.write(folder.resolve("init"), names(work.initContainers()));
    Files.write(folder.resolve("main"), names(work.containers()));
    Files.writeString(folder.resolve("backoff"), backOff.line());
    Set<String> sidecars = Sidecars.names(work.pod().getSpec());
    Set<String> awaited =
        work.pod().getSpec().getInitContainers().stream()
            .filter(Sidecars::isAwaited)
            .map(Container::getName)
            .collect(Collectors.toSet());
    Map<String, String> inputs = inputs(work.pod().getSpec());
    for (ContainerWork container :
        Stream.concat(work.initContainers().stream(), work.containers().stream()).toList()) {
      Path own = folder.resolve("containers").resolve(container.name());
      Files.createDirectories(own.resolve("work"));
      if (sidecars.contains(container.name())) {
        Files.createFile(own.resolve("sidecar"));
      }
      if (awaited.contains(container.name())) {
        Files.createFile(own.resolve("awaited"));
      }
      Files.write(own.resolve("restart"), RestartLines.of(work.pod().getSpec(), container.name()));
      if (inputs.containsKey(container.name())) {
        Files.writeString(own.resolve("stdin"), inputs.get(container.name()));
      }
      if (namespaces.arePermitted()) {
        writeMounts(own, MountPlan.of(work, container));
      }
      writeScripts(own, container, work.key());
    }
  }

  private static void writeScripts(Path own, ContainerWork container, PodKey pod)
      throws IOException {
    Files.writeString(own.resolve("run.sh"), RunScript.of(container, pod));
    String keys = RunScript.keys(container, pod);
    if (!keys.isEmpty()) {
      Files.writeString(own.resolve("keys"), keys);
    }
  }

  private static void writeVolumes(Path folder, PodWork work, Instant now) throws IOException {
    Path volumes = Files.createDirectory(folder.resolve("volumes"));
    for (ResolvedVolume volume : work.volumes()) {
      new FileVolume(volumes.resolve(volume.name())).write(volume.files(), now);
    }
  }

  /** Without mounts, none of this is there. */
  private static void writeMounts(Path own, MountPlan plan) throws IOException {
    if (plan.isEmpty()) {
      return;
    }
    if (plan.hasMessage()) {
      Path message = Files.createFile(own.resolve(MountPlan.MESSAGE));
      Files.setPosixFilePermissions(message, FileVolume.permissions(0666)); // as the kubelet's
    }
    Files.createDirectory(own.resolve("root"));
    Files.writeString(own.resolve("mounts"), plan.script());
  }

  static void createPrivateFolder(Path folder) throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** The containers with {@code stdin: true}: "once" if it ends with the first client's. */
  private static Map<String, String> inputs(PodSpec spec) {
    return Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
        .filter(c -> Boolean.TRUE.equals(c.getStdin()))
        .collect(
            Collectors.toMap(
                Container::getName, c -> Boolean.TRUE.equals(c.getStdinOnce()) ? "once" : "open"));
  }

  private static List<String> names(List<ContainerWork> containers) {
    return containers.stream().map(ContainerWork::name).toList();
  }

  static void copyScript(String name, Path folder) throws IOException {
    try (InputStream in = AttemptStaging.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the resource " + name + " is missing from the class path");
      }
      Files.copy(in, folder.resolve(name));
    }
  }
}
