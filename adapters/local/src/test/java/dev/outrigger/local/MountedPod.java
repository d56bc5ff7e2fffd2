package dev.outrigger.local;

import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.VolumeFile;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.TokenVolumes;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Pod whose containers, all of them, have mounts. */
final class MountedPod {

  private final PodAttempt attempt;
  private final String script;
  private final List<ContainerWork> init = new ArrayList<>();
  private final List<EnvVariable> env = new ArrayList<>();
  private final List<Volume> volumes = new ArrayList<>();
  private final List<VolumeMount> mounts = new ArrayList<>();
  private final Map<String, List<VolumeFile>> files = new LinkedHashMap<>();
  private Optional<String> workingDir = Optional.empty();
  private Optional<String> message = Optional.empty();

  private MountedPod(PodAttempt attempt, String script) {
    this.attempt = attempt;
    this.script = script;
  }

  /** A new Pod of this name, whose container {@code main} runs this line of shell. */
  static MountedPod of(String name, String script) {
    return of(PodWorks.newAttempt(name), script);
  }

  static MountedPod of(PodAttempt attempt, String script) {
    return new MountedPod(attempt, script);
  }

  PodAttempt attempt() {
    return attempt;
  }

  MountedPod init(String line) {
    init.add(PodWorks.container("init", "sh", "-c", line));
    return this;
  }

  MountedPod env(String name, String value) {
    env.add(new EnvVariable(name, SensitiveText.plain(value)));
    return this;
  }

  MountedPod secretEnv(String name, String value) {
    env.add(new EnvVariable(name, SensitiveText.sensitive(value)));
    return this;
  }

  MountedPod workingDir(String folder) {
    workingDir = Optional.of(folder);
    return this;
  }

  MountedPod message(String path) {
    message = Optional.of(path);
    return this;
  }

  MountedPod scratch(String volume) {
    volumes.add(new VolumeBuilder().withName(volume).withNewEmptyDir().endEmptyDir().build());
    return this;
  }

  MountedPod token() {
    volumes.add(TokenVolumes.volume());
    return mount(TokenVolumes.NAME, TokenVolumes.PATH);
  }

  MountedPod file(String volume, String path, String content, int mode) {
    volumes.add(
        new VolumeBuilder()
            .withName(volume)
            .withNewConfigMap()
            .withName(volume)
            .endConfigMap()
            .build());
    files
        .computeIfAbsent(volume, v -> new ArrayList<>())
        .add(new VolumeFile(path, content.getBytes(StandardCharsets.UTF_8), mode, true));
    return this;
  }

  MountedPod mount(String volume, String path) {
    return mountPart(volume, path, "", "");
  }

  MountedPod readOnly(String volume, String path) {
    mounts.add(
        new VolumeMountBuilder().withName(volume).withMountPath(path).withReadOnly(true).build());
    return this;
  }

  MountedPod mountPart(String volume, String path, String subPath, String expression) {
    VolumeMountBuilder mount = new VolumeMountBuilder().withName(volume).withMountPath(path);
    if (!subPath.isEmpty()) {
      mount.withSubPath(subPath);
    }
    if (!expression.isEmpty()) {
      mount.withSubPathExpr(expression);
    }
    mounts.add(mount.build());
    return this;
  }

  PodWork work() {
    ContainerWork main =
        new ContainerWork(
            "main", PodWorks.IMAGE, List.of("sh", "-c", script), List.of(), workingDir, env);
    List<ContainerWork> inits =
        init.stream()
            .map(
                i ->
                    new ContainerWork(
                        i.name(), i.image(), i.command(), i.args(), Optional.empty(), env))
            .toList();
    PodWork plain = PodWorks.pod(attempt, inits, List.of(main));
    Pod pod = plain.pod();
    pod.getSpec().setVolumes(volumes);
    List<Container> all = new ArrayList<>(pod.getSpec().getContainers());
    all.addAll(pod.getSpec().getInitContainers());
    for (Container container : all) {
      container.setVolumeMounts(mounts);
      message.ifPresent(container::setTerminationMessagePath);
    }
    List<ResolvedVolume> resolved = new ArrayList<>();
    files.forEach((name, content) -> resolved.add(new ResolvedVolume(name, content)));
    return new PodWork(attempt, pod, inits, List.of(main), resolved);
  }
}
