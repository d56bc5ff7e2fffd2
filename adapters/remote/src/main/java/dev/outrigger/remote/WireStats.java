package dev.outrigger.remote;

import dev.outrigger.provider.ContainerStats;
import dev.outrigger.provider.PodStats;
import dev.outrigger.remote.v1.GetStatsResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Measurements, between Java and protobuf. */
final class WireStats {

  private WireStats() {}

  static GetStatsResponse toWire(List<PodStats> pods) {
    return GetStatsResponse.newBuilder()
        .addAllPods(pods.stream().map(WireStats::toWire).toList())
        .build();
  }

  static List<PodStats> fromWire(GetStatsResponse wire) {
    return wire.getPodsList().stream().map(WireStats::fromWire).toList();
  }

  private static dev.outrigger.remote.v1.PodStats toWire(PodStats pod) {
    var wire =
        dev.outrigger.remote.v1.PodStats.newBuilder()
            .setAttempt(WireWork.toWire(pod.attempt()))
            .setAt(WireTime.toWire(pod.at()))
            .addAllContainers(pod.containers().stream().map(WireStats::toWire).toList());
    pod.network()
        .ifPresent(
            n ->
                wire.getNetworkBuilder()
                    .setReceivedBytes(n.receivedBytes())
                    .setSentBytes(n.sentBytes()));
    return wire.build();
  }

  private static PodStats fromWire(dev.outrigger.remote.v1.PodStats wire) {
    return new PodStats(
        WireWork.fromWire(wire.getAttempt()),
        WireTime.fromWire(wire.getAt()),
        wire.getContainersList().stream().map(WireStats::fromWire).toList(),
        wire.hasNetwork()
            ? Optional.of(
                new PodStats.NetworkStats(
                    wire.getNetwork().getReceivedBytes(), wire.getNetwork().getSentBytes()))
            : Optional.empty());
  }

  private static dev.outrigger.remote.v1.ContainerStats toWire(ContainerStats container) {
    var wire =
        dev.outrigger.remote.v1.ContainerStats.newBuilder()
            .setName(container.name())
            .setStartedAt(WireTime.toWire(container.startedAt()));
    container.cpuNanos().ifPresent(wire::setCpuNanos);
    container.workingSetBytes().ifPresent(wire::setWorkingSetBytes);
    container.usageBytes().ifPresent(wire::setUsageBytes);
    container.rssBytes().ifPresent(wire::setRssBytes);
    container.logBytes().ifPresent(wire::setLogBytes);
    return wire.build();
  }

  private static ContainerStats fromWire(dev.outrigger.remote.v1.ContainerStats wire) {
    return new ContainerStats(
        wire.getName(),
        WireTime.fromWire(wire.getStartedAt()),
        optional(wire.hasCpuNanos(), wire.getCpuNanos()),
        optional(wire.hasWorkingSetBytes(), wire.getWorkingSetBytes()),
        optional(wire.hasUsageBytes(), wire.getUsageBytes()),
        optional(wire.hasRssBytes(), wire.getRssBytes()),
        optional(wire.hasLogBytes(), wire.getLogBytes()));
  }

  private static OptionalLong optional(boolean present, long value) {
    return present ? OptionalLong.of(value) : OptionalLong.empty();
  }
}
