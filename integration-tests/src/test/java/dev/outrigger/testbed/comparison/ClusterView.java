package dev.outrigger.testbed.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.testbed.Kubectl;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Every Pod and every event about a Pod that there is or was since it was opened. */
public final class ClusterView implements AutoCloseable {

  private final Map<String, NamespaceView> namespaces = new ConcurrentHashMap<>();
  private final ObjectStream pods;
  private final ObjectStream events;

  private ClusterView(Kubectl kubectl) {
    this.pods = new ObjectStream(kubectl, "pods", (object, gone) -> of(object).pod(object, gone));
    this.events = new ObjectStream(kubectl, "events", (object, gone) -> event(object));
  }

  /** Watches a cluster, with the rights of {@code kubectl}. */
  public static ClusterView open(Kubectl kubectl) {
    ClusterView view = new ClusterView(kubectl);
    view.pods.start();
    view.events.start();
    return view;
  }

  NamespaceView in(String namespace) {
    return namespaces.computeIfAbsent(namespace, name -> new NamespaceView());
  }

  private NamespaceView of(JsonNode object) {
    return in(object.at("/metadata/namespace").asText());
  }

  private void event(JsonNode object) {
    if ("Pod".equals(object.at("/involvedObject/kind").asText())) {
      of(object).event(object);
    }
  }

  @Override
  public void close() {
    pods.close();
    events.close();
  }
}
