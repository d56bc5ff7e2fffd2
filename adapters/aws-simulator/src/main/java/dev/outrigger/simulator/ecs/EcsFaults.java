package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.service.AwsFault;

/** The error answers of ECS, in its own words. */
final class EcsFaults {
  private EcsFaults() {}

  static AwsFault client(String message) {
    return new AwsFault(400, "ClientException", message);
  }

  static AwsFault invalid(String message) {
    return new AwsFault(400, "InvalidParameterException", message);
  }

  static AwsFault noCluster() {
    return new AwsFault(400, "ClusterNotFoundException", "Cluster not found.");
  }

  static AwsFault notSimulated(String what) {
    return client("The simulator does not support " + what + ".");
  }
}
