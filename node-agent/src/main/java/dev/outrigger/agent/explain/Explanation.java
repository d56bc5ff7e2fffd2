package dev.outrigger.agent.explain;

import dev.outrigger.provider.fields.FieldTable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What would become of one Pod on one node.
 *
 * @param source the object the Pod stands in
 * @param fields every field that is set, with its path in that object
 * @param refusal why the Pod would fail, in the words of the event; empty when it would run
 * @param obstacle why the scheduler would not place it there; empty when it would, or when the node
 *     is not known
 * @param shape what the workload would be
 */
public record Explanation(
    String source,
    String node,
    String provider,
    List<FieldTable.Finding> fields,
    Optional<String> refusal,
    Optional<String> obstacle,
    Map<String, String> shape) {

  public Explanation {
    fields = List.copyOf(fields);
    shape = Collections.unmodifiableMap(new LinkedHashMap<>(shape));
  }

  public boolean runs() {
    return refusal.isEmpty();
  }
}
