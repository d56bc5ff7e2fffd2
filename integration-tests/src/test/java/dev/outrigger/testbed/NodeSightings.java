package dev.outrigger.testbed;

import dev.outrigger.agent.cli.KubeClient;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Everything that a watch tells of one Node. */
final class NodeSightings implements AutoCloseable {

  /**
   * One of them.
   *
   * @param ready the status of the condition Ready
   * @param port of the kubelet that is announced
   */
  record Seen(String ready, int port, long nanos) {}

  private final KubernetesClient client;
  private final List<Seen> all = new CopyOnWriteArrayList<>();

  NodeSightings(ControlPlane controlPlane, String node) throws IOException {
    client = KubeClient.connect(Optional.of(controlPlane.kubeconfig()));
    client.nodes().withName(node).inform(new Recorder());
  }

  List<Seen> all() {
    return List.copyOf(all);
  }

  /** When another kubelet than this one was first announced. */
  Optional<Seen> successorOf(int port) {
    return all.stream()
        .dropWhile(seen -> seen.port() != port)
        .filter(seen -> seen.port() != port)
        .findFirst();
  }

  Seen latest() {
    return all.getLast();
  }

  @Override
  public void close() {
    client.close();
  }

  private final class Recorder implements ResourceEventHandler<Node> {

    @Override
    public void onAdd(Node node) {
      saw(node);
    }

    @Override
    public void onUpdate(Node before, Node node) {
      saw(node);
    }

    @Override
    public void onDelete(Node node, boolean unknown) {
      all.add(new Seen("deleted", 0, System.nanoTime()));
    }

    private void saw(Node node) {
      String ready =
          node.getStatus().getConditions().stream()
              .filter(condition -> condition.getType().equals("Ready"))
              .map(NodeCondition::getStatus)
              .findFirst()
              .orElse("none");
      int port = node.getStatus().getDaemonEndpoints().getKubeletEndpoint().getPort();
      all.add(new Seen(ready, port, System.nanoTime()));
    }
  }
}
