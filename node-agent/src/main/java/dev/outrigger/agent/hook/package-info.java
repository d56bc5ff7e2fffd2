/**
 * Lifecycle hooks of containers, run from the agent: postStart before a container is reported as
 * running, preStop before its stop is asked for (pkg/kubelet/kuberuntime of Kubernetes 1.35).
 */
@NullMarked
package dev.outrigger.agent.hook;

import org.jspecify.annotations.NullMarked;
