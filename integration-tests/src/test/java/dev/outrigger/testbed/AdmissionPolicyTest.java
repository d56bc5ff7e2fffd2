package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.agent.cli.Main;
import dev.outrigger.agent.explain.Manifests;
import dev.outrigger.agent.explain.PodManifest;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.fields.FieldRow.Verdict;
import dev.outrigger.provider.fields.FieldTable;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code outrigger policy}: the API server says what the node would refuse. */
@Order(14) // of the long ones
final class AdmissionPolicyTest {

  private static final List<NodeSettings> NODES =
      List.of(
          NodeSettings.ecs("policy-ecs", "http://127.0.0.1:1"),
          NodeSettings.lambda("policy-lambda", "http://127.0.0.1:1"),
          new NodeSettings("policy-local", "local", List.of()));

  private static final Map<String, FieldTable> TABLES =
      ServiceLoader.load(ProviderFactory.class).stream()
          .map(ServiceLoader.Provider::get)
          .filter(f -> f.fields().isPresent())
          .collect(Collectors.toMap(ProviderFactory::name, f -> f.fields().orElseThrow()));

  private static Kubectl kubectl = new Kubectl(Path.of(""), "");
  private static KubernetesClient client = new KubernetesClientBuilder().build();

  @TempDir static Path folder;

