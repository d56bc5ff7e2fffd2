package dev.outrigger.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ExplainCommandTest {

  private static final String CONFIG =
      """
      nodes:
      - name: functions
        provider: lambda
        lambda: {region: us-west-2, role: "arn:aws:iam::123456789012:role/f"}
      - name: tasks
        provider: ecs
        ecs:
          region: us-west-2
          cluster: default
          subnets: [subnet-1]
          executionRoleArn: arn:aws:iam::123456789012:role/e
      """;

  private static final String JOB =
      """
      apiVersion: batch/v1
      kind: Job
      metadata: {name: sum, namespace: team}
      spec:
        template:
          spec:
            restartPolicy: Never
            containers:
            - name: main
              image: busybox
              command: [sum]
              env:
              - name: KEY
                valueFrom: {secretKeyRef: {name: keys, key: any}}
              resources: {limits: {cpu: 300m, memory: 700Mi}}
      """;

  private static final String PROBED =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers:
            - name: main
              image: nginx
              livenessProbe: {exec: {command: [x]}}
      """;

  private static final String STATEFUL_SET =
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db}
      spec:
        serviceName: dbs
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec:
            containers:
            - {name: main, image: postgres, command: [postgres]}
      """;

  private record Ended(int code, String out, String err) {}

  @TempDir Path folder;

  @Test
  void aPodThatWouldRunIsShownWithItsShape() throws IOException {
    Ended ended = explain(JOB, "--node", "tasks");

    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    assertThat(ended.out())
        .startsWith("Job team/sum on node tasks (ecs)")
        .contains("spec.template.spec.containers[0].image", "translated")
        .contains("task size: 0.5 vCPU with 1024 MiB", "price class: Fargate on demand")
        .contains("would run");
  }

  @Test
  void aRefusedFieldEndsWithOneAndNamesItsPathInTheObject() throws IOException {
    Ended ended = explain(PROBED, "--node", "tasks");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out())
        .contains("spec.template.spec.containers[0].livenessProbe", "REFUSED", "would fail");
  }

  @Test
  void refusedFieldsAndSizesAndAnnotationsAreToldAtOnce() throws IOException {
    String job =
        JOB.replace("memory: 700Mi", "memory: 700Gi")
            .replace(
                "restartPolicy: Never", "restartPolicy: Never\n      shareProcessNamespace: true")
            .replace(
                "template:\n",
                "template:\n    metadata: {annotations: {outrigger.dev/lamda-payload: '1'}}\n");

    Ended ended = explain(job, "--node", "tasks");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out())
        .contains(
            "would fail: spec.template.spec.shareProcessNamespace is not supported",
            "also refused:",
            "spec.template.metadata.annotations[outrigger.dev/lamda-payload]",
            "spec.template.spec.containers[0].resources");
  }

  @Test
  void podThatTheSchedulerWouldNotPlaceThereIsToldWhy() throws IOException {
    assertThat(explain(JOB, "--node", "tasks").out())
        .contains(
            "would not be placed here: it does not tolerate the node's taint"
                + " virtual-kubelet.io/provider=ecs:NoSchedule",
            "would run");
    String tolerating =
        JOB.replace(
            "restartPolicy: Never",
            "restartPolicy: Never\n      tolerations: [{operator: Exists}]\n      nodeSelector: {zone: b}");
    assertThat(explain(tolerating, "--node", "tasks").out())
        .contains("would not be placed here: its nodeSelector or affinity does not match");
    assertThat(
            explain(tolerating.replace("zone: b", "type: virtual-kubelet"), "--node", "tasks")
                .out())
        .doesNotContain("would not be placed");
  }

  @Test
  void nodeThatTheSchedulerWouldNotChooseDoesNotCount() throws IOException {
    String placed =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        spec:
          nodeSelector: {outrigger.dev/provider: ecs}
          tolerations: [{key: virtual-kubelet.io/provider, value: ecs}]
          containers:
          - {name: main, image: nginx, readinessProbe: {tcpSocket: {port: 80}}}
        """;

    Ended ended = explain(placed);

    assertThat(ended.out()).contains("would fail", "would not be placed here", "would run");
    assertThat(ended.code()).isZero();
    assertThat(explain(placed, "--node", "functions").code()).isEqualTo(1);
  }

  @Test
  void everyNodeIsAskedUnlessThePodNamesOne() throws IOException {
    assertThat(explain(JOB).out()).contains("on node functions (lambda)", "on node tasks (ecs)");
    String placed =
        JOB.replace("  restartPolicy: Never", "  nodeName: tasks\n      restartPolicy: Never");
    assertThat(explain(placed).out()).contains("on node tasks").doesNotContain("functions");
  }

  @Test
  void severalDocumentsAndListsAreReadAndOtherKindsPassedOver() throws IOException {
    String list = "apiVersion: v1\nkind: List\nitems:\n- " + PROBED.strip().indent(2).strip();
    String service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n";

    String plain = JOB.replaceAll("(?s)      env:.*?resources", "      resources");

    Ended ended = explain(String.join("---\n", service, plain, list + "\n"), "-o", "json");

    JsonNode all = new ObjectMapper().readTree(ended.out());
    assertThat(all).hasSize(4);
    assertThat(all.get(0).path("source").asText()).isEqualTo("Job team/sum");
    assertThat(all.get(0).path("runs").asBoolean()).isTrue();
    assertThat(all.get(0).path("shape").path("memory").asText()).startsWith("700 MB (0.40 vCPU)");
    assertThat(all.get(2).path("source").asText()).isEqualTo("Deployment default/web");
    assertThat(all.get(2).path("refusal").asText()).contains("livenessProbe");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void ofAFolderItsManifestsAreRead() throws IOException {
    Path manifests = folder.resolve("manifests");
    Files.createDirectories(manifests.resolve("deeper"));
    Files.writeString(manifests.resolve("b.yaml"), JOB);
    Files.writeString(manifests.resolve("a.yml"), PROBED);
    Files.writeString(manifests.resolve("notes.txt"), "no manifest");
    Files.writeString(manifests.resolve("deeper/c.yaml"), "no manifest either");

    Ended ended = run("explain", "-f", manifests.toString(), "--provider", "ecs");

    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).containsSubsequence("Deployment default/web", "Job team/sum");
  }

  @Test
  void whatOnlyTheNodesSettingsForbidIsToldToo() throws IOException {
    Ended ended = explain(JOB, "--node", "functions");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out())
        .contains("would fail: spec.template.spec.containers[0].env[0]", "Secret");
  }

  @Test
  void aDeploymentIsRefusedWhereAPodIsASingleRun() throws IOException {
    Ended ended = explain(PROBED.replaceAll("\\n *livenessProbe.*", ""), "--node", "functions");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).contains("single run", "use a Job");
  }

  @Test
  void aProviderWithoutSettingsIsAskedForItsFieldsOnly() throws IOException {
    Path file = Files.writeString(folder.resolve("m.yaml"), JOB);

    Ended ended = run("explain", "-f", file.toString(), "--provider", "ecs");
    Ended unknown = run("explain", "-f", file.toString(), "--provider", "martian");

    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains("containerDefinitions[].image").doesNotContain("task size");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("ecs, lambda, local").contains("not martian");
  }

  @Test
  void aDeploymentIsRefusedWhereAPodIsASingleRunAlsoWithoutSettings() throws IOException {
    Path file =
        Files.writeString(folder.resolve("m.yaml"), PROBED.replaceAll("\\n *livenessProbe.*", ""));

    Ended ended = run("explain", "-f", file.toString(), "--provider", "lambda");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).contains("would fail", "single run", "its Deployment", "use a Job");
  }

  @Test
  void aStatefulSetIsExplainedWithWhatItsControllerAdds() throws IOException {
    Path file = Files.writeString(folder.resolve("m.yaml"), STATEFUL_SET);

    Ended ended = run("explain", "-f", file.toString(), "--provider", "local");

    assertThat(ended.out())
        .containsPattern("metadata.name +harmless +processes have the host's name")
        .containsPattern("spec.serviceName +harmless")
        .contains("would run");
    assertThat(ended.code()).isZero();
  }

  @Test
  void claimTemplatesOfAStatefulSetAreRefusedWhereTheyStand() throws IOException {
    String claiming =
        STATEFUL_SET
            .replace(
                "command: [postgres]",
                "command: [postgres], volumeMounts: [{name: data, mountPath: /data}]")
            .concat("  volumeClaimTemplates:\n  - metadata: {name: data}\n");
    Path file = Files.writeString(folder.resolve("m.yaml"), claiming);

    Ended ended = run("explain", "-f", file.toString(), "--provider", "local");

    assertThat(ended.err()).isEmpty();
    assertThat(ended.out())
        .contains("would fail: spec.volumeClaimTemplates[0].spec is not supported");
  }

  @Test
  void hostNamesThatAreNotThePodsAreRefusedOnLocalWhoeverSetsThem() throws IOException {
    Path indexed =
        Files.writeString(
            folder.resolve("indexed.yaml"),
            JOB.replace("spec:\n  template", "spec:\n  completionMode: Indexed\n  template"));
    Path named =
        Files.writeString(
            folder.resolve("named.yaml"),
            PROBED.replace("      containers:", "      hostname: web\n      containers:"));

    assertThat(run("explain", "-f", indexed.toString(), "--provider", "local").out())
        .contains("would fail: spec.completionMode is not supported: must be the Pod's name");
    assertThat(run("explain", "-f", named.toString(), "--provider", "local").out())
        .contains("would fail: spec.template.spec.hostname is not supported");
  }

  @Test
  void everyRefusedFieldStandsInTheReason() throws IOException {
    Ended ended = explain(PROBED.replace("image: nginx", "image: nginx\n        stdin: true"));

    assertThat(ended.out()).contains("; also refused: spec.template.spec.containers[0].stdin");
  }

  @Test
  void whatCannotBeReadEndsWithTwoAndSaysWhere() throws IOException {
    assertThat(explain("a: [b").code()).isEqualTo(2);
    assertThat(explain("apiVersion: v1\nkind: Service").err())
        .contains("no Pod, and nothing that makes Pods");
    assertThat(explain("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {}").err())
        .contains("Pod default/p: spec.containers must list at least one container");
    assertThat(explain(JOB, "--node", "mars").err()).contains("functions, tasks, not mars");
    assertThat(run("explain", "-f", "none.yaml", "--provider", "ecs").err())
        .contains("none.yaml does not exist");
    assertThat(run("explain", "-f", "x").err()).contains("--config");
  }

  @Test
  void aFileThatIsNoTextIsToldInOneLine() throws IOException {
    Path binary =
        Files.write(
            folder.resolve("pod.bin"), new byte[] {(byte) 0x7f, 'E', 'L', 'F', (byte) 0xff});
    Path zeros = Files.write(folder.resolve("zeros.yaml"), new byte[64]);
    StringWriter err = new StringWriter();

    int code =
        Main.commandLine()
            .setErr(new PrintWriter(err))
            .execute(
                "explain", "-f", binary.toString(), "-f", zeros.toString(), "--provider", "ecs");

    assertThat(code).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            binary + " is not text (UTF-8): manifests are YAML or JSON",
            zeros + " is not text (UTF-8): manifests are YAML or JSON");
  }

  @Test
  void oneUnreadableDocumentDoesNotHideTheOthers() throws IOException {
    String service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n";
    String bad = "apiVersion: v1\nkind: Pod\nmetadata: [\n";

    Ended ended = explain(String.join("---\n", service, bad, JOB), "--node", "tasks");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.out()).contains("Job team/sum on node tasks", "would run");
    assertThat(ended.err())
        .contains("skipped: Service 's' has no Pods", "m.yaml: document 2: not YAML: line ");
    assertThat(explain(String.join("---\n", service, JOB), "--node", "tasks").code()).isZero();
  }

  @Test
  void whatTheApiServerWouldRefuseIsToldAndTheOthersAreExplained() throws IOException {
    String bad =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: typo}
        spec:
          contaners: []
        """;

    Ended ended = explain(String.join("---\n", bad, JOB), "-o", "json", "--node", "tasks");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(new ObjectMapper().readTree(ended.out())).hasSize(1);
    assertThat(ended.err())
        .contains("Pod default/typo: unknown field spec.contaners (did you mean containers?)");
  }

  private Ended explain(String manifest, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve("m.yaml"), manifest);
    Path config = Files.writeString(folder.resolve("outrigger.yaml"), CONFIG);
    String[] args = new String[5 + more.length];
    System.arraycopy(
        new String[] {"explain", "-f", file.toString(), "--config", config.toString()},
        0,
        args,
        0,
        5);
    System.arraycopy(more, 0, args, 5, more.length);
    return run(args);
  }

  private static Ended run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Ended(line.execute(args), out.toString(), err.toString());
  }
}
