package dev.outrigger.testbed.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What is compared of Pods, events and outputs, without what differs between any two runs: names
 * that the API server made, UIDs, addresses, times, ids of containers, how large a node is, where
 * it keeps volumes. Pure.
 */
final class Normal {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern UID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern CONTAINER_ID = Pattern.compile("\\b[0-9a-f]{64}\\b");
  private static final Pattern ADDRESS = Pattern.compile("\\b\\d{1,3}(\\.\\d{1,3}){3}\\b");
  private static final Pattern ROOM = Pattern.compile("used: \\d+, capacity: \\d+");
  private static final Pattern VOLUMES_FILE = Pattern.compile("in file \"/[^\"]*/");
  private static final Pattern SOURCE_PORT = Pattern.compile("<ip>:\\d+->");

  private static final List<String> POD_FIELDS = List.of("phase", "reason", "message", "qosClass");
  private static final List<String> PRESENT = List.of("podIP", "hostIP", "startTime");
  private static final List<String> CONDITION_FIELDS = List.of("status", "reason", "message");
  private static final List<String> CONTAINER_FIELDS = List.of("ready", "started", "restartCount");
  private static final List<String> STATE_FIELDS =
      List.of("reason", "message", "exitCode", "signal");
  private static final List<String> CONTAINERS =
      List.of("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses");

  private final String namespace;
  private final Nodes nodes;

  /** The names that stand for Pods: their own, or {@code GENERATED-1} in order of creation. */
  private final Map<String, String> names = new LinkedHashMap<>();

  Normal(String namespace, Nodes nodes, List<SeenPod> pods) {
    this.namespace = namespace;
    this.nodes = nodes;
    Map<String, Integer> made = new LinkedHashMap<>();
    for (SeenPod pod : pods) {
      String generated = pod.object().at("/metadata/generateName").asText();
      String name = pod.name();
      names.put(
          name, generated.isEmpty() ? name : generated + made.merge(generated, 1, Integer::sum));
    }
  }

  /** The status of each Pod by its name; of two with the same name, the later one's. */
  ObjectNode pods(List<SeenPod> pods) {
    ObjectNode all = JSON.objectNode();
    for (SeenPod pod : pods) {
      all.set(names.get(pod.name()), pod(pod));
    }
    return all;
  }

  private ObjectNode pod(SeenPod pod) {
    JsonNode status = pod.object().path("status");
    ObjectNode normal = JSON.objectNode();
    if (pod.gone()) {
      normal.put("gone", true);
    }
    copy(status, POD_FIELDS, normal);
    PRESENT.stream().filter(status::hasNonNull).forEach(f -> normal.put(f, "present"));
    copy(status, List.of("observedGeneration"), normal);
    ObjectNode conditions = normal.putObject("conditions");
    for (JsonNode condition : status.path("conditions")) {
      copy(condition, CONDITION_FIELDS, conditions.putObject(condition.path("type").asText()));
    }
    for (String kind : CONTAINERS) {
      if (!status.path(kind).isEmpty()) {
        ObjectNode containers = normal.putObject(kind);
        status.path(kind).forEach(c -> containers.set(c.path("name").asText(), container(c)));
      }
    }
    return normal;
  }

  private ObjectNode container(JsonNode status) {
    ObjectNode normal = JSON.objectNode();
    copy(status, CONTAINER_FIELDS, normal);
    normal.set("state", state(status.path("state")));
    if (!status.path("lastState").isEmpty()) {
      normal.set("lastState", state(status.path("lastState")));
    }
    return normal;
  }

  private ObjectNode state(JsonNode state) {
    ObjectNode normal = JSON.objectNode();
    state.properties().forEach(e -> copy(e.getValue(), STATE_FIELDS, normal.putObject(e.getKey())));
    return normal;
  }

  private void copy(JsonNode from, List<String> fields, ObjectNode to) {
    for (String field : fields) {
      JsonNode value = from.get(field);
      if (value != null && !value.isNull()) {
        to.set(field, value.isTextual() ? JSON.textNode(text(value.asText())) : value);
      }
    }
  }

  /** Each once, as {@code TYPE REASON (WHERE): MESSAGE}. */
  SortedSet<String> events(List<JsonNode> events) {
    SortedSet<String> normal = new TreeSet<>();
    for (JsonNode event : events) {
      JsonNode subject = event.path("involvedObject");
      String where =
          names.getOrDefault(subject.path("name").asText(), "another")
              + " "
              + subject.path("fieldPath").asText();
      normal.add(
          "%s %s (%s): %s"
              .formatted(
                  event.path("type").asText(),
                  event.path("reason").asText(),
                  where.strip(),
                  text(event.path("message").asText())));
    }
    return normal;
  }

  List<String> output(String output) {
    return output.lines().map(this::text).toList();
  }

  String text(String text) {
    String normal = text.replace(namespace, "<namespace>");
    for (var name : names.entrySet()) {
      if (!name.getKey().equals(name.getValue())) {
        normal = normal.replace(name.getKey(), name.getValue());
      }
    }
    for (String node : List.of(nodes.node(), nodes.full())) {
      normal = normal.replaceAll("\\b" + Pattern.quote(node) + "\\b", "<node>");
    }
    normal = UID.matcher(normal).replaceAll("<uid>");
    normal = CONTAINER_ID.matcher(normal).replaceAll("<id>");
    normal = ADDRESS.matcher(normal).replaceAll("<ip>");
    normal = VOLUMES_FILE.matcher(normal).replaceAll("in file \"<volume>/");
    normal = SOURCE_PORT.matcher(normal).replaceAll("<ip>:<port>->");
    return ROOM.matcher(normal).replaceAll("used: <n>, capacity: <n>");
  }

  /** Every value by its path, with dots. */
  static Map<String, String> flat(JsonNode tree) {
    Map<String, String> values = new LinkedHashMap<>();
    flatten("", tree, values);
    return values;
  }

  private static void flatten(String path, JsonNode node, Map<String, String> into) {
    if (node.isValueNode()) {
      into.put(path, node.asText());
      return;
    }
    String prefix = path.isEmpty() ? "" : path + ".";
    if (node.isArray()) {
      List<JsonNode> elements = new ArrayList<>();
      node.forEach(elements::add);
      for (int i = 0; i < elements.size(); i++) {
        flatten(prefix + (i + 1), elements.get(i), into);
      }
    } else if (node.isEmpty() && !path.isEmpty()) {
      into.put(path, "{}");
    } else {
      node.properties().forEach(e -> flatten(prefix + e.getKey(), e.getValue(), into));
    }
  }
}
