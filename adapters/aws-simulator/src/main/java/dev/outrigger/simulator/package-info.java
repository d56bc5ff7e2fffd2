/**
 * A simulator of ECS, Lambda, CloudWatch Logs, STS and Secrets Manager over their real wire
 * protocols, for the demo and for tests. Client → {@code http} (route by SigV4 scope) → faults →
 * quotas → service → processes on this host. {@link dev.outrigger.simulator.AwsSimulator} puts it
 * together.
 */
@NullMarked
package dev.outrigger.simulator;

import org.jspecify.annotations.NullMarked;
