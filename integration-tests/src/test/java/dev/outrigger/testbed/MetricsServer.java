package dev.outrigger.testbed;

import static org.awaitility.Awaitility.await;

import dev.outrigger.testbed.ControlPlaneFinder.WayNotAvailable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The unmodified metrics-server as a process of this machine, with the rights of its own manifest,
 * registered as an API of the control plane.
 */
record MetricsServer(ChildProcess process, Kubectl kubectl) implements AutoCloseable {

  private static final GoPrograms PROGRAM =
      new GoPrograms(
          "metrics-server",
          "metrics-server v0.9.0",
          "v0.9.0",
          "metrics-server",
          List.of("sigs.k8s.io/metrics-server/cmd/metrics-server"),
          "",
          3);

  static MetricsServer start(ControlPlane controlPlane, Path folder)
      throws IOException, WayNotAvailable {
    Path program =
        new GoBuild(System.getenv(), System.out::println, PROGRAM)
            .folder()
            .resolve("metrics-server");
    Files.createDirectories(folder);
    Kubectl kubectl = controlPlane.kubectl();
    KubeletFiles files = controlPlane.kubeletFiles();
    int port = Machine.freePort(files.address());
    kubectl.apply(RIGHTS);
    Path kubeconfig = kubeconfig(kubectl, folder.resolve("kubeconfig").toAbsolutePath());
    ChildProcess process =
        ChildProcess.startLogging(
            "metrics-server",
            folder.resolve("metrics-server.log"),
            List.of(
                program.toString(),
                "--kubeconfig=" + kubeconfig,
                "--authentication-kubeconfig=" + kubeconfig,
                "--authorization-kubeconfig=" + kubeconfig,
                "--bind-address=" + files.address(),
                "--secure-port=" + port,
                "--cert-dir=" + folder.resolve("certificates").toAbsolutePath(),
                "--kubelet-certificate-authority=" + files.clientCa().toAbsolutePath(),
                "--kubelet-preferred-address-types=InternalIP",
                "--kubelet-use-node-status-port",
                // The shortest there is; a scrape has to end within nine tenths of it.
                "--metric-resolution=10s",
                "--kubelet-request-timeout=9s"));
    MetricsServer server = new MetricsServer(process, kubectl);
    try {
      server.awaitListening(files.address(), port, folder);
      // Not before: an API without a server makes every discovery of the cluster incomplete.
      kubectl.apply(api(files.address(), port));
      server.awaitAvailable(folder);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private void awaitListening(String address, int port, Path folder) {
    await("metrics-server to listen; log in " + folder)
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsInstanceOf(ConnectException.class)
        .until(
            () -> {
              requireAlive(folder);
              new Socket(address, port).close();
              return true;
            });
  }

  private void awaitAvailable(Path folder) {
    await("the metrics API to be available; log in " + folder)
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              requireAlive(folder);
              return kubectl.run("get", "--raw", "/apis/metrics.k8s.io/v1beta1").succeeded();
            });
  }

  private void requireAlive(Path folder) {
    if (!process.isAlive()) {
      throw new TestbedException("metrics-server ended; see " + folder);
    }
  }

  /** Unregisters it first, for the same reason. */
  @Override
  public void close() {
    kubectl.run("delete", "apiservice", "v1beta1.metrics.k8s.io");
    process.kill();
  }

  private static Path kubeconfig(Kubectl kubectl, Path file) throws IOException {
    String token =
        kubectl.in("kube-system").get("create", "token", "metrics-server", "--duration=2h").strip();
    String cluster = "jsonpath={.clusters[0].cluster.";
    return Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: c
          cluster: {server: "%s", certificate-authority-data: %s}
        users:
        - name: metrics-server
          user: {token: %s}
        contexts:
        - name: c
          context: {cluster: c, user: metrics-server}
        current-context: c
        """
            .formatted(
                kubectl.get("config", "view", "--raw", "-o", cluster + "server}"),
                kubectl.get(
                    "config", "view", "--raw", "-o", cluster + "certificate-authority-data}"),
                token));
  }

  /** There is no network of Services here: the name of one leads straight to the process. */
  private static String api(String address, int port) {
    return """
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: metrics-server, namespace: kube-system}
    spec: {type: ExternalName, externalName: "%s"}
    ---
    apiVersion: apiregistration.k8s.io/v1
    kind: APIService
    metadata: {name: v1beta1.metrics.k8s.io}
    spec:
      service: {name: metrics-server, namespace: kube-system, port: %d}
      group: metrics.k8s.io
      version: v1beta1
      insecureSkipTLSVerify: true
      groupPriorityMinimum: 100
      versionPriority: 100
    """
        .formatted(address, port);
  }

  /** Of metrics-server's own manifests (manifests/base/rbac.yaml). */
  private static final String RIGHTS =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: metrics-server, namespace: kube-system}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: metrics-server-auth-reader, namespace: kube-system}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: extension-apiserver-authentication-reader}
      subjects: [{kind: ServiceAccount, name: metrics-server, namespace: kube-system}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: "metrics-server:system:auth-delegator"}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:auth-delegator"}
      subjects: [{kind: ServiceAccount, name: metrics-server, namespace: kube-system}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: "system:metrics-server"}
      rules:
      - {apiGroups: [""], resources: [nodes/metrics], verbs: [get]}
      - {apiGroups: [""], resources: [pods, nodes], verbs: [get, list, watch]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: "system:metrics-server"}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:metrics-server"}
      subjects: [{kind: ServiceAccount, name: metrics-server, namespace: kube-system}]
      """;
}