  @BeforeAll
  static void apply() throws IOException {
    client.close();
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Cluster.shared().kubeconfig().toFile()))
            .build();
    kubectl = Cluster.newNamespace(Cluster.shared());
    Path config = folder.resolve("outrigger.yaml");
    Files.writeString(
        config, "nodes:\n" + NODES.stream().map(NodeSettings::yaml).collect(Collectors.joining()));
    kubectl.apply(policy(config));
    // A policy counts once the API server's own watch has brought it.
    for (NodeSettings node : NODES) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !warnings(pod(node, "shareProcessNamespace: true")).isEmpty());
    }
  }

  @AfterAll
  static void close() {
    for (NodeSettings node : NODES) {
      String name = "outrigger-" + node.name();
      kubectl.run("delete", "validatingadmissionpolicybinding", name);
      kubectl.run("delete", "validatingadmissionpolicy", name);
    }
    client.close();
  }

  private static String policy(Path config, String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of("policy", "--config", config.toString()));
    arguments.addAll(List.of(more));
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(String[]::new));
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }

  @Test
  void theApiServerFindsNothingWrongWithTheExpressions() {
    for (NodeSettings node : NODES) {
      String name = "outrigger-" + node.name();
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofSeconds(2))
          .untilAsserted(
              () ->
                  assertThat(kubectl.get("get", "validatingadmissionpolicy", name, "-o", "json"))
                      .contains("\"typeChecking\": {}"));
    }
  }

  /** Over the Pods of the comparison with a kubelet, and the samples. */
  @Test
  void thePolicyAndTheFieldTableAgreeOnEveryPod() throws IOException {
    List<Pod> pods = pods();
    assertThat(pods).hasSizeGreaterThan(100);
    int refused = 0;
    for (NodeSettings node : NODES) {
      FieldTable table = Objects.requireNonNull(TABLES.get(node.provider()));
      for (Pod pod : pods) {
        Answer answer = create(bound(pod, node));
        List<String> expected = refusedRows(table, answer.pod());
        List<String> told = answer.warnings();
        String what = node.name() + ": " + pod.getMetadata().getName() + " " + told;
        assertThat(told.isEmpty()).as(what + " against " + expected).isEqualTo(expected.isEmpty());
        assertThat(told).allMatch(w -> expected.stream().anyMatch(w::contains), what);
        refused += expected.isEmpty() ? 0 : 1;
      }
    }
    assertThat(refused).isGreaterThan(50);
  }

  @Test
  void aTemplateIsLookedIntoAndAPodForAnotherNodeIsLeftAlone() throws IOException {
    String deployment =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              nodeSelector: {kubernetes.io/hostname: %s}
              tolerations: [{key: virtual-kubelet.io/provider, operator: Exists}]
              shareProcessNamespace: true
              containers: [{name: c, image: busybox}]
        """;
    CommandResult warned =
        kubectl.send(deployment.formatted("policy-ecs"), "create", "--dry-run=server", "-f", "-");
    CommandResult single =
        kubectl.send(
            deployment.formatted("policy-lambda"), "create", "--dry-run=server", "-f", "-");
    CommandResult elsewhere =
        kubectl.send(deployment.formatted("worker-1"), "create", "--dry-run=server", "-f", "-");

    assertThat(warned.errors()).contains("spec.shareProcessNamespace").contains("policy-ecs");
    assertThat(single.errors()).contains("use a Job").contains("policy-lambda");
    assertThat(elsewhere.errors()).isEmpty();
    assertThat(elsewhere.exitCode()).isZero();
  }

  @Test
  void misspeltAnnotationIsToldAndOneOfAnotherProviderIsNot() {
    NodeSettings node = NODES.get(1);
    String pod = pod(node, "").replace("{name: p}", "{name: p, annotations: {%s: '1'}}");

    assertThat(warnings(pod.formatted("outrigger.dev/lambda-paylaod")))
        .singleElement()
        .asString()
        .contains("metadata.annotations", "outrigger.dev/lambda-payload");
    assertThat(warnings(pod.formatted("outrigger.dev/lambda-log-answer")))
        .singleElement()
        .asString()
        .contains("must be false or true");
    assertThat(warnings(pod.formatted("outrigger.dev/lambda-payload"))).isEmpty();
    assertThat(warnings(pod.formatted("outrigger.dev/ecs-x"))).isEmpty();
    assertThat(warnings(pod.formatted("example.com/x"))).isEmpty();
  }

  @Test
  void deniedItIsNotCreatedAndTheAnswerSaysWhy() throws IOException {
    Path config = folder.resolve("deny.yaml");
    NodeSettings node = new NodeSettings("policy-denied", "local", List.of());
    Files.writeString(config, "nodes:\n" + node.yaml());
    kubectl.apply(policy(config, "--action", "Deny"));
    String pod = pod(node, "shareProcessNamespace: true");
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> kubectl.send(pod, "create", "--dry-run=server", "-f", "-").exitCode() != 0);

      CommandResult denied = kubectl.send(pod, "create", "--dry-run=server", "-f", "-");
      CommandResult fine =
          kubectl.send(pod(node, "hostNetwork: false"), "create", "--dry-run=server", "-f", "-");

      assertThat(denied.errors()).contains("denied").contains("spec.shareProcessNamespace");
      assertThat(fine.exitCode()).as(fine.errors()).isZero();
    } finally {
      kubectl.run("delete", "validatingadmissionpolicybinding", "outrigger-policy-denied");
      kubectl.run("delete", "validatingadmissionpolicy", "outrigger-policy-denied");
    }
  }

  private static List<Pod> pods() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> cases = Files.walk(Path.of("src/test/resources/kubelet"));
        Stream<Path> samples = Files.walk(Path.of("../manifests/samples"))) {
      Stream.concat(cases, samples).filter(f -> f.toString().endsWith(".yaml")).forEach(files::add);
    }
    List<Pod> pods = new ArrayList<>();
    for (Path file : files) {
      String manifest = Files.readString(file).replaceAll("nodeName: [A-Z]+", "nodeName: node");
      Manifests.read(manifest).pods().stream().map(PodManifest::pod).forEach(pods::add);
    }
    return pods;
  }

  private static Pod bound(Pod pod, NodeSettings node) {
    return new PodBuilder(pod)
        .withApiVersion("v1")
        .withKind("Pod")
        .withStatus(null)
        .withNewMetadata()
        .withName("p")
        .endMetadata()
        .editSpec()
        .withNodeName(node.name())
        .withSchedulingGates()
        .withServiceAccountName(null)
        .withServiceAccount(null)
        .withPriorityClassName(null)
        .withRuntimeClassName(null)
        .endSpec()
        .build();
  }

  private static String pod(NodeSettings node, String field) {
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: p}
        spec:
          nodeName: %s
          containers: [{name: c, image: busybox}]
          %s
        """
        .formatted(node.name(), field);
  }

  /** What the API server would make of a Pod, and what it says of it. */
  private record Answer(Pod pod, List<String> warnings) {}

  private static List<String> warnings(String yaml) {
    return create(Serialization.unmarshal(yaml, Pod.class)).warnings();
  }

  private static Answer create(Pod pod) {
    String url = client.getMasterUrl().toString().replaceAll("/$", "");
    String path = "/api/v1/namespaces/" + kubectl.namespace() + "/pods?dryRun=All";
    try {
      HttpResponse<String> response =
          client
              .getHttpClient()
              .sendAsync(
                  client
                      .getHttpClient()
                      .newHttpRequestBuilder()
                      .uri(URI.create(url + path))
                      .post("application/json", Serialization.asJson(pod))
                      .build(),
                  String.class)
              .get(60, TimeUnit.SECONDS);
      assertThat(response.code()).as(response.bodyString()).isEqualTo(201);
      return new Answer(
          Serialization.unmarshal(response.bodyString(), Pod.class),
          response.headers("Warning").stream()
              .filter(w -> w.contains("ValidatingAdmissionPolicy"))
              .toList());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> refusedRows(FieldTable table, Pod pod) {
    return table.explain(pod.getSpec()).stream()
        .filter(f -> f.verdict() == Verdict.REFUSED)
        .map(f -> row(table, f.path()))
        .toList();
  }

  private static String row(FieldTable table, String path) {
    String pattern =
        path.replaceAll("\\[\\d+]", "[]")
            .replaceAll("(resources\\.(?:requests|limits))\\..*", "$1.*");
    return table.rowOf(pattern).path();
  }
}
