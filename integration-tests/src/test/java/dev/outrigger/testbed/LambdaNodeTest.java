package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static dev.outrigger.testbed.Pods.field;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods on Lambda as users apply them, through scheduler, API server, agent and simulated AWS. */
final class LambdaNodeTest {
  private static final Duration SOON = Duration.ofSeconds(90);

  /** Ends when a file appears; says something to whoever asks it a second time. */
  private static final String LISTENER =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: listener}
      data:
        main.py: |
          import os, time
          def handler(event, context):
              if isinstance(event, list):
                  print("asked again", flush=True)
                  return event
              if "order" in event:
                  raise ValueError("no order %d" % event["order"])
              print("waiting", flush=True)
              while not os.path.exists(event["until"]):
                  time.sleep(0.1)
              return "done"
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: listener
        annotations: {outrigger.dev/lambda-runtime: python3.12}
      spec:
        nodeName: virtual-kubelet
        restartPolicy: Never
        containers:
        - name: main
          image: unused
          command: [main.handler]
          args: ['{"until": "END"}']
          volumeMounts: [{name: code, mountPath: /var/task}]
        volumes: [{name: code, configMap: {name: listener}}]
      """;

  private final SharedNodes nodes = SharedNodes.get();

  @Test
  void firstSampleRunsItsHandlerOnLambdaAsItIsPrinted() throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    int before = nodes.started("lambda").size();

    kubectl.apply(SharedNodes.sample("aws-lambda-pod.yaml"));

    awaitPhase(kubectl, "aws-lambda", "Succeeded");
    assertThat(kubectl.get("logs", "aws-lambda")).contains("my_handler");
    assertThat(field(kubectl, "aws-lambda", ".status.containerStatuses[0].restartCount"))
        .isEqualTo("0");
    assertThat(nodes.started("lambda")).hasSize(before + 1);
  }

  @Test
  void execInALambdaPodInvokesItsFunctionOnceMore(@TempDir Path own) throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    Path end = own.resolve("end");
    kubectl.apply(LISTENER.replace("END", end.toString()));
    awaitPhase(kubectl, "listener", "Running");

    CommandResult answer = kubectl.run("exec", "listener", "--", "say", "it");
    CommandResult error = kubectl.send("{\"order\":7}", "exec", "-i", "listener", "--", "-");

    assertThat(answer.exitCode()).as(answer.errors()).isZero();
    assertThat(answer.output()).isEqualTo("[\"say\", \"it\"]");
    assertThat(answer.errors()).contains("asked again");
    assertThat(error.exitCode()).isEqualTo(1);
    assertThat(error.errors()).contains("no order 7").contains("exit code 1");
    for (CommandResult lacking :
        List.of(
            kubectl.run("attach", "listener"), kubectl.run("port-forward", "listener", ":80"))) {
      assertThat(lacking.errors())
          .contains("the lambda provider of node virtual-kubelet cannot ")
          .contains(", since a Lambda invocation ");
    }
    Files.createFile(end);
    awaitPhase(kubectl, "listener", "Succeeded");
    assertThat(kubectl.get("logs", "listener")).isEqualTo("waiting\n\"done\"\n");
  }
}
