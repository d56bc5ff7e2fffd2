package dev.outrigger.agent.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The whole configuration, checked.
 *
 * @param kubeconfig empty means in-cluster, or the user's default
 * @param orphanGrace how long a workload without a Pod is left alone before it is deleted
 * @param replicas empty: there is no other agent of this configuration
 */
public record AgentConfig(
    Optional<Path> kubeconfig,
    KubeletConfig kubelet,
    Duration orphanGrace,
    List<NodeConfig> nodes,
    Optional<ReplicasConfig> replicas) {}
