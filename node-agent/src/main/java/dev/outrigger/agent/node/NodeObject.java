package dev.outrigger.agent.node;

import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.provider.Capabilities;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddressBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Node object as it should be. Pure. */
final class NodeObject {

  /** Of a node whose backend is away: what runs goes on, and nothing more is scheduled there. */
  static final String OUTAGE_TAINT = "outrigger.dev/backend-unavailable";

  private static final List<String> PRESSURES =
      List.of("MemoryPressure", "DiskPressure", "PIDPressure");

  private final NodeConfig config;
  private final Capabilities capabilities;
  private final String address;
  private final int kubeletPort;
  private final String version;
  private final Instant started;

  NodeObject(
      NodeConfig config,
      Capabilities capabilities,
      String address,
      int kubeletPort,
      String version,
      Instant started) {
    this.config = config;
    this.capabilities = capabilities;
    this.address = address;
    this.kubeletPort = kubeletPort;
    this.version = version;
    this.started = started;
  }

  Node build(boolean ready, NodeResources.Now has, Instant now) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(config.name())
        .withLabels(labels(config, capabilities))
        .endMetadata()
        .withNewSpec()
        .withTaints(taints(has))
        .withProviderID("outrigger://" + config.provider() + "/" + config.name())
        .endSpec()
        .withNewStatus()
        .withCapacity(has.amounts())
        .withAllocatable(has.amounts())
        .withImages(has.images())
        .withConditions(conditions(ready, has, now))
        .withAddresses(
            new NodeAddressBuilder().withType("InternalIP").withAddress(address).build(),
            new NodeAddressBuilder().withType("Hostname").withAddress(config.name()).build())
        .withNewDaemonEndpoints()
        .withNewKubeletEndpoint(kubeletPort)
        .endDaemonEndpoints()
        .withNewNodeInfo()
        .withArchitecture(architecture(capabilities))
        .withOperatingSystem("linux")
        .withKubeletVersion(version)
        .withKubeProxyVersion("")
        .withContainerRuntimeVersion(config.provider() + "://" + version)
        .withOsImage("Outrigger (" + config.provider() + ")")
        .withKernelVersion("")
        .withMachineID("")
        .withSystemUUID("")
        .withBootID(started.toString())
        .endNodeInfo()
        .endStatus()
        .build();
  }

  /** Whether a Node, as somebody sees it, is ready. */
  static boolean isReady(Node node) {
    return node.getStatus() != null
        && node.getStatus().getConditions() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
  }

  static Map<String, String> labels(NodeConfig config, Capabilities capabilities) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("type", "virtual-kubelet");
    labels.put("outrigger.dev/provider", config.provider());
    labels.put("kubernetes.io/hostname", config.name());
    labels.put("kubernetes.io/os", "linux");
    labels.put("kubernetes.io/arch", architecture(capabilities));
    labels.put("kubernetes.io/role", "agent");
    labels.put("node.kubernetes.io/exclude-from-external-load-balancers", "true");
    labels.putAll(capabilities.labels());
    labels.putAll(config.labels());
    return labels;
  }

  /** Those of the configuration, and, while the backend is away, one that keeps new Pods off. */
  List<Taint> taints(NodeResources.Now has) {
    List<Taint> taints = new ArrayList<>(config.taints());
    if (has.outage().isPresent()) {
      taints.add(new TaintBuilder().withKey(OUTAGE_TAINT).withEffect("NoSchedule").build());
    }
    return taints;
  }

  private static String architecture(Capabilities capabilities) {
    return capabilities.labels().getOrDefault("kubernetes.io/arch", "amd64");
  }

  private static List<NodeCondition> conditions(boolean ready, NodeResources.Now has, Instant now) {
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    List<NodeCondition> conditions = new ArrayList<>();
    for (String pressure : PRESSURES) {
      conditions.add(
          condition(pressure, "False", "NoPressure", "the backend has no such limit", time));
    }
    conditions.add(
        has.outage()
            .map(why -> condition("BackendAvailable", "False", "BackendUnavailable", why, time))
            .orElseGet(
                () ->
                    condition(
                        "BackendAvailable",
                        "True",
                        "BackendAnswers",
                        "nothing is known to be wrong with the backend",
                        time)));
    conditions.add(
        ready
            ? condition("Ready", "True", "KubeletReady", "outrigger is serving this node", time)
            : condition("Ready", "False", "AgentStopping", "outrigger was stopped", time));
    return conditions;
  }

  private static NodeCondition condition(
      String type, String status, String reason, String message, String time) {
    return new NodeConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .withLastHeartbeatTime(time)
        .withLastTransitionTime(time)
        .build();
  }
}
