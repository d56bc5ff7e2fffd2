package dev.outrigger.agent.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The strategic merge patch from one status to another: only the top-level fields that changed, and
 * of the conditions only those that changed (their list is merged by {@code type}, the container
 * lists are replaced whole). What the node no longer says is taken away, as the kubelet does with
 * the containers and conditions of a Pod that it rejects. Carries the UID, so that a successor of
 * the same name is never touched. Pure.
 */
public final class StatusPatch {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CONDITIONS = "conditions";

  /** All but the times. */
  private static final List<String> CONDITION_FIELDS =
      List.of("type", "status", "reason", "message", "observedGeneration");

  /** The node's alone, beside the conditions. */
  static final List<String> OWN =
      List.of(
          "hostIP",
          "hostIPs",
          "podIP",
          "podIPs",
          "initContainerStatuses",
          "containerStatuses",
          "ephemeralContainerStatuses");

  /** {@code PodConditionsByKubelet} (pkg/kubelet/types), as far as they are ever told here. */
  static final Set<String> OWN_CONDITIONS =
      Set.of(
          "PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready");

  private StatusPatch() {}

  /** The patch, or nothing if nothing changed. */
  public static Optional<String> between(String uid, PodStatus before, PodStatus after) {
    ObjectNode old = JSON.valueToTree(before);
    ObjectNode wanted = JSON.valueToTree(after);
    ObjectNode changed = JSON.createObjectNode();
    wanted
        .properties()
        .forEach(
            field -> {
              JsonNode was = old.get(field.getKey());
              if (!CONDITIONS.equals(field.getKey())
                  && !field.getValue().equals(was)
                  && !blank(field.getValue())) {
                changed.set(field.getKey(), replacing(field.getKey(), field.getValue()));
              }
            });
    conditions(old.path(CONDITIONS), wanted.path(CONDITIONS), changed);
    taken(old, wanted).forEach(changed::putNull);
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode patch = JSON.createObjectNode();
    patch.putObject("metadata").put("uid", uid);
    patch.set("status", changed);
    try {
      return Optional.of(JSON.writeValueAsString(patch));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a status that is not JSON", e);
    }
  }

  private static List<String> taken(ObjectNode old, ObjectNode wanted) {
    return OWN.stream().filter(f -> !blank(old.path(f)) && blank(wanted.path(f))).toList();
  }

  private static void conditions(JsonNode was, JsonNode wanted, ObjectNode changed) {
    ArrayNode different = JSON.createArrayNode();
    if (wanted.isEmpty()) {
      for (JsonNode old : was) {
        String type = old.path("type").asText();
        if (OWN_CONDITIONS.contains(type)) {
          different.addObject().put("$patch", "delete").put("type", type);
        }
      }
    }
    for (JsonNode condition : wanted) {
      JsonNode old = ofType(was, condition.path("type").asText());
      if (old == null || !sameCondition(old, condition)) {
        different.add(old == null ? condition : clearing(old, condition));
      }
    }
    if (!different.isEmpty()) {
      changed.set(CONDITIONS, different);
    }
  }

  private static @Nullable JsonNode ofType(JsonNode conditions, String type) {
    for (JsonNode condition : conditions) {
      if (type.equals(condition.path("type").asText())) {
        return condition;
      }
    }
    return null;
  }

  /** A merged field that is merely absent would keep its old value: it is nulled. */
  private static JsonNode clearing(JsonNode old, JsonNode wanted) {
    ObjectNode merged = wanted.deepCopy();
    for (String field : new String[] {"reason", "message"}) {
      if (old.hasNonNull(field) && !wanted.hasNonNull(field)) {
        merged.putNull(field);
      }
    }
    return merged;
  }

  private static boolean sameCondition(JsonNode a, JsonNode b) {
    for (String field : CONDITION_FIELDS) {
      if (!a.path(field).asText("").equals(b.path(field).asText(""))) {
        return false;
      }
    }
    return true;
  }

  /** Addresses are merged by their value, and two of one family are refused: replace the list. */
  private static JsonNode replacing(String name, JsonNode value) {
    if (!"podIPs".equals(name) && !"hostIPs".equals(name)) {
      return value;
    }
    ArrayNode list = JSON.createArrayNode();
    list.addObject().put("$patch", "replace");
    value.forEach(list::add);
    return list;
  }

  private static boolean blank(JsonNode value) {
    return value.isNull() || value.isMissingNode() || (value.isContainerNode() && value.isEmpty());
  }
}
