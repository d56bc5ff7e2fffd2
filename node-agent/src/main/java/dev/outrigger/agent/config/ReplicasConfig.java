package dev.outrigger.agent.config;

import java.time.Duration;

/**
 * {@code replicas}: several agents of one configuration, of which one acts. The durations are those
 * of client-go's leader election.
 *
 * @param namespace where the Leases are
 * @param lease the name of the Lease whose holder acts, and the label of the members' Leases
 * @param leaseDuration how long a standby waits after it last saw the Lease renewed; whole seconds
 * @param renewDeadline an owner that could not renew for as long ends; shorter than the Lease
 * @param retryPeriod how often the Lease is renewed, or looked at
 * @param healthzPort for {@code /healthz} and {@code /readyz} of every replica, standbys too; 0:
 *     none
 */
public record ReplicasConfig(
    String namespace,
    String lease,
    Duration leaseDuration,
    Duration renewDeadline,
    Duration retryPeriod,
    int healthzPort) {}
