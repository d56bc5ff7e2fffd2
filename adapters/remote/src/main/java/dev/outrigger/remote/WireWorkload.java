package dev.outrigger.remote;

import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.Facility;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import dev.outrigger.remote.v1.GetCapabilitiesResponse;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is observed, between Java and protobuf. */
final class WireWorkload {

  private WireWorkload() {}

  static dev.outrigger.remote.v1.Workload toWire(Workload workload) {
    var wire =
        dev.outrigger.remote.v1.Workload.newBuilder()
            .setAttempt(WireWork.toWire(workload.attempt()))
            .setHandle(workload.handle())
            .addAllContainers(workload.containers().stream().map(WireWorkload::toWire).toList())
            .setStopping(workload.stopping());
    workload.podIp().ifPresent(wire::setPodIp);
    workload.warning().ifPresent(wire::setWarning);
    return wire.build();
  }

  static Workload fromWire(dev.outrigger.remote.v1.Workload wire) {
    return new Workload(
        WireWork.fromWire(wire.getAttempt()),
        wire.getHandle(),
        wire.getContainersList().stream().map(WireWorkload::fromWire).toList(),
        wire.hasPodIp() ? Optional.of(wire.getPodIp()) : Optional.empty(),
        wire.getStopping(),
        wire.hasWarning() ? Optional.of(wire.getWarning()) : Optional.empty());
  }

  /** What a provider can do, and which optional parts it has. */
  static GetCapabilitiesResponse toWire(Provider provider) throws ProviderException {
    Capabilities capabilities = provider.askCapabilities();
    var wire =
        GetCapabilitiesResponse.newBuilder()
            .putAllCapacity(capabilities.capacity())
            .setMaximumGrace(WireTime.toWire(capabilities.maximumGrace()))
            .putAllLabels(capabilities.labels())
            .setOneShot(capabilities.has(Trait.ONE_SHOT))
            .setClusterNetwork(capabilities.has(Trait.CLUSTER_NETWORK))
            .setSidecars(capabilities.has(Trait.SIDECARS))
            .setLiveVolumes(capabilities.has(Trait.LIVE_VOLUMES))
            .setContainerRestarts(capabilities.has(Trait.CONTAINER_RESTARTS))
            .setKeepsEnded(capabilities.has(Trait.KEEPS_ENDED))
            .setFileKeys(capabilities.has(Trait.FILE_KEYS))
            .setHasLogs(provider.logs().isPresent())
            .setHasExec(provider.exec().isPresent())
            .setHasAttach(provider.attach().isPresent())
            .setHasPorts(provider.ports().isPresent())
            .setHasStats(provider.stats().isPresent())
            .setHasNodeState(provider.nodeState().isPresent());
    capabilities.maximumRunTime().map(WireTime::toWire).ifPresent(wire::setMaximumRunTime);
    capabilities.lacks().forEach((facility, why) -> wire.putLacks(facility.name(), why));
    return wire.build();
  }

  static Capabilities fromWire(GetCapabilitiesResponse wire) {
    Optional<Duration> runTime =
        wire.hasMaximumRunTime()
            ? Optional.of(WireTime.fromWire(wire.getMaximumRunTime()))
            : Optional.empty();
    return new Capabilities(
        wire.getCapacityMap(),
        runTime,
        WireTime.fromWire(wire.getMaximumGrace()),
        wire.getLabelsMap(),
        traits(wire),
        lacks(wire));
  }

