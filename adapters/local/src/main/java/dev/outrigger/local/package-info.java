/**
 * Pods as processes of this host: the reference provider, and what {@code provider serve} serves.
 *
 * <pre>
 *   create: LocalProvider -> HostChecks.check -> AttemptDirectory.stage (atomic claim)
 *           -> supervise.sh (one for each attempt, outlives the agent) -> processes, log, exit files
 *   mounts: MountPlan -> enter.sh in front of the command, in a mount namespace (MountNamespaces)
 *           FileVolume: files in the attempt's folder; emptyDir: in the Pod's, for all its attempts
 *   status: AttemptDirectory.observe reads those files -> Workload -> HostWatch -> StatusSink
 *   delete: stop.sh (SIGTERM, grace, SIGKILL to the process groups)
 *   exec:   HostExec -> the container's environment from /proc -> a process group of its own on pipes
 *           or a terminal; ExecRecord ties it to the container
 *   attach: HostAttach -> the log's new lines, the FIFO of the container's input
 *   ports:  HostPorts -> the host's own loopback, which all Pods share
 *   stats:  HostStats -> /proc
 * </pre>
 *
 * <p>The folder on disk is the backend: every instance on the same folder sees the same, whichever
 * process it is in. Needs Linux ({@code /proc}, {@code setsid}; for volumes {@code unshare} and
 * {@code mount} of util-linux). It isolates nothing: a Pod here can do whatever the agent's user
 * can.
 *
 * <p>{@code InstantProvider} is a backend in memory, which runs nothing, for measuring the agent.
 */
@NullMarked
package dev.outrigger.local;

import org.jspecify.annotations.NullMarked;
