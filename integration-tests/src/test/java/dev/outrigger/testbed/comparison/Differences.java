package dev.outrigger.testbed.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** In how far an agent's answer is not the kubelet's, a line for each value. Pure. */
final class Differences {

  private static final String NOTHING = "nothing";

  private Differences() {}

  /**
   * @param point what is compared, as {@link Outcome} calls it
   */
  static SortedSet<String> at(String point, JsonNode kubelet, JsonNode here) {
    return Outcome.EVENTS.equals(point) ? events(kubelet, here) : values(point, kubelet, here);
  }

  private static SortedSet<String> values(String point, JsonNode kubelet, JsonNode here) {
    SortedSet<String> lines = new TreeSet<>();
    compare(point + " ", kubelet, here, lines);
    return lines;
  }

  /** What only one side has is told in one line, whatever is in it. */
  private static void compare(
      String path, JsonNode kubelet, JsonNode here, SortedSet<String> lines) {
    if (kubelet.equals(here)) {
      return;
    }
    if (kubelet.isEmpty() || here.isEmpty()) {
      lines.add("%s: kubelet %s, here %s".formatted(path, text(kubelet), text(here)));
      return;
    }
    Set<String> names = new LinkedHashSet<>();
    kubelet.fieldNames().forEachRemaining(names::add);
    here.fieldNames().forEachRemaining(names::add);
    String prefix = path.endsWith(" ") ? path : path + ".";
    names.forEach(name -> compare(prefix + name, kubelet.path(name), here.path(name), lines));
    for (int i = 0; i < Math.max(size(kubelet), size(here)); i++) {
      compare(prefix + (i + 1), kubelet.path(i), here.path(i), lines);
    }
  }

  private static int size(JsonNode node) {
    return node.isArray() ? node.size() : 0;
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? NOTHING : node.toString();
  }

  private static SortedSet<String> events(JsonNode kubelet, JsonNode here) {
    SortedSet<String> theirs = strings(kubelet);
    SortedSet<String> ours = strings(here);
    SortedSet<String> lines = new TreeSet<>();
    theirs.stream().filter(e -> !ours.contains(e)).forEach(e -> lines.add("event missing: " + e));
    ours.stream().filter(e -> !theirs.contains(e)).forEach(e -> lines.add("event added: " + e));
    return lines;
  }

  private static SortedSet<String> strings(JsonNode array) {
    SortedSet<String> strings = new TreeSet<>();
    array.forEach(e -> strings.add(e.asText().replace("\n", "\\n")));
    return strings;
  }
}
