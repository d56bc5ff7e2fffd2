package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import java.time.Clock;
import java.util.Map;

/** What DescribeTasks shows of a task, step by step of its life. */
record TaskReport(Task task, Clock clock) {

  private double now() {
    return Json.seconds(clock.instant());
  }

  void status(String status) {
    task.update(node -> node.put("lastStatus", status));
  }

  /** PENDING, with a network interface at this address. */
  void attached(String address) {
    task.update(
        node -> {
          node.put("lastStatus", "PENDING").put("pullStartedAt", now());
          ObjectNode attachment = (ObjectNode) node.path("attachments").path(0);
          attachment.put("status", "ATTACHED");
          Map<String, String> details =
              Map.of(
                  "networkInterfaceId", "eni-" + task.id().substring(0, 17),
                  "macAddress", "02:00:" + LoopbackAddresses.mac(task.id()),
                  "privateDnsName", "ip-" + address.replace('.', '-') + ".internal",
                  "privateIPv4Address", address);
          details.forEach(
              (name, value) ->
                  attachment
                      .withArray("details")
                      .addObject()
                      .put("name", name)
                      .put("value", value));
          for (JsonNode container : node.path("containers")) {
            ((ObjectNode) container)
                .putArray("networkInterfaces")
                .addObject()
                .put("attachmentId", attachment.path("id").asText())
                .put("privateIpv4Address", address);
          }
        });
  }

  void pulled(TaskPlan.Container container, String digest) {
    task.updateContainer(container.name(), node -> node.put("imageDigest", digest));
  }

  void notPulled(TaskPlan.Container container, String reason) {
    task.updateContainer(container.name(), node -> node.put("reason", reason));
  }

  void allPulled() {
    task.update(node -> node.put("pullStoppedAt", now()));
  }

  void started(String container, String runtimeId) {
    task.updateContainer(
        container,
        node -> {
          // a very short command may have ended before this
          if (!node.path("lastStatus").asText().equals("STOPPED")) {
            node.put("lastStatus", "RUNNING");
          }
          node.put("runtimeId", runtimeId);
          node.path("managedAgents")
              .forEach(
                  agent ->
                      ((ObjectNode) agent)
                          .put("lastStatus", "RUNNING")
                          .put("lastStartedAt", now()));
        });
  }

  void ended(String container, ContainerEnd end) {
    task.updateContainer(
        container,
        node -> {
          node.put("lastStatus", "STOPPED");
          node.path("managedAgents")
              .forEach(agent -> ((ObjectNode) agent).put("lastStatus", "STOPPED"));
          if (end.code() != null) {
            node.put("exitCode", end.code());
          }
          if (end.reason() != null) {
            node.put("reason", end.reason());
          }
        });
  }

  void running() {
    task.update(node -> node.put("lastStatus", "RUNNING").put("startedAt", now()));
  }

  void allEnded() {
    task.update(node -> node.put("executionStoppedAt", now()));
  }

  void stopped() {
    task.update(
        node -> {
          node.path("attachments").forEach(a -> ((ObjectNode) a).put("status", "DELETED"));
          node.path("containers").forEach(c -> ((ObjectNode) c).put("lastStatus", "STOPPED"));
          node.put("lastStatus", "STOPPED").put("stoppedAt", now());
        });
  }
}
