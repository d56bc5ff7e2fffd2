package dev.outrigger.agent.kubelet;

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

/** What the kubelet API asks of a node. Called by many threads; does not block. */
public interface NodePods {

  /** The node's Pods, each with its latest status. */
  List<Pod> pods();

  /** The Pod of that name as it is now, with its latest status. */
  Optional<Pod> find(String namespace, String name);

  /** The backend's logs, if it has any. */
  Optional<LogSource> logs();

  /** The backend's way of running commands in containers, if it has any. */
  Optional<ExecTarget> exec();

  /** The backend's way to the streams of containers, if it has any. */
  Optional<AttachTarget> attach();

  /** The backend's way to the ports of Pods, if it has any. */
  Optional<PortTarget> ports();

  /** The backend's measurements, if it has any. */
  Optional<StatsSource> stats();

  /** Why the backend has none of something, where it gives a reason. */
  Map<Facility, String> lacks();
}
