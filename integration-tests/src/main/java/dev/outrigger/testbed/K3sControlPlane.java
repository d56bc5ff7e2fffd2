package dev.outrigger.testbed;

import dev.outrigger.testbed.ControlPlaneFinder.WayNotAvailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** k3s without its own node, in a container of a Docker engine. */
final class K3sControlPlane implements ControlPlane {
  private static final Duration READY = Duration.ofMinutes(3);
  private static final int LONGEST_REASON = 200;
  private static final String TLS = "/var/lib/rancher/k3s/server/tls/";

  /** Each step would be logged, and failures with pages of stack traces, beside what is said. */
  private static final List<Logger> QUIET =
      Stream.of("org.testcontainers", "com.github.dockerjava", "tc")
          .map(Logger::getLogger)
          .toList();

  private final K3sContainer container;
  private final Path kubeconfig;
  private final KubeletFiles kubeletFiles;

  private K3sControlPlane(K3sContainer container, Path kubeconfig, KubeletFiles kubeletFiles) {
    this.container = container;
    this.kubeconfig = kubeconfig;
    this.kubeletFiles = kubeletFiles;
  }

  static K3sControlPlane start(ControlPlaneConfig config) throws WayNotAvailable {
    QUIET.forEach(logger -> logger.setLevel(Level.OFF));
    K3sImages.require(config);
    config.progress().say("control plane: starting " + config.k3sImage() + " in Docker");
    return connect(config, run(config));
  }

  private static K3sContainer run(ControlPlaneConfig config) throws WayNotAvailable {
    LastLines lines = new LastLines();
    K3sContainer container = null;
    try {
      container = container(config);
      container.withLogConsumer(lines);
      container.start();
      return container;
    } catch (RuntimeException e) {
      if (container != null) {
        container.stop();
      }
      throw new WayNotAvailable(
          "Docker cannot run %s: %s%s".formatted(config.k3sImage(), shortReason(e), lines));
    }
  }

  /** Testcontainers' own may hold the whole description of a container. */
  private static String shortReason(Throwable e) {
    String reason = String.valueOf(rootCause(e).getMessage());
    return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
  }

  /**
   * The command keeps k3s from running Pods itself, and from reaching kubelets by its own tunnel.
   */
  private static K3sContainer container(ControlPlaneConfig config) {
    K3sContainer container =
        new K3sContainer(
            DockerImageName.parse(config.k3sImage())
                .asCompatibleSubstituteFor(K3sImages.REPOSITORY));
    // The module gives k3s's own node the host's cgroups and every privilege. There is none here;
    // and for any mount Testcontainers would ask for one more image, to try whether mounts work.
    container.setPrivilegedMode(false);
    container.setBinds(List.of());
    container.setCommand(
        "server",
        "--disable-agent",
        "--disable=traefik,coredns,servicelb,local-storage,metrics-server",
        "--egress-selector-mode=disabled",
        "--kube-apiserver-arg=kubelet-preferred-address-types=InternalIP",
        "--tls-san=" + container.getHost());
    container.setWaitStrategy(new K3sReadiness().withStartupTimeout(READY));
    return container;
  }

  private static K3sControlPlane connect(ControlPlaneConfig config, K3sContainer container) {
    Path folder = config.folder().toAbsolutePath();
    Path kubeconfig = folder.resolve("kubeconfig");
    Path pki = folder.resolve("pki");
    try {
      // The authority's key comes into it.
      Files.createDirectories(
          pki, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.writeString(kubeconfig, container.getKubeConfigYaml());
      Path clientCa = pki.resolve("client-ca.crt");
      container.copyFileFromContainer(TLS + "client-ca.crt", clientCa.toString());
      container.copyFileFromContainer(TLS + "server-ca.crt", pki.resolve("ca.crt").toString());
      container.copyFileFromContainer(TLS + "server-ca.key", pki.resolve("ca.key").toString());
      String address = address(container);
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

  /**
   * Where the API server in the container reaches this machine: its own address, or, on a machine
   * without a network, that of the engine's bridge.
   */
  private static String address(K3sContainer container) {
    String own = Machine.address();
    if (!own.equals(Machine.LOOPBACK)) {
      return own;
    }
    return container.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
        .map(network -> String.valueOf(network.getGateway()))
        .filter(Machine::hasAddress)
        .findFirst()
        .orElseThrow(
            () ->
                new TestbedException(
                    "this machine has no address that a container of its Docker engine reaches"));
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

  /**
   * Pauses it: connections hang instead of being refused. k3s is one process, so its datastore and
   * controllers pause with it; started again, it would get another port.
   */
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
