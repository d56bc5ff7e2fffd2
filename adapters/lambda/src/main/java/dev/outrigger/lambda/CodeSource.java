package dev.outrigger.lambda;

import dev.outrigger.lambda.FunctionSpec.Code;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.VolumeFile;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Where a function's code comes from: a ConfigMap mounted at /var/task, else the image. */
final class CodeSource {

  static final String RUNTIME = "outrigger.dev/lambda-runtime";

  private static final String TASK_ROOT = "/var/task";
  private static final String C = "spec.containers[0]";
  private static final String TOKEN_VOLUME = "kube-api-access-";
  static final String HINT =
      "only a ConfigMap at /var/task, as the code, can be mounted; use /tmp, or an ECS node";

  private final LambdaConfig config;

  CodeSource(LambdaConfig config) {
    this.config = config;
  }

  Code of(PodWork work) throws ProviderException {
    Optional<String> codeVolume = codeVolume(work);
    refuseOtherVolumes(work, codeVolume);
    ContainerWork container = work.containers().getFirst();
    return codeVolume.isPresent()
        ? zip(work, container, codeVolume.get())
        : new Code.Image(
            config.rewrite(container.image()), container.command(), container.workingDir());
  }

  /** For functions that bring their own code. */
  void refuseVolumes(PodWork work) throws ProviderException {
    refuseOtherVolumes(work, Optional.empty());
  }

  private Code zip(PodWork work, ContainerWork container, String volume) throws ProviderException {
    if (container.command().isEmpty()) {
      throw new ProviderException.Invalid(
          C + ".command", "is required with code from a ConfigMap: its first entry is the handler");
    }
    if (container.command().size() > 1) {
      throw new ProviderException.Unsupported(
          C + ".command[1]", "code from a ConfigMap has one handler; use args for the payload");
    }
    if (container.workingDir().isPresent()) {
      throw new ProviderException.Unsupported(
          C + ".workingDir", "code from a ConfigMap runs in /var/task; leave it out");
    }
    String runtime = work.annotation(RUNTIME).orElse(config.runtime());
    return new Code.Zip(CodeZip.of(files(work, volume)), runtime, container.command().getFirst());
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

  private static Optional<String> codeVolume(PodWork work) {
    return mounts(work).stream().filter(CodeSource::isAtRoot).map(VolumeMount::getName).findFirst();
  }

  private static void refuseOtherVolumes(PodWork work, Optional<String> code)
      throws ProviderException {
    List<Volume> volumes = Objects.requireNonNullElse(work.pod().getSpec().getVolumes(), List.of());
    for (int i = 0; i < volumes.size(); i++) {
      Volume volume = volumes.get(i);
      boolean token = volume.getName().startsWith(TOKEN_VOLUME) && volume.getProjected() != null;
      boolean isCode = code.isPresent() && code.get().equals(volume.getName());
      if (!token && !(isCode && volume.getConfigMap() != null)) {
        throw new ProviderException.Unsupported("spec.volumes[" + i + "]", HINT);
      }
    }
    List<VolumeMount> mounts = mounts(work);
    for (int i = 0; i < mounts.size(); i++) {
      VolumeMount mount = mounts.get(i);
      boolean token = mount.getName().startsWith(TOKEN_VOLUME);
      if (!token && !isAtRoot(mount)) {
        throw new ProviderException.Unsupported(C + ".volumeMounts[" + i + "]", HINT);
      }
    }
  }

  private static boolean isAtRoot(VolumeMount mount) {
    return mount.getMountPath().replaceAll("/+$", "").equals(TASK_ROOT);
  }

  private static List<VolumeMount> mounts(PodWork work) {
    return Objects.requireNonNullElse(
        work.pod().getSpec().getContainers().getFirst().getVolumeMounts(), List.of());
  }
}
