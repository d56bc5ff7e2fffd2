package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The YAML in {@code manifests/}, judged by a real API server. */
@Order(2) // needs no agent, whose start-up cache is made meanwhile
final class ManifestsTest {
  private static final Path MANIFESTS = Path.of("../manifests").toAbsolutePath().normalize();

  @BeforeAll
  static void installTheAgentsRights() {
    AgentRights.install(Cluster.shared());
  }

  static Stream<Path> everyManifest() throws IOException {
    List<Path> found;
    try (Stream<Path> files = Files.walk(MANIFESTS)) {
      found = files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    assertThat(found).isNotEmpty();
    return found.stream();
  }

  @ParameterizedTest
  @MethodSource("everyManifest")
  void isAcceptedWithoutUnknownFields(Path manifest) {
    CommandResult result =
        Cluster.shared()
            .kubectl()
            .run("apply", "--dry-run=server", "--validate=strict", "-f", manifest.toString());

    assertThat(result.succeeded()).as(result.errors()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "create,nodes",
    "patch,nodes/status",
    "watch,pods",
    "patch,pods/status",
    "delete,pods",
    "get,secrets",
    "create,events",
    "create,tokenreviews.authentication.k8s.io",
    "create,subjectaccessreviews.authorization.k8s.io",
  })
  void agentMayDoItsWork(String verb, String resource) {
    assertThat(canI(verb, resource, "default")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "delete,nodes",
    "create,pods",
    "list,secrets",
    "update,secrets",
    "create,secrets",
    "create,pods/exec",
    "get,leases.coordination.k8s.io",
    "create,clusterrolebindings.rbac.authorization.k8s.io",
  })
  void agentMayNotDoMore(String verb, String resource) {
    assertThat(canI(verb, resource, "default")).isFalse();
  }

  /** It is as good as every ServiceAccount's rights, and of use for few providers. */
  @Test
  void onlyTheManifestForTokensLetsTheAgentMakeThem() throws IOException {
    assertThat(canI("create", "serviceaccounts/token", "default")).isTrue();
    for (Path manifest : everyManifest().toList()) {
      assertThat(Files.readString(manifest).contains("serviceaccounts/token"))
          .as(manifest.toString())
          .isEqualTo(manifest.endsWith("tokens.yaml"));
    }
  }

  @Test
  void agentMayRenewLeasesOfNodes() {
    assertThat(canI("update", "leases.coordination.k8s.io", "kube-node-lease")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"create", "get", "list", "update", "delete"})
  void agentMayKeepTheLeasesOfItsReplicas(String verb) {
    String leases = "leases.coordination.k8s.io";
    assertThat(canI(verb, leases, "outrigger-system")).isTrue();
    assertThat(canI(verb, leases, "default")).isFalse();
  }

  @Test
  void runtimeClassBringsTheTolerationAndTheNodeSelector() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: one-line}
        spec:
          runtimeClassName: aws-fargate
          containers: [{name: c, image: nowhere/none}]
        """);

    assertThat(kubectl.get("get", "pod", "one-line", "-o", "jsonpath={.spec}"))
        .contains("\"outrigger.dev/provider\":\"ecs\"")
        .contains("virtual-kubelet.io/provider");
  }

  private static boolean canI(String verb, String resource, String namespace) {
    // kubectl would read "pods/status" as the Pod named status.
    String[] parts = resource.split("/");
    return Cluster.shared()
        .kubectl()
        .run(
            "auth",
            "can-i",
            verb,
            parts[0],
            "--subresource=" + (parts.length > 1 ? parts[1] : ""),
            "--as=" + AgentRights.USER,
            "--namespace=" + namespace)
        .succeeded();
  }
}
