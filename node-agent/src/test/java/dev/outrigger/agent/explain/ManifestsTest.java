package dev.outrigger.agent.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of manifests that the API server would refuse. */
class ManifestsTest {

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        restartPolicy: Never
        containers:
        - name: main
          image: busybox
          imagePullPolicy: IfNotPresent
          env: [{name: A, value: "1"}]
          ports: [{name: http, containerPort: 80}]
          volumeMounts: [{name: data, mountPath: /data}]
          resources: {requests: {cpu: 100m}, limits: {cpu: 1, memory: 1Gi}}
        volumes: [{name: data, emptyDir: {sizeLimit: 1Gi}}]
      """;

  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 2
        selector: {matchLabels: {app.example/name: web}}
        template:
          metadata: {labels: {app.example/name: web}}
          spec: {containers: [{name: main, image: nginx}]}
      """;

  private static List<String> problems(String manifest) {
    return Manifests.read(manifest).problems();
  }

  @Test
  void aMisspeltKindIsAProblemWithTheOneMeant() {
    Manifests.Found found =
        Manifests.read(
            String.join(
                "\n---\n",
                "apiVersion: v1\nkind: pod\nmetadata: {name: a}",
                "apiVersion: apps/v1\nkind: Deploymnet\nmetadata: {name: b}",
                "apiVersion: v1\nkind: Node\nmetadata: {name: c}"));

    assertThat(found.problems())
        .containsExactly(
            "document 1: there is no kind pod in v1 (did you mean Pod?)",
            "document 2: there is no kind Deploymnet in apps/v1 (did you mean Deployment?)");
    assertThat(found.skipped()).containsExactly("Node 'c' has no Pods");
  }

  @Test
  void aScheduleThatNoCronTakesIsAProblem() {
    String job =
        """
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: nightly}
        spec:
          schedule: "0 25 * * *"
          jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}
        """;

    assertThat(Manifests.read(job).problems())
        .containsExactly(
            "CronJob default/nightly: spec.schedule has '25' as its hours, which are 0 to 23, with"
                + " *, -, / and commas");
    assertThat(Manifests.read(job.replace("25", "2")).problems()).isEmpty();
  }

