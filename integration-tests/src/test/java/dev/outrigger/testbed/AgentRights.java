package dev.outrigger.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The ServiceAccount of {@code manifests/agent}: what an agent may do in a user's cluster. */
final class AgentRights {
  static final String USER = "system:serviceaccount:outrigger-system:outrigger";
  private static final String FOLDER = "../manifests/agent/";
  private static final Map<ControlPlane, String> KUBECONFIGS = new ConcurrentHashMap<>();

  private AgentRights() {}

  static void install(ControlPlane controlPlane) {
    Kubectl kubectl = controlPlane.kubectl();
    kubectl.get("apply", "-f", FOLDER + "namespace.yaml");
    kubectl.get("apply", "-f", FOLDER + "rbac.yaml", "-f", FOLDER + "runtimeclasses.yaml");
    kubectl.get("apply", "-f", FOLDER + "tokens.yaml");
  }

  /** An agent that has these rights and no other, once its nodes are Ready. */
  static AgentProcess agent(ControlPlane controlPlane, Path folder, NodeSettings... nodes)
      throws IOException {
    Path kubeconfig = kubeconfig(controlPlane, folder.resolve("agent.kubeconfig"));
    return AgentProcess.start(controlPlane, kubeconfig, List.of(nodes), folder).awaitReady();
  }

  /** Installs it and writes a kubeconfig with a token of it, and nothing else, to {@code file}. */
  static Path kubeconfig(ControlPlane controlPlane, Path file) throws IOException {
    return Files.writeString(
        file, KUBECONFIGS.computeIfAbsent(controlPlane, AgentRights::kubeconfig));
  }

  private static String kubeconfig(ControlPlane controlPlane) {
    install(controlPlane);
    Kubectl admin = controlPlane.kubectl();
    String token =
        admin.in("outrigger-system").get("create", "token", "outrigger", "--duration=2h").strip();
    String cluster = ".clusters[0].cluster.";
    String view =
        "jsonpath={%sserver}{' '}{%scertificate-authority-data}".formatted(cluster, cluster);
    String[] seen = admin.get("config", "view", "--raw", "-o", view).split(" ");
    return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: c
          cluster: {server: "%s", certificate-authority-data: %s}
        users:
        - name: agent
          user: {token: %s}
        contexts:
        - name: c
          context: {cluster: c, user: agent}
        current-context: c
        """
        .formatted(seen[0], seen[1], token);
  }
}
