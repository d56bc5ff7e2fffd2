package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.logs.LogGroups;
import dev.outrigger.simulator.process.ProcessUsage;
import dev.outrigger.simulator.service.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes what the containers of clusters with Container Insights use into their performance logs,
 * one event for each container and interval, in the words of "Container Insights performance log
 * events for Amazon ECS" (CloudWatch user guide). CPU is in units of a 1,024th of a core, on
 * average since the event before; memory in MiB. What is not measured (storage, network) is left
 * out.
 */
final class ContainerInsights implements AutoCloseable {
  private static final double CPU_UNITS = 1_024;
  private static final double MIB = 1 << 20;
  private static final int STREAMS = 8;

  private final Clusters clusters;
  private final TaskRunner runner;
  private final LogGroups logs;
  private final Clock clock;
  private final Duration interval;
  private final Thread thread;

  /** Of the last round, by task and container. Used by the one thread. */
  private Map<Key, Seen> seen = new HashMap<>();

  private record Key(String taskArn, String container) {}

  private record Seen(Instant at, long cpuNanos) {}

  ContainerInsights(
      Clusters clusters, TaskRunner runner, LogGroups logs, Clock clock, Duration interval) {
    this.clusters = clusters;
    this.runner = runner;
    this.logs = logs;
    this.clock = clock;
    this.interval = interval;
    this.thread = Thread.ofVirtual().name("simulator-insights").start(this::run);
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(interval);
        report();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report() {
    Map<Key, Seen> now = new HashMap<>();
    for (TaskLife life : runner.lives()) {
      ObjectNode task = life.task().describe(false);
      if (clusters.hasInsights(task.path("clusterArn").asText())) {
        life.usage().forEach((name, usage) -> now.put(key(task, name), report(task, name, usage)));
      }
    }
    seen = now;
  }

  private static Key key(JsonNode task, String container) {
    return new Key(task.path("taskArn").asText(), container);
  }

  private Seen report(JsonNode task, String name, ProcessUsage usage) {
    Seen now = new Seen(clock.instant(), usage.cpuNanos());
    Instant started = Instant.ofEpochMilli((long) (task.path("pullStoppedAt").asDouble() * 1_000));
    Seen before = seen.getOrDefault(key(task, name), new Seen(started, 0));
    double nanos = Math.max(1, Duration.between(before.at(), now.at()).toNanos());
    double cores = Math.max(0, now.cpuNanos() - before.cpuNanos()) / nanos;
    ObjectNode event = event(task, name);
    event.put("Timestamp", now.at().toEpochMilli());
    event.put("CpuUtilized", cores * CPU_UNITS);
    event.put("MemoryUtilized", (long) Math.ceil(usage.residentBytes() / MIB));
    String cluster = Arns.name(task.path("clusterArn").asText());
    String taskId = Arns.name(task.path("taskArn").asText());
    logs.put(
        "/aws/ecs/containerinsights/" + cluster + "/performance",
        "FargateTelemetry-" + Math.floorMod(taskId.hashCode(), STREAMS),
        now.at(),
        event.toString());
    return now;
  }

  private static ObjectNode event(JsonNode task, String name) {
    String definition = Arns.name(task.path("taskDefinitionArn").asText());
    ObjectNode event =
        Json.object()
            .put("Version", "0")
            .put("Type", "Container")
            .put("ContainerName", name)
            .put("TaskId", Arns.name(task.path("taskArn").asText()))
            .put("TaskDefinitionFamily", definition.replaceFirst(":.*", ""))
            .put("TaskDefinitionRevision", definition.replaceFirst(".*:", ""))
            .put("ClusterName", Arns.name(task.path("clusterArn").asText()));
    for (JsonNode container : task.path("containers")) {
      if (container.path("name").asText().equals(name)) {
        event.put("Image", container.path("image").asText());
        event.put("ContainerKnownStatus", container.path("lastStatus").asText());
        event.put("CpuReserved", container.path("cpu").asDouble());
        event.put("MemoryReserved", container.path("memoryReservation").asLong());
      }
    }
    return event;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
