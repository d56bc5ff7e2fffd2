package dev.outrigger.simulator.ecs;

/** Names of one account and region. */
record Arns(String accountId, String region) {

  private String of(String resource) {
    return "arn:aws:ecs:" + region + ":" + accountId + ":" + resource;
  }

  /** By name or ARN; empty means {@code default}. */
  String cluster(String nameOrArn) {
    return nameOrArn.startsWith("arn:")
        ? nameOrArn
        : of("cluster/" + (nameOrArn.isEmpty() ? "default" : nameOrArn));
  }

  String task(String clusterArn, String id) {
    return id.startsWith("arn:") ? id : of("task/" + name(clusterArn) + "/" + id);
  }

  String container(String taskArn, String id) {
    return of("container/" + taskArn.substring(taskArn.indexOf("/") + 1) + "/" + id);
  }

  String taskDefinition(String family, int revision) {
    return of("task-definition/" + family + ":" + revision);
  }

  /** What follows the last slash. */
  static String name(String arn) {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }
}
