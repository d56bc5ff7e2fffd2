package dev.outrigger.testbed;

import dev.outrigger.simulator.AwsSimulator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What fault tests run: the first {@link #LONG} Pods (label {@code group: long}) run until they are
 * deleted, the others end by themselves after some seconds with the exit code {@code number % 3}.
 */
final class PodMix {

  /** How many of the Pods run for long. */
  static final int LONG = 10;

  /** The outcome of those whose process ends itself rather than that its handler fails. */
  static final String EXITED = "Failed/2";

  private static final int LONG_SECONDS = 600;

  private PodMix() {}

  static List<String> onEcs(int count, String node) {
    List<String> pods = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String script = "sleep %d; exit %d".formatted(seconds(i), i % 3);
      pods.add(ecsPod("p" + i, group(i), node, "Never", script));
    }
    return pods;
  }

  static List<String> onLambda(int count, String node) {
    List<String> pods = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String end =
          switch (i % 3) {
            case 0 -> "";
            case 1 -> ", \"error\": \"as asked\"";
            default -> ", \"exit\": 2";
          };
      pods.add(lambdaPod("p" + i, group(i), node, "{\"sleep\": %d%s}".formatted(seconds(i), end)));
    }
    return pods;
  }

  /**
   * What is to be seen once the long ones are deleted and the others have ended: {@code phase/exit
   * code} by name.
   */
  static Map<String, String> outcomes(int count) {
    Map<String, String> outcomes = new TreeMap<>();
    for (int i = LONG; i < count; i++) {
      outcomes.put("p" + i, (i % 3 == 0 ? "Succeeded/" : "Failed/") + i % 3);
    }
    return outcomes;
  }

  /**
   * A node whose functions may run for 30 s: an invocation cannot be stopped, and what became of
   * one is called unknown only when it can no longer be running. A claim whose record is missing is
   * taken over after 10 s.
   */
  static NodeSettings lambdaNode(String name, AwsSimulator simulator) {
    NodeSettings node = NodeSettings.lambda(name, simulator.endpoint().toString());
    List<String> settings = new ArrayList<>(node.settings());
    settings.add("timeout: 30s");
    settings.add("claims: {takeover: 10s}");
    return new NodeSettings(name, node.provider(), settings);
  }

  /** A Pod whose container runs a shell script on ECS. */
  static String ecsPod(String name, String group, String node, String policy, String script) {
    return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {group: %s}}
        spec:
          nodeName: %s
          restartPolicy: %s
          terminationGracePeriodSeconds: 2
          containers:
          - name: c
            image: public.ecr.aws/docker/library/busybox:1.37
            command: ["sh", "-c", "%s"]
        """
        .formatted(name, group, node, policy, script);
  }

  /** A Pod that is one invocation of the simulated image's handler {@code outcome}. */
  static String lambdaPod(String name, String group, String node, String event) {
    return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {group: %s}}
        spec:
          nodeName: %s
          restartPolicy: Never
          terminationGracePeriodSeconds: 2
          containers:
          - name: c
            image: amazon/aws-lambda-base-docker:latest
            command: [outcome]
            args: ['%s']
        """
        .formatted(name, group, node, event);
  }

  private static String group(int i) {
    return i < LONG ? "long" : "short";
  }

  private static int seconds(int i) {
    return i < LONG ? LONG_SECONDS : i % 7;
  }
}
