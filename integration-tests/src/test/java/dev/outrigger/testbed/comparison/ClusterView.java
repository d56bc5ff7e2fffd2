package dev.outrigger.testbed.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.testbed.Kubectl;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every Pod and every event about a Pod that there is or was since it was opened, and which
 * namespaces are ready for some.
 */
public final class ClusterView implements AutoCloseable {

  private final Map<String, NamespaceView> namespaces = new ConcurrentHashMap<>();
  private final List<ObjectStream> streams;

  private ClusterView(Kubectl kubectl) {
    this.streams =
        List.of(
            new ObjectStream(kubectl, "pods", (object, gone) -> of(object).pod(object, gone)),
            new ObjectStream(kubectl, "events", (object, gone) -> event(object)),
            new ObjectStream(
                kubectl, "serviceaccounts", (object, gone) -> of(object).serviceAccount(object)),
            new ObjectStream(
                kubectl, "configmaps", (object, gone) -> of(object).configMap(object)));
  }

  /** Watches a cluster, with the rights of {@code kubectl}. */
  public static ClusterView open(Kubectl kubectl) {
    ClusterView view = new ClusterView(kubectl);
    view.streams.forEach(ObjectStream::start);
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
    streams.forEach(ObjectStream::close);
  }
}
