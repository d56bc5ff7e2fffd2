package dev.outrigger.agent.cli;

import dev.outrigger.agent.kubelet.NodePods;
import dev.outrigger.agent.pod.PodService;
import dev.outrigger.provider.AttachTarget;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.Facility;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.StatsSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A node's Pods for its kubelet API: none, and no backend, until they are opened. */
final class LatePods implements NodePods {

  private volatile @Nullable PodService opened;

  void open(PodService pods) {
    opened = pods;
  }

  boolean isServing() {
    return service().map(PodService::isServing).orElse(false);
  }

  private Optional<PodService> service() {
    return Optional.ofNullable(opened);
  }

  @Override
  public List<Pod> pods() {
    return service().map(PodService::pods).orElse(List.of());
  }

  @Override
  public Optional<Pod> find(String namespace, String name) {
    return service().flatMap(pods -> pods.find(namespace, name));
  }

  @Override
  public Optional<LogSource> logs() {
    return service().flatMap(PodService::logs);
  }

  @Override
  public Optional<ExecTarget> exec() {
    return service().flatMap(PodService::exec);
  }

  @Override
  public Optional<AttachTarget> attach() {
    return service().flatMap(PodService::attach);
  }

  @Override
  public Optional<PortTarget> ports() {
    return service().flatMap(PodService::ports);
  }

  @Override
  public Optional<StatsSource> stats() {
    return service().flatMap(PodService::stats);
  }

  @Override
  public Map<Facility, String> lacks() {
    return service().map(PodService::lacks).orElse(Map.of());
  }
}