  private static Set<Trait> traits(GetCapabilitiesResponse wire) {
    return Stream.of(Trait.values())
        .filter(
            trait ->
                switch (trait) {
                  case ONE_SHOT -> wire.getOneShot();
                  case CLUSTER_NETWORK -> wire.getClusterNetwork();
                  case SIDECARS -> wire.getSidecars();
                  case CONTAINER_RESTARTS -> wire.getContainerRestarts();
                  case LIVE_VOLUMES -> wire.getLiveVolumes();
                  case KEEPS_ENDED -> wire.getKeepsEnded();
                  case FILE_KEYS -> wire.getFileKeys();
                })
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Map<Facility, String> lacks(GetCapabilitiesResponse wire) {
    Map<Facility, String> lacks = new EnumMap<>(Facility.class);
    for (Facility facility : Facility.values()) {
      String why = wire.getLacksMap().get(facility.name());
      if (why != null) {
        lacks.put(facility, why);
      }
    }
    return lacks;
  }

  private static dev.outrigger.remote.v1.ContainerObservation toWire(
      ContainerObservation container) {
    var wire =
        dev.outrigger.remote.v1.ContainerObservation.newBuilder()
            .setName(container.name())
            .setState(toWire(container.state()))
            .setRestarts(container.restarts());
    container.last().map(WireWorkload::toWire).ifPresent(wire::setLast);
    container.containerId().ifPresent(wire::setContainerId);
    container.imageId().ifPresent(wire::setImageId);
    return wire.build();
  }

  private static ContainerObservation fromWire(dev.outrigger.remote.v1.ContainerObservation wire) {
    return new ContainerObservation(
        wire.getName(),
        fromWire(wire.getState()),
        wire.hasContainerId() ? Optional.of(wire.getContainerId()) : Optional.empty(),
        wire.hasImageId() ? Optional.of(wire.getImageId()) : Optional.empty(),
        wire.getRestarts(),
        wire.hasLast() ? Optional.of(fromWire(wire.getLast())) : Optional.empty());
  }

  private static dev.outrigger.remote.v1.ContainerState toWire(ContainerState state) {
    var wire = dev.outrigger.remote.v1.ContainerState.newBuilder();
    switch (state) {
      case ContainerState.Waiting w ->
          wire.getWaitingBuilder().setReason(w.reason()).setMessage(w.message());
      case ContainerState.Running r ->
          wire.getRunningBuilder().setStartedAt(WireTime.toWire(r.startedAt()));
      case ContainerState.Terminated t -> wire.setTerminated(toWire(t));
    }
    return wire.build();
  }

  private static dev.outrigger.remote.v1.Terminated toWire(ContainerState.Terminated end) {
    var wire =
        dev.outrigger.remote.v1.Terminated.newBuilder()
            .setReason(end.reason())
            .setMessage(end.message())
            .setFinishedAt(WireTime.toWire(end.finishedAt()));
    end.exitCode().ifPresent(wire::setExitCode);
    end.startedAt().map(WireTime::toWire).ifPresent(wire::setStartedAt);
    end.lastWords().ifPresent(wire::setLastWords);
    return wire.build();
  }

  private static ContainerState fromWire(dev.outrigger.remote.v1.ContainerState wire) {
    return switch (wire.getStateCase()) {
      case WAITING ->
          new ContainerState.Waiting(wire.getWaiting().getReason(), wire.getWaiting().getMessage());
      case RUNNING ->
          new ContainerState.Running(WireTime.fromWire(wire.getRunning().getStartedAt()));
      case TERMINATED -> fromWire(wire.getTerminated());
      case STATE_NOT_SET -> new ContainerState.Waiting("Unknown", "the backend gave no state");
    };
  }

  private static ContainerState.Terminated fromWire(dev.outrigger.remote.v1.Terminated wire) {
    return new ContainerState.Terminated(
        wire.hasExitCode() ? OptionalInt.of(wire.getExitCode()) : OptionalInt.empty(),
        wire.getReason(),
        wire.getMessage(),
        wire.hasStartedAt()
            ? Optional.of(WireTime.fromWire(wire.getStartedAt()))
            : Optional.empty(),
        WireTime.fromWire(wire.getFinishedAt()),
        wire.hasLastWords() ? Optional.of(wire.getLastWords()) : Optional.empty());
  }
}
