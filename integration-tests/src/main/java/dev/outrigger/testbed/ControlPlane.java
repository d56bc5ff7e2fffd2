package dev.outrigger.testbed;

import java.nio.file.Path;

/** A running Kubernetes control plane with no node of its own that takes Pods. */
public sealed interface ControlPlane extends AutoCloseable
    permits NativeControlPlane, K3sControlPlane, ExistingControlPlane {

  /**
   * Brings one up, or connects to the one named by the configuration. Blocks until the API server
   * is ready and the ServiceAccount {@code default/default} exists: Pods created before that are
   * refused.
   *
   * @throws TestbedException when none can be had, naming each way that was tried and how to make
   *     it work
   */
  static ControlPlane start(ControlPlaneConfig config) {
    return new ControlPlaneFinder(config).start();
  }

  /** A kubeconfig with the rights of an administrator. */
  Path kubeconfig();

  /** What an agent's kubelet server needs. */
  KubeletFiles kubeletFiles();

  /** One line for people: what this control plane is. */
  String description();

  /** kubectl against this control plane, in the namespace {@code default}. */
  default Kubectl kubectl() {
    return new Kubectl(kubeconfig(), "default");
  }

  /**
   * Kills the API server at once; what it stored is kept.
   *
   * @throws UnsupportedOperationException when this control plane is not ours to break
   */
  void stopApiServer();

  /**
   * Starts the API server again, on the same port with the same data, and waits until it is ready.
   */
  void startApiServer();

  /** Ends what {@link #start} started. Idempotent. */
  @Override
  void close();
}
