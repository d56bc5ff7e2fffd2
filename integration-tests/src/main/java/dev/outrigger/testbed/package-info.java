/**
 * A real Kubernetes control plane for the demo and the end-to-end tests, and the means to talk to
 * it.
 *
 * <pre>
 * ControlPlane.start(config) → ControlPlaneFinder: kubeconfig given → Docker (k3s) → KUBEBUILDER_ASSETS → Go build
 *                            → ExistingControlPlane | K3sControlPlane | NativeControlPlane
 * Kubectl → the real kubectl binary, with a time limit on each call
 * ChildProcess → a process that does not outlive this JVM, however it ends
 * </pre>
 */
@NullMarked
package dev.outrigger.testbed;

import org.jspecify.annotations.NullMarked;
