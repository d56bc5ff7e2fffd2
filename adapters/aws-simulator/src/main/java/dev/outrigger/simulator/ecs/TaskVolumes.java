package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The volumes of a task: empty ones, which its containers share.
 *
 * @param names in the definition's order
 * @param unknown one that is not empty, such as an EFS file system, which there is none of here
 */
record TaskVolumes(List<String> names, Optional<String> unknown) {
  TaskVolumes {
    names = List.copyOf(names);
  }

  static TaskVolumes of(JsonNode definition) {
    List<String> names = new ArrayList<>();
    Optional<String> unknown = Optional.empty();
    for (JsonNode volume : definition.path("volumes")) {
      String name = volume.path("name").asText();
      names.add(name);
      boolean plain =
          volume.properties().stream()
              .allMatch(p -> p.getKey().equals("name") || p.getKey().equals("host"));
      if (!plain) {
        unknown = Optional.of(name);
      }
    }
    return new TaskVolumes(names, unknown);
  }
}
