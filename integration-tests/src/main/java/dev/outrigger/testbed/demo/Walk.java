package dev.outrigger.testbed.demo;

import dev.outrigger.testbed.ChildProcess;
import dev.outrigger.testbed.CommandResult;
import dev.outrigger.testbed.Kubectl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The walk through what Outrigger does, with the real kubectl; each step says what it expects. */
final class Walk {
  private static final String SAMPLES = "manifests/samples/";
  private static final Duration LIVE = Duration.ofMinutes(2);
  private static final int TWENTY = 20;

  private final Kubectl kubectl;
  private final Screen screen;
  private final List<String> failures = new ArrayList<>();

  Walk(Kubectl kubectl, Screen screen) {
    this.kubectl = kubectl.within(Duration.ofMinutes(3));
    this.screen = screen;
  }

  /** All steps; the names of those that did not go as expected. */
  List<String> run() {
    step("the nodes", this::nodes);
    step("a Pod that is a Lambda invocation", this::lambda);
    step("a Pod that the scheduler places on ECS, followed live, exit code 3", this::ecs);
    step("a Job of 20 Pods", this::job);
    step("a Deployment that rolls", this::deployment);
    return List.copyOf(failures);
  }

  /** Deletes what the walk created; for a cluster that goes on living. */
  void cleanUp() {
    for (String sample : List.of("aws-lambda-pod", "ecs-pod", "job", "deployment")) {
      show("delete", "--ignore-not-found", "-f", SAMPLES + sample + ".yaml");
    }
  }

  private void step(String name, Runnable step) {
    screen.title(name);
    try {
      step.run();
    } catch (RuntimeException e) {
      failures.add(name);
      screen.verdict(false, String.valueOf(e.getMessage()));
      show("get", "pods,jobs,deployments", "-o", "wide");
      show("get", "events", "--sort-by=.lastTimestamp");
    }
  }

  private void nodes() {
    String nodes = show("get", "nodes", "-o", "wide").orThrow();
    expect(
        nodes.lines().filter(line -> line.contains(" Ready ")).count() >= 2,
        "both virtual nodes are Ready");
  }

  private void lambda() {
    show("apply", "-f", SAMPLES + "aws-lambda-pod.yaml").orThrow();
    show("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/aws-lambda", "--timeout=120s");
    show("get", "pod", "aws-lambda", "-o", "wide").orThrow();
    String logs = show("logs", "aws-lambda").orThrow();
    expect(!logs.isBlank(), "its output is in kubectl logs");
    expect(phase("aws-lambda").equals("Succeeded"), "the Pod, applied as written, ended Succeeded");
  }

  private void ecs() {
    show("apply", "-f", SAMPLES + "ecs-pod.yaml").orThrow();
    show("wait", "--for=jsonpath={.status.phase}=Running", "pod/ecs-count", "--timeout=120s");
    List<String> lines = follow("logs", "-f", "ecs-count");
    expect(lines.contains("line 1") && lines.contains("line 5"), "every line was followed");
    show("wait", "--for=jsonpath={.status.phase}=Failed", "pod/ecs-count", "--timeout=60s");
    String code =
        show(
                "get",
                "pod",
                "ecs-count",
                "-o",
                "jsonpath={.status.containerStatuses[0].state.terminated.exitCode}")
            .orThrow();
    expect(code.equals("3"), "the exit code is 3");
  }

  private void job() {
    show("apply", "-f", SAMPLES + "job.yaml").orThrow();
    show("wait", "--for=condition=Complete", "job/twenty", "--timeout=150s").orThrow();
    show("get", "job", "twenty").orThrow();
    String succeeded = kubectl.get("get", "job", "twenty", "-o", "jsonpath={.status.succeeded}");
    expect(succeeded.equals(Integer.toString(TWENTY)), "20 Pods succeeded");
  }

  private void deployment() {
    show("apply", "-f", SAMPLES + "deployment.yaml").orThrow();
    show("rollout", "status", "deployment/web", "--timeout=120s").orThrow();
    show("set", "env", "deployment/web", "VERSION=2").orThrow();
    show("rollout", "status", "deployment/web", "--timeout=150s").orThrow();
    show("get", "pods", "-l", "app=web", "-o", "wide").orThrow();
    // The newest: one of the old version may still be on its way out.
    String newest =
        kubectl.get(
            "get",
            "pods",
            "-l",
            "app=web",
            "--sort-by=.metadata.creationTimestamp",
            "-o",
            "jsonpath={.items[-1:].metadata.name}");
    String logs = show("logs", newest).orThrow();
    expect(logs.contains("version 2"), "the new version runs");
  }

  private String phase(String pod) {
    return kubectl.get("get", "pod", pod, "-o", "jsonpath={.status.phase}");
  }

  private CommandResult show(String... arguments) {
    screen.command("kubectl " + shellWords(arguments));
    CommandResult result = kubectl.run(arguments);
    screen.output(result.output());
    screen.output(result.errors());
    return result;
  }

  private List<String> follow(String... arguments) {
    screen.command("kubectl " + shellWords(arguments));
    List<String> lines = new ArrayList<>();
    try (ChildProcess process = kubectl.start(arguments);
        BufferedReader output = process.output()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        screen.output(line + "\n");
        lines.add(line);
      }
      expect(process.awaitExit(LIVE) == 0, "kubectl ended well");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  private void expect(boolean met, String expectation) {
    if (!met) {
      throw new IllegalStateException("not so: " + expectation);
    }
    screen.verdict(true, expectation);
  }

  private static String shellWords(String... arguments) {
    List<String> words = new ArrayList<>();
    for (String each : arguments) {
      words.add(each.contains("{") ? "'" + each + "'" : each);
    }
    return String.join(" ", words);
  }
}
