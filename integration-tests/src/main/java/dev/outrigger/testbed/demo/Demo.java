package dev.outrigger.testbed.demo;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.ecs.ContainerMode;
import dev.outrigger.testbed.AgentProcess;
import dev.outrigger.testbed.ControlPlane;
import dev.outrigger.testbed.ControlPlaneConfig;
import dev.outrigger.testbed.NodeSettings;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Control plane, simulator and agent, brought up in this order and ended in the other. */
final class Demo implements AutoCloseable {
  static final String LAMBDA_NODE = "virtual-kubelet";
  static final String ECS_NODE = "virtual-kubelet-ecs";

  private final Screen screen;
  private final Path folder;
  private final ContainerMode containers;
  // Guarded by this.
  private final Deque<AutoCloseable> running = new ArrayDeque<>();

  Demo(Screen screen, Path folder, ContainerMode containers) {
    this.screen = screen;
    this.folder = folder;
    this.containers = containers;
  }

  /** Brings everything up; returns when both nodes are Ready. */
  ControlPlane start(ControlPlaneConfig config) {
    ControlPlane controlPlane = keep(ControlPlane.start(config));
    screen.say("control plane: ready, " + controlPlane.description());
    AwsSimulator simulator =
        keep(AwsSimulator.start(SimulatorConfig.defaults().withContainers(containers)));
    String endpoint = simulator.endpoint().toString();
    screen.say("AWS simulator: ECS, Lambda and CloudWatch Logs at " + endpoint);
    screen.say("AWS simulator: tasks are " + simulator.containers());
    AgentProcess agent =
        keep(
            AgentProcess.startAndTrain(
                controlPlane,
                List.of(
                    NodeSettings.lambda(LAMBDA_NODE, endpoint),
                    NodeSettings.ecs(ECS_NODE, endpoint)
                        .with("taskRoleArn: arn:aws:iam::000000000000:role/outrigger-task")),
                folder));
    screen.say("agent: started, log in " + agent.log());
    agent.awaitReady();
    screen.say("agent: both nodes are Ready");
    return controlPlane;
  }

  private synchronized <T extends AutoCloseable> T keep(T started) {
    running.push(started);
    return started;
  }

  @Override
  public void close() {
    if (peek() instanceof AgentProcess agent && agent.isTraining()) {
      screen.say("agent: ending; the first one leaves a cache from which later ones start faster");
    }
    for (AutoCloseable each = next(); each != null; each = next()) {
      try {
        each.close();
      } catch (Exception e) {
        screen.say("while ending: " + e);
      }
    }
  }

  private synchronized @Nullable AutoCloseable peek() {
    return running.peek();
  }

  private synchronized @Nullable AutoCloseable next() {
    return running.poll();
  }
}
