package dev.outrigger.testbed.bench;

import dev.outrigger.testbed.Kubectl;
import dev.outrigger.testbed.Progress;
import dev.outrigger.testbed.TestbedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A Pod on each of the nodes, which has logged {@value #LOG_MEBIBYTES} MiB and sleeps. */
final class StreamPods implements AutoCloseable {
  /** With the kubelet's prefix on each line below the 10 MiB at which it rotates. */
  static final int LOG_MEBIBYTES = 4;

  private static final String CONTAINER = "c";

  private final Kubectl kubectl;
  private final Path kubeconfig;

  private StreamPods(Kubectl kubectl, Path kubeconfig) {
    this.kubectl = kubectl;
    this.kubeconfig = kubeconfig;
  }

  static StreamPods make(Path kubeconfig, List<String> nodes, String image, Progress progress) {
    String namespace = "bench-streams-" + ProcessHandle.current().pid();
    Kubectl kubectl = new Kubectl(kubeconfig, namespace).within(Duration.ofMinutes(3));
    kubectl.get("create", "namespace", namespace);
    StreamPods pods = new StreamPods(kubectl, kubeconfig);
    try {
      kubectl.get("wait", "--for=create", "--timeout=30s", "serviceaccount/default");
      for (String node : nodes) {
        progress.say(node + ": making a Pod that logs " + LOG_MEBIBYTES + " MiB");
        kubectl.apply(manifest(node, image));
      }
      for (String node : nodes) {
        kubectl.get("wait", "--for=condition=Ready", "--timeout=120s", "pod/" + pod(node));
        pods.awaitLog(node);
      }
      return pods;
    } catch (RuntimeException e) {
      pods.close();
      throw e;
    }
  }

  private void awaitLog(String node) {
    for (int i = 0; i < 120; i++) {
      if (kubectl.get("logs", "--tail=1", pod(node)).contains("written")) {
        return;
      }
    }
    throw new TestbedException(node + ": the Pod does not write its log");
  }

  private static String manifest(String node, String image) {
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          nodeName: %s
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          automountServiceAccountToken: false
          tolerations: [{operator: Exists}]
          containers:
          - name: %s
            image: %s
            imagePullPolicy: IfNotPresent
            command:
            - sh
            - -c
            - |
              yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -c %d
              echo
              echo written
              exec sleep 100000
        """
        .formatted(pod(node), node, CONTAINER, image, LOG_MEBIBYTES << 20);
  }

  static String pod(String node) {
    return "on-" + node;
  }

  Path kubeconfig() {
    return kubeconfig;
  }

  String namespace() {
    return kubectl.namespace();
  }

  @Override
  public void close() {
    kubectl.run("delete", "namespace", namespace(), "--wait=false");
  }
}
