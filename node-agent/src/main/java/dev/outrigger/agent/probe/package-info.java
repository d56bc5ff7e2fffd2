/**
 * Start-up, liveness and readiness probes, run from the agent as the kubelet runs them
 * (pkg/kubelet/prober of Kubernetes 1.35).
 *
 * <pre>
 *   Pod + Workload -> PodProbes -> one ProbeWorker per container and kind -> Prober -> container
 *   ProbeWorker -> Verdicts -> the Pod's status, and the decision to start it again
 * </pre>
 */
@NullMarked
package dev.outrigger.agent.probe;

import org.jspecify.annotations.NullMarked;
