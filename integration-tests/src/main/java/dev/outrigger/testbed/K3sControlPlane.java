package dev.outrigger.testbed;

import dev.outrigger.testbed.ControlPlaneFinder.WayNotAvailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** k3s without its own node, in a container of a Docker engine. */
final class K3sControlPlane implements ControlPlane {
  private static final Path DEFAULT_SOCKET = Path.of("/var/run/docker.sock");
  private static final Duration READY = Duration.ofMinutes(3);
  private static final String TLS = "/var/lib/rancher/k3s/server/tls/";

  private final K3sContainer container;
  private final Path kubeconfig;
  private final KubeletFiles kubeletFiles;

  private K3sControlPlane(K3sContainer container, Path kubeconfig, KubeletFiles kubeletFiles) {
    this.container = container;
    this.kubeconfig = kubeconfig;
    this.kubeletFiles = kubeletFiles;
  }

  static K3sControlPlane start(ControlPlaneConfig config) throws WayNotAvailable {
    requireImage(config);
    config.progress().say("control plane: starting " + config.k3sImage() + " in Docker");
    K3sContainer container = container(config);
    try {
      container.start();
    } catch (ContainerLaunchException | IllegalStateException e) {
      container.stop();
      throw new WayNotAvailable(
          "Docker cannot run " + config.k3sImage() + ": " + rootCause(e).getMessage());
    }
    return connect(config, container);
  }

  /**
   * The command keeps k3s from running Pods itself, and from reaching kubelets by its own tunnel.
   */
  private static K3sContainer container(ControlPlaneConfig config) {
    DockerImageName image =
        DockerImageName.parse(config.k3sImage()).asCompatibleSubstituteFor("rancher/k3s");
    K3sContainer container = new K3sContainer(image);
    container.setCommand(
        "server",
        "--disable-agent",
        "--disable=traefik,coredns,servicelb,local-storage,metrics-server",
        "--egress-selector-mode=disabled",
        "--kube-apiserver-arg=kubelet-preferred-address-types=InternalIP",
        "--tls-san=" + container.getHost());
    container.setWaitStrategy(
        Wait.forLogMessage(
                ".*Labels and annotations have been set successfully.*|.*k3s is up and running.*",
                1)
            .withStartupTimeout(READY));
    return container;
  }

  private static K3sControlPlane connect(ControlPlaneConfig config, K3sContainer container) {
    Path folder = config.folder().toAbsolutePath();
    Path kubeconfig = folder.resolve("kubeconfig");
    Path pki = folder.resolve("pki");
    try {
      Files.createDirectories(pki);
      Files.writeString(kubeconfig, container.getKubeConfigYaml());
      Path clientCa = pki.resolve("client-ca.crt");
      container.copyFileFromContainer(TLS + "client-ca.crt", clientCa.toString());
      container.copyFileFromContainer(TLS + "server-ca.crt", pki.resolve("ca.crt").toString());
      container.copyFileFromContainer(TLS + "server-ca.key", pki.resolve("ca.key").toString());
      String address = Machine.address();
      CertificateAuthority authority = CertificateAuthority.load(pki);
      authority.issue(
          "node", "O=system:nodes,CN=outrigger", List.of("127.0.0.1", address, "localhost"));
      KubeletFiles files =
          new KubeletFiles(
              address, clientCa, authority.certificateFile("node"), authority.keyFile("node"));
      K3sControlPlane started = new K3sControlPlane(container, kubeconfig, files);
      new Readiness(started.kubectl(), READY).awaitDefaultServiceAccount(List.of());
      return started;
    } catch (IOException | RuntimeException e) {
      container.stop();
      throw new TestbedException("k3s started, but cannot be used", e);
    }
  }

  private static void requireImage(ControlPlaneConfig config) throws WayNotAvailable {
    String host = config.environment().getOrDefault("DOCKER_HOST", "");
    if (!host.isEmpty() && !host.startsWith("unix://")) {
      return;
    }
    Path socket = host.isEmpty() ? DEFAULT_SOCKET : Path.of(host.substring("unix://".length()));
    DockerImageName image = DockerImageName.parse(config.k3sImage());
    new DockerEngine(socket)
        .requireImage(image.getUnversionedPart(), image.getVersionPart(), config.progress());
  }

  private static Throwable rootCause(Throwable e) {
    Throwable cause = e.getCause();
    return cause == null ? e : rootCause(cause);
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
    return container.getDockerImageName() + " in Docker";
  }

  /** k3s is one process: its datastore and controllers pause with it. */
  @Override
  public void stopApiServer() {
    container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void startApiServer() {
    container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
    new Readiness(kubectl(), READY).awaitApiServer(List.of());
  }

  @Override
  public void close() {
    container.stop();
  }
}
