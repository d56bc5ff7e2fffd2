package dev.outrigger.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A cluster that somebody else runs. */
final class ExistingControlPlane implements ControlPlane {
  private final Path kubeconfig;
  private final KubeletFiles kubeletFiles;

  private ExistingControlPlane(Path kubeconfig, KubeletFiles kubeletFiles) {
    this.kubeconfig = kubeconfig;
    this.kubeletFiles = kubeletFiles;
  }

  static ExistingControlPlane connect(ControlPlaneConfig config, Path kubeconfig) {
    Path file = kubeconfig.toAbsolutePath();
    if (!Files.isReadable(file)) {
      throw new TestbedException("cannot read the kubeconfig " + file);
    }
    config.progress().say("control plane: using the cluster of " + file);
    Kubectl kubectl = new Kubectl(file, "default").within(Duration.ofSeconds(20));
    kubectl.get("get", "serviceaccount", "default");
    return new ExistingControlPlane(
        file, selfSigned(config.folder().toAbsolutePath().resolve("pki"), kubectl));
  }

  /**
   * The API server's client authority as the cluster publishes it; the serving certificate is our
   * own, which an API server accepts unless it was told which authority signs kubelets'.
   */
  private static KubeletFiles selfSigned(Path folder, Kubectl kubectl) {
    KubeletFiles own = Pki.create(folder, Machine.address()).kubeletFiles();
    String clientCa =
        kubectl
            .in("kube-system")
            .get(
                "get",
                "configmap",
                "extension-apiserver-authentication",
                "-o",
                "jsonpath={.data.client-ca-file}");
    Path file = folder.resolve("cluster-client-ca.crt");
    try {
      Files.writeString(file, clientCa);
    } catch (IOException e) {
      throw new TestbedException("cannot write " + file, e);
    }
    return new KubeletFiles(own.address(), file, own.servingCertificate(), own.servingKey());
  }

  @Override
  public Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public KubeletFiles kubeletFiles() {
    return kubeletFiles;
  }

  @Override
  public String description() {
    return "the cluster of " + kubeconfig;
  }

  @Override
  public void stopApiServer() {
    throw new UnsupportedOperationException("the cluster of " + kubeconfig + " is not ours");
  }

  @Override
  public void startApiServer() {
    stopApiServer();
  }

  /** Leaves the cluster as it is. */
  @Override
  public void close() {}
}