  @Test
  void goodManifestsHaveNoProblems() {
    assertThat(problems(POD + "---\n" + DEPLOYMENT)).isEmpty();
    assertThat(Manifests.read(POD + "---\n" + DEPLOYMENT).pods()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cpu: 100m         | cpu: lots          | spec.containers[0].resources.requests.cpu must be a Kubernetes quantity such as 16, 500m or 64Gi, not 'lots'
          cpu: 100m         | cpu: 2             | spec.containers[0].resources.requests.cpu must be at most the limit
          memory: 1Gi       | memory: -1Gi       | spec.containers[0].resources.limits.memory must not be negative
          memory: 1Gi       | memroy: 1Gi        | spec.containers[0].resources.limits.memroy is of no resource: it must be cpu
          memory: 1Gi       | example.com/gpu: 500m | spec.containers[0].resources.limits.example.com/gpu must be a whole number, not '500m'
          sizeLimit: 1Gi    | sizeLimit: big     | spec.volumes[0].emptyDir.sizeLimit must be a Kubernetes quantity
          Policy: Never     | Policy: never      | spec.restartPolicy must be Always or OnFailure or Never here, not 'never'
          IfNotPresent      | ifNotPresent       | spec.containers[0].imagePullPolicy must be one of Always, IfNotPresent, Never, not 'ifNotPresent'
          name: main        | name: Main         | spec.containers[0].name must be at most 63 lower-case letters
          name: main        | nam: main          | unknown field spec.containers[0].nam (did you mean name?)
          image: busybox    | tty: false         | spec.containers[0].image is required
          image: busybox    | image: 3           | spec.containers[0].image must be a string: put it in quotes, as "3"
          value: "1"        | value: 1           | spec.containers[0].env[0].value must be a string: put it in quotes, as "1"
          name: A           | name: A=B          | spec.containers[0].env[0].name must be printable
          containerPort: 80 | containerPort: 0   | spec.containers[0].ports[0].containerPort must be from 1 to 65535
          containerPort: 80 | containerPort: "80" | spec.containers[0].ports[0].containerPort must be a whole number
          name: http        | name: no port name | spec.containers[0].ports[0].name must be at most 15
          mountPath: /data  | readOnly: true     | spec.containers[0].volumeMounts[0].mountPath is required
          name: data, emptyDir | name: other, emptyDir | spec.containers[0].volumeMounts[0].name is of no volume of the Pod: 'data'
          name: p}          | name: P_1}         | metadata.name must be lower-case letters
          name: p}          | labels: {a: b}}    | metadata.name is required
          name: p}          | name: p, labels: {a: "b c"}} | metadata.labels.a must be at most 63
          containers:       | contaners:         | unknown field spec.contaners (did you mean containers?)
          """)
  void mistakeIsToldWithItsPath(String good, String bad, String problem) {
    assertThat(POD).contains(good);

    assertThat(problems(POD.replace(good, bad)))
        .anySatisfy(p -> assertThat(p).startsWith("Pod default/").contains(": " + problem));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          containers: [{     | restartPolicy: Never, containers: [{ | spec.template.spec.restartPolicy must be Always here, not 'Never'
          replicas: 2        | replcas: 2    | unknown field spec.replcas (did you mean replicas?)
          replicas: 2        | replicas: two | spec.replicas must be a whole number
          selector: {matchLabels: {app.example/name: web}} | paused: false | spec.selector is required
          selector: {matchLabels: {app.example/name: web}} | selector: {matchLabels: {app: web}} | spec.selector.matchLabels.app is not among the labels of spec.template
          {name: main, image: nginx} | {name: main, image: nginx}, {name: main, image: x} | spec.template.spec.containers[1].name is there twice: 'main'
          """)
  void mistakeInWhatMakesPodsIsToldWithItsPath(String good, String bad, String problem) {
    assertThat(DEPLOYMENT).contains(good);

    assertThat(problems(DEPLOYMENT.replace(good, bad)))
        .anySatisfy(p -> assertThat(p).startsWith("Deployment default/web: " + problem));
  }

  @Test
  void everyMistakeOfAnObjectIsToldAtOnce() {
    assertThat(problems(POD.replace("cpu: 100m", "cpu: lots").replace("name: A,", "name: '=',")))
        .hasSize(2);
  }

  @Test
  void jobHasToSayHowItRestarts() {
    String job =
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: j}
        spec: {template: {spec: {containers: [{name: main, image: x}]}}}
        """;

    assertThat(problems(job))
        .containsExactly(
            "Job default/j: spec.template.spec.restartPolicy must be OnFailure or Never here");
  }

  @Test
  void everyDocumentIsReadWhateverStandsBeforeIt() {
    Manifests.Found found =
        Manifests.read(
            String.join(
                "\n---\n",
                "# only a comment",
                "a: [",
                "just text",
                "kind: Pod",
                "apiVersion: v1\nkind: Service\nmetadata: {name: s}",
                "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r}",
                "apiVersion: v1\nkind: Pod\nmetadata: {name: a, name: b}",
                "# Source: nothing was rendered",
                "",
                POD,
                "# the end"));

    assertThat(found.pods()).extracting(PodManifest::source).containsExactly("Pod default/p");
    assertThat(found.skipped())
        .containsExactly(
            "Service 's' has no Pods",
            "Rollout 'r' of argoproj.io/v1alpha1: whether it makes Pods is not known here");
    assertThat(found.problems())
        .hasSize(4)
        .anySatisfy(p -> assertThat(p).startsWith("document 2: not YAML: line "))
        .anySatisfy(p -> assertThat(p).startsWith("document 3 is not an object"))
        .anySatisfy(p -> assertThat(p).startsWith("document 4 is not an object"))
        .anySatisfy(p -> assertThat(p).startsWith("document 7: ").contains("uplicate"));
  }

  @Test
  void whatARealApiServerHasTakenHasNoProblems() throws IOException {
    Path resources = Path.of("../integration-tests/src/test/resources/kubelet");
    List<Path> files = new ArrayList<>();
    for (Path root : List.of(resources, Path.of("../manifests"))) {
      try (Stream<Path> found = Files.walk(root)) {
        found.filter(file -> file.toString().endsWith(".yaml")).forEach(files::add);
      }
    }

    assertThat(files).hasSizeGreaterThan(100);
    List<String> wrong = new ArrayList<>();
    for (Path file : files) {
      String manifest = Files.readString(file).replaceAll("nodeName: [A-Z]+", "nodeName: node");
      problems(manifest).forEach(problem -> wrong.add(file.getParent() + ": " + problem));
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void noFieldOfKubernetesIsCalledUnknown() throws IOException {
    List<String> unknown = new ArrayList<>();
    var rows =
        Pattern.compile("^\\| `(spec\\.[^`]+)`", Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("../docs/reference/pod-fields.md")));
    int count = 0;
    while (rows.find()) {
      count++;
      List<String> names = List.of(rows.group(1).split("\\."));
      StringBuilder json = new StringBuilder("null");
      for (String name : names.reversed()) {
        String plain = name.replace("[]", "");
        String value = name.endsWith("[]") ? "[" + json + "]" : json.toString();
        json = new StringBuilder("{\"" + plain + "\": " + value + "}");
      }
      Structure.check(
          new com.fasterxml.jackson.databind.ObjectMapper().readTree(json.toString()),
          io.fabric8.kubernetes.api.model.Pod.class,
          unknown::add);
    }
    assertThat(count).isGreaterThan(100);
    assertThat(unknown).isEmpty();
  }
}
