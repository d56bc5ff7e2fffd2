package dev.outrigger.lambda;

import dev.outrigger.lambda.FunctionSpec.Code;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Refusals;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.VolumeFile;
import dev.outrigger.provider.fields.AnnotationTable;
import dev.outrigger.provider.fields.AutomaticToken;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Where a function's code comes from: a ConfigMap mounted at /var/task, else the image. */
final class CodeSource {

  static final String RUNTIME = "outrigger.dev/lambda-runtime";

  /** In the section of the node, in the agent's configuration. */
  private static final String OF_NODE = "lambda.runtime";

  private static final String TASK_ROOT = "/var/task";
  private static final String C = "spec.containers[0]";
  static final String HINT =
      "only a ConfigMap at /var/task, as the code, can be mounted; use /tmp, or fetch the files from S3";

  private final LambdaConfig config;

  CodeSource(LambdaConfig config) {
    this.config = config;
  }

  /** Whether the code is the image's. */
  static boolean isImage(Pod pod) {
    return codeVolume(pod).isEmpty();
  }

  /** To be asked once {@link #checkVolumes} has refused nothing. */
  Code of(PodWork work) throws ProviderException {
    Optional<String> codeVolume = codeVolume(work.pod());
    ContainerWork container = work.containers().getFirst();
    return codeVolume.isPresent()
        ? zip(work, container, codeVolume.get())
        : new Code.Image(
            config.rewrite(container.image()), container.command(), container.workingDir());
  }

  /**
   * Refuses volumes and mounts that are not the code.
   *
   * @param ownCode whether the function brings its own: then all of them
   */
  static void checkVolumes(Pod pod, boolean ownCode, Refusals refusals) {
    Optional<String> code = ownCode ? Optional.empty() : codeVolume(pod);
    Set<String> tokens = AutomaticToken.names(pod.getSpec());
    List<Volume> volumes = Objects.requireNonNullElse(pod.getSpec().getVolumes(), List.of());
    for (int i = 0; i < volumes.size(); i++) {
      Volume volume = volumes.get(i);
      boolean token = tokens.contains(volume.getName());
      boolean isCode = code.isPresent() && code.get().equals(volume.getName());
      if (!token && !(isCode && volume.getConfigMap() != null)) {
        refusals.unsupported("spec.volumes[" + i + "]", HINT);
      }
    }
    List<VolumeMount> mounts = mounts(pod);
    for (int i = 0; i < mounts.size(); i++) {
      VolumeMount mount = mounts.get(i);
      boolean token = tokens.contains(mount.getName());
      if (!token && !isAtRoot(mount)) {
        refusals.unsupported(C + ".volumeMounts[" + i + "]", HINT);
      }
    }
  }

  private Code zip(PodWork work, ContainerWork container, String volume) throws ProviderException {
    Refusals refusals = new Refusals();
    if (container.command().isEmpty()) {
      refusals.invalid(
          C + ".command", "is required with code from a ConfigMap: its first entry is the handler");
    }
    if (container.command().size() > 1) {
      refusals.unsupported(
          C + ".command[1]", "code from a ConfigMap has one handler; use args for the payload");
    }
    if (container.workingDir().isPresent()) {
      refusals.unsupported(
          C + ".workingDir", "code from a ConfigMap runs in /var/task; leave it out");
    }
    List<VolumeFile> files = refusals.from(() -> files(work, volume)).orElse(List.of());
    refusals.raise();
    Optional<String> annotated = work.annotation(RUNTIME);
    return new Code.Zip(
        CodeZip.of(files),
        annotated.orElse(config.runtime()),
        container.command().getFirst(),
        annotated.isPresent() ? AnnotationTable.path(RUNTIME) : OF_NODE);
  }

  private static List<VolumeFile> files(PodWork work, String volume) throws ProviderException {
    List<VolumeFile> files =
        work.volumes().stream()
            .filter(v -> v.name().equals(volume))
            .findFirst()
            .map(ResolvedVolume::files)
            .orElse(List.of());
    if (files.isEmpty()) {
      throw new ProviderException.Invalid(
          "spec.volumes", "the code volume " + volume + " is empty");
    }
    return files;
  }

  private static Optional<String> codeVolume(Pod pod) {
    return mounts(pod).stream().filter(CodeSource::isAtRoot).map(VolumeMount::getName).findFirst();
  }

  private static boolean isAtRoot(VolumeMount mount) {
    return mount.getMountPath().replaceAll("/+$", "").equals(TASK_ROOT);
  }

  private static List<VolumeMount> mounts(Pod pod) {
    return Objects.requireNonNullElse(
        pod.getSpec().getContainers().getFirst().getVolumeMounts(), List.of());
  }
}
