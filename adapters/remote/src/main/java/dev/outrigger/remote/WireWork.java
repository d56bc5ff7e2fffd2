package dev.outrigger.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.VolumeFile;
import dev.outrigger.remote.v1.StopContainerRequest;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What is asked for, between Java and protobuf. */
final class WireWork {

  private static final ObjectMapper JSON = new ObjectMapper();

  private WireWork() {}

  static dev.outrigger.remote.v1.PodKey toWire(PodKey key) {
    return dev.outrigger.remote.v1.PodKey.newBuilder()
        .setUid(key.uid())
        .setNamespace(key.namespace())
        .setName(key.name())
        .build();
  }

  /**
   * @throws IllegalArgumentException when a part is missing
   */
  static PodKey fromWire(dev.outrigger.remote.v1.PodKey key) {
    return new PodKey(key.getUid(), key.getNamespace(), key.getName());
  }

  static dev.outrigger.remote.v1.PodAttempt toWire(PodAttempt attempt) {
    return dev.outrigger.remote.v1.PodAttempt.newBuilder()
        .setKey(toWire(attempt.key()))
        .setNumber(attempt.number())
        .build();
  }

  static PodAttempt fromWire(dev.outrigger.remote.v1.PodAttempt attempt) {
    return new PodAttempt(fromWire(attempt.getKey()), attempt.getNumber());
  }

  static StopContainerRequest toWire(ContainerStop stop) {
    return StopContainerRequest.newBuilder()
        .setRun(toWire(stop.run()))
        .setContainer(stop.container())
        .setGrace(WireTime.toWire(stop.grace()))
        .setAgain(stop.again())
        .build();
  }

  static ContainerStop fromWire(StopContainerRequest stop) {
    return new ContainerStop(
        fromWire(stop.getRun()),
        stop.getContainer(),
        WireTime.fromWire(stop.getGrace()),
        stop.getAgain());
  }

  static dev.outrigger.remote.v1.PodWork toWire(PodWork work) {
    return dev.outrigger.remote.v1.PodWork.newBuilder()
        .setAttempt(toWire(work.attempt()))
        .setPodJson(podJson(work.pod()))
        .addAllInitContainers(work.initContainers().stream().map(WireWork::toWire).toList())
        .addAllContainers(work.containers().stream().map(WireWork::toWire).toList())
        .addAllVolumes(work.volumes().stream().map(WireWork::toWire).toList())
        .build();
  }

  /**
   * @throws IllegalArgumentException when it is no Pod
   */
  static PodWork fromWire(dev.outrigger.remote.v1.PodWork work) {
    return new PodWork(
        fromWire(work.getAttempt()),
        pod(work.getPodJson()),
        work.getInitContainersList().stream().map(WireWork::fromWire).toList(),
        work.getContainersList().stream().map(WireWork::fromWire).toList(),
        work.getVolumesList().stream().map(WireWork::fromWire).toList());
  }

  static ByteString podJson(Pod pod) {
    try {
      return ByteString.copyFrom(JSON.writeValueAsBytes(pod));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a Pod of the Kubernetes model has no JSON form", e);
    }
  }

  /**
   * @throws IllegalArgumentException when it is no Pod
   */
  static Pod pod(ByteString json) {
    try {
      Pod pod = JSON.readValue(json.newInput(), Pod.class);
      if (pod.getMetadata() == null || pod.getSpec() == null) {
        throw new IllegalArgumentException("pod_json has no metadata or no spec");
      }
      return pod;
    } catch (IOException e) {
      throw new IllegalArgumentException("pod_json is no Pod", e);
    }
  }

  private static dev.outrigger.remote.v1.ContainerWork toWire(ContainerWork container) {
    var wire =
        dev.outrigger.remote.v1.ContainerWork.newBuilder()
            .setName(container.name())
            .setImage(container.image())
            .addAllCommand(container.command())
            .addAllArgs(container.args());
    container.workingDir().ifPresent(wire::setWorkingDir);
    for (EnvVariable variable : container.env()) {
      wire.addEnvBuilder().setName(variable.name()).setValue(toWire(variable.value()));
    }
    WireStart.into(wire, container.atStart());
    return wire.build();
  }

  private static ContainerWork fromWire(dev.outrigger.remote.v1.ContainerWork container) {
    List<EnvVariable> env =
        container.getEnvList().stream()
            .map(e -> new EnvVariable(e.getName(), fromWire(e.getValue())))
            .toList();
    return new ContainerWork(
        container.getName(),
        container.getImage(),
        container.getCommandList(),
        container.getArgsList(),
        container.hasWorkingDir() ? Optional.of(container.getWorkingDir()) : Optional.empty(),
        env,
        WireStart.fromWire(container));
  }

  static dev.outrigger.remote.v1.SensitiveText toWire(SensitiveText text) {
    return dev.outrigger.remote.v1.SensitiveText.newBuilder()
        .setValue(text.reveal())
        .setSensitive(text.isSensitive())
        .build();
  }

  static SensitiveText fromWire(dev.outrigger.remote.v1.SensitiveText text) {
    return text.getSensitive()
        ? SensitiveText.sensitive(text.getValue())
        : SensitiveText.plain(text.getValue());
  }

  static dev.outrigger.remote.v1.ResolvedVolume toWire(ResolvedVolume volume) {
    var wire = dev.outrigger.remote.v1.ResolvedVolume.newBuilder().setName(volume.name());
    for (VolumeFile file : volume.files()) {
      wire.addFilesBuilder()
          .setPath(file.path())
          .setContent(ByteString.copyFrom(file.content()))
          .setMode(file.mode())
          .setSensitive(file.sensitive());
    }
    return wire.build();
  }

  static ResolvedVolume fromWire(dev.outrigger.remote.v1.ResolvedVolume volume) {
    List<VolumeFile> files =
        volume.getFilesList().stream()
            .map(
                f ->
                    new VolumeFile(
                        f.getPath(), f.getContent().toByteArray(), f.getMode(), f.getSensitive()))
            .toList();
    return new ResolvedVolume(volume.getName(), files);
  }
}
