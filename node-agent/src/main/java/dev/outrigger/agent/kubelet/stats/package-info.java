/**
 * What a virtual node and its Pods use, as the kubelet tells it.
 *
 * <pre>
 *   provider's StatsSource + the node's Pods + the agent's own process
 *     -> UsageHistory (rates; counters that only grow) -> NodeSample
 *     -> SummaryJson (/stats/summary) | ResourceText (/metrics/resource) | CadvisorText (/metrics/cadvisor)
 * </pre>
 *
 * <p>Nothing is made up: what the backend did not measure is left out. A virtual node has no
 * machine of its own, so its figures are the sum over its Pods and the agent's process, which
 * stands in the place of a machine's system daemons (and is what keeps an empty node from being
 * zero, for which metrics-server would leave it out). Several nodes in one agent each count the
 * whole agent.
 */
@NullMarked
package dev.outrigger.agent.kubelet.stats;

import org.jspecify.annotations.NullMarked;
