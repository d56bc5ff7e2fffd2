/**
 * Pods as processes of this host: the reference provider, and what {@code provider serve} serves.
 *
 * <pre>
 *   create: LocalProvider -> HostFields.check -> AttemptDirectory.stage (atomic claim)
 *           -> supervise.sh (one for each attempt, outlives the agent) -> processes, log, exit files
 *   status: AttemptDirectory.observe reads those files -> Workload -> HostWatch -> StatusSink
 *   delete: stop.sh (SIGTERM, grace, SIGKILL to the process groups)
 * </pre>
 *
 * <p>The folder on disk is the backend: every instance on the same folder sees the same, whichever
 * process it is in. Needs Linux ({@code /proc}, {@code setsid}). It isolates nothing: a Pod here
 * can do whatever the agent's user can.
 *
 * <p>{@code InstantProvider} is a backend in memory, which runs nothing, for measuring the agent.
 */
@NullMarked
package dev.outrigger.local;

import org.jspecify.annotations.NullMarked;
