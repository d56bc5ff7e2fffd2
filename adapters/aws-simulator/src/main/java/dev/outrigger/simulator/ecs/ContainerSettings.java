package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.service.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * What a container definition says beside its command, and only a real container can be given. An
 * empty text or 0 where it says nothing.
 *
 * @param memory hard limit in MiB
 * @param reservation soft limit in MiB
 * @param cpu in units of a 1,024th of a core, as a share
 * @param init whether a process reaps the others
 * @param ulimits {@code name=soft:hard}
 * @param terminal whether it has one, on which it writes
 */
record ContainerSettings(
    String user,
    boolean readOnlyRoot,
    int memory,
    int reservation,
    int cpu,
    List<String> addedCapabilities,
    List<String> droppedCapabilities,
    boolean init,
    List<String> ulimits,
    List<Mount> mounts,
    boolean terminal) {

  /** A volume of the task in a container. */
  record Mount(String volume, String path, boolean readOnly) {}

  ContainerSettings {
    addedCapabilities = List.copyOf(addedCapabilities);
    droppedCapabilities = List.copyOf(droppedCapabilities);
    ulimits = List.copyOf(ulimits);
    mounts = List.copyOf(mounts);
  }

  /** Of a container definition, with a task's override of it; both in the API's shape. */
  static ContainerSettings of(JsonNode container, JsonNode override) {
    JsonNode linux = container.path("linuxParameters");
    List<String> ulimits = new ArrayList<>();
    for (JsonNode limit : container.path("ulimits")) {
      ulimits.add(
          "%s=%d:%d"
              .formatted(
                  limit.path("name").asText(),
                  limit.path("softLimit").asLong(),
                  limit.path("hardLimit").asLong()));
    }
    List<Mount> mounts = new ArrayList<>();
    for (JsonNode mount : container.path("mountPoints")) {
      mounts.add(
          new Mount(
              mount.path("sourceVolume").asText(),
              mount.path("containerPath").asText(),
              mount.path("readOnly").asBoolean()));
    }
    return new ContainerSettings(
        container.path("user").asText(),
        container.path("readonlyRootFilesystem").asBoolean(),
        number("memory", container, override),
        number("memoryReservation", container, override),
        number("cpu", container, override),
        Json.texts(linux.path("capabilities").path("add")),
        Json.texts(linux.path("capabilities").path("drop")),
        linux.path("initProcessEnabled").asBoolean(),
        ulimits,
        mounts,
        container.path("pseudoTerminal").asBoolean());
  }

  private static int number(String field, JsonNode container, JsonNode override) {
    return override.path(field).asInt(container.path(field).asInt());
  }
}
