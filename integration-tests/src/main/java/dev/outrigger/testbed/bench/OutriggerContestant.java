package dev.outrigger.testbed.bench;

import dev.outrigger.testbed.AgentProcess;
import dev.outrigger.testbed.ControlPlane;
import dev.outrigger.testbed.NodeSettings;
import java.nio.file.Path;
import java.util.List;

/** The agent with the flags it is shipped with, and a backend that runs nothing. */
record OutriggerContestant(AgentProcess agent) implements Contestant {
  private static final String NODE = "bench-outrigger";

  private static final List<NodeSettings> NODES =
      List.of(new NodeSettings(NODE, "instant", List.of("pods: 100000")));

  /** Leaves the start-up cache that an installed agent has, if there is none, and no Node. */
  static void train(ControlPlane controlPlane, Path folder) {
    AgentProcess.train(controlPlane, NODES, folder, () -> {});
    controlPlane.kubectl().get("delete", "node", NODE, "--ignore-not-found");
  }

  static OutriggerContestant start(ControlPlane controlPlane, Path folder) {
    return new OutriggerContestant(AgentProcess.start(controlPlane, NODES, folder));
  }

  @Override
  public String name() {
    return "outrigger";
  }

  @Override
  public String node() {
    return NODE;
  }

  @Override
  public long pid() {
    return agent.pid();
  }

  @Override
  public void close() {
    agent.close();
  }
}
