package dev.outrigger.agent.explain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A place in a tree.
 *
 * @param path with real indices and keys
 * @param value missing if there is none
 */
record Place(String path, JsonNode value) {

  /**
   * Everything below that a pattern such as {@code containers[].resources.limits.*} means. Its last
   * name may be missing in the tree; what leads there may not.
   */
  List<Place> at(String pattern) {
    List<Place> places = List.of(this);
    for (String name : pattern.split("\\.")) {
      List<Place> next = new ArrayList<>();
      for (Place place : places) {
        if (place.value().isObject()) {
          place.step(name, next);
        }
      }
      places = next;
    }
    return places;
  }

  /** Those that have a value. */
  List<Place> set(String pattern) {
    return at(pattern).stream().filter(Place::isSet).toList();
  }

  private void step(String name, List<Place> found) {
    if (name.equals("*")) {
      for (Map.Entry<String, JsonNode> each : value.properties()) {
        found.add(new Place(path + "." + each.getKey(), each.getValue()));
      }
    } else if (name.endsWith("[]")) {
      Place list = child(name.substring(0, name.length() - 2));
      for (int i = 0; i < list.value().size(); i++) {
        found.add(new Place(list.path() + "[" + i + "]", list.value().get(i)));
      }
    } else {
      found.add(child(name));
    }
  }

  Place child(String name) {
    return new Place(path.isEmpty() ? name : path + "." + name, value.path(name));
  }

  boolean isSet() {
    return !value.isMissingNode() && !value.isNull();
  }

  boolean isEmpty() {
    return !isSet()
        || (value.isTextual() ? text().isEmpty() : value.isContainerNode() && value.isEmpty());
  }

  String text() {
    return value.asText();
  }
}
