package dev.outrigger.agent.replica;

import dev.outrigger.agent.config.ReplicasConfig;
import java.util.UUID;

/**
 * How a process is called among the replicas. Never that of an earlier one: a container that starts
 * again in its Pod waits like any other.
 *
 * @param identity the holder of Leases: for people, the host's (in a cluster the Pod's) name first
 * @param member its own Lease
 */
record ReplicaName(String identity, String member) {

  static ReplicaName random(ReplicasConfig config) {
    String host = System.getenv().getOrDefault("HOSTNAME", "");
    String unique = UUID.randomUUID().toString();
    return new ReplicaName(
        (host.isBlank() ? "outrigger" : host) + "_" + unique,
        config.lease() + "-" + unique.substring(0, 8));
  }
}
