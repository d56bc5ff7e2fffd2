package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.state.StateStore;
import dev.outrigger.simulator.state.StateTable;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Every task, running or stopped less than an hour and a bit ago. Thread-safe. */
final class Tasks {
  /** Developer guide: stopped tasks are visible for at least an hour. */
  private static final Duration STOPPED_VISIBLE = Duration.ofMinutes(70);

  private final StateTable table;
  private final Clock clock;
  private final AtomicLong number = new AtomicLong();
  private final AtomicBoolean frozen = new AtomicBoolean();
  private final ConcurrentMap<String, Task> byArn = new ConcurrentHashMap<>();

  /** In the order of creation, which is the order of ListTasks. */
  private final ConcurrentSkipListMap<Long, Task> inOrder = new ConcurrentSkipListMap<>();

  Tasks(StateStore state, Clock clock) {
    this.table = state.table("ecs-tasks");
    this.clock = clock;
    table.restored().values().forEach(this::restore);
  }

  /** The processes of a task end with the simulator, with nobody to see how. */
  private void restore(JsonNode node) {
    ObjectNode document = node.deepCopy();
    Task task = add(document);
    if (task.isStopped()) {
      return;
    }
    double now = Json.seconds(clock.instant());
    task.update(
        d -> {
          d.put("lastStatus", "STOPPED").put("desiredStatus", "STOPPED");
          d.put("stopCode", "InfrastructureHealth").put("stoppedAt", now).put("stoppingAt", now);
          d.put("stoppedReason", "The simulator was restarted; the task's processes ended with it");
          d.path("containers").forEach(c -> ((ObjectNode) c).put("lastStatus", "STOPPED"));
        });
  }

  Task add(ObjectNode document) {
    Task task = new Task(document, this::persist);
    byArn.put(task.arn(), task);
    inOrder.put(number.incrementAndGet(), task);
    persist(task);
    return task;
  }

  private void persist(Task task) {
    if (!frozen.get()) {
      table.put(task.arn(), task.describe(true));
    }
  }

  /** Persists nothing from now on: what the simulator's own end does to tasks is no outcome. */
  void freeze() {
    frozen.set(true);
  }

  Optional<Task> find(String arn) {
    return Optional.ofNullable(byArn.get(arn));
  }

  List<Task> all() {
    return List.copyOf(inOrder.values());
  }

  long count(String clusterArn, String status) {
    return inOrder.values().stream()
        .filter(task -> task.text("clusterArn").equals(clusterArn))
        .filter(
            task ->
                switch (task.text("lastStatus")) {
                  case "RUNNING" -> status.equals("RUNNING");
                  case "PROVISIONING", "PENDING", "ACTIVATING" -> status.equals("PENDING");
                  default -> false;
                })
        .count();
  }

  /** Forgets what AWS would have forgotten. */
  void forgetOld() {
    double limit = Json.seconds(clock.instant().minus(STOPPED_VISIBLE));
    inOrder
        .entrySet()
        .removeIf(
            entry -> {
              Task task = entry.getValue();
              if (!task.isStopped() || task.seconds("stoppedAt") > limit) {
                return false;
              }
              byArn.remove(task.arn());
              table.remove(task.arn());
              return true;
            });
  }
}
