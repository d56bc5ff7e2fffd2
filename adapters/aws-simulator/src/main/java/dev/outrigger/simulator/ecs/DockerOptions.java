package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.docker.ContainerEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A container of a task as {@code docker create} is told it. Pure. */
final class DockerOptions {
  private final String label;
  private final String taskId;
  private final TaskPlan plan;

  DockerOptions(String label, String taskId, TaskPlan plan) {
    this.label = label;
    this.taskId = taskId;
    this.plan = plan;
  }

  /** The container that holds the network of the task, and runs to its end. */
  List<String> holder(ContainerEngine engine) {
    List<String> words = new ArrayList<>(List.of("run", "--detach", "--pull", "never"));
    words.addAll(marks("pause"));
    words.addAll(List.of("--hostname", "ip-" + taskId, "--network", "bridge"));
    words.add(engine.pauseImage());
    return words;
  }

  /** A volume of the task. */
  List<String> volume(String name) {
    return List.of("volume", "create", "--label", label, "--label", taskLabel(), volumeName(name));
  }

  /** The name of a task's volume in the engine. */
  String volumeName(String name) {
    return "outrigger-" + taskId + "-" + name;
  }

  /**
   * A container of the task.
   *
   * @param holder whose network it shares
   * @param environment a file of it
   * @param inherited variables whose values the command line takes from its own environment
   */
  List<String> create(
      TaskPlan.Container container, String holder, Path environment, List<String> inherited) {
    ContainerSettings settings = container.settings();
    List<String> words = new ArrayList<>(List.of("create", "--pull", "never"));
    words.addAll(marks(container.name()));
    words.addAll(List.of("--network", "container:" + holder));
    // Whatever the engine's own is: it has to keep what is read from it.
    words.addAll(List.of("--log-driver", "json-file"));
    words.addAll(List.of("--env-file", environment.toString()));
    inherited.forEach(name -> words.addAll(List.of("--env", name)));
    limits(settings, words);
    option("--user", settings.user(), words);
    option("--workdir", container.workingDirectory(), words);
    flag("--read-only", settings.readOnlyRoot(), words);
    flag("--init", settings.init(), words);
    flag("--tty", settings.terminal(), words);
    settings.addedCapabilities().forEach(c -> words.addAll(List.of("--cap-add", c)));
    settings.droppedCapabilities().forEach(c -> words.addAll(List.of("--cap-drop", c)));
    settings.mounts().forEach(mount -> words.addAll(List.of("--volume", mount(mount))));
    command(container, words);
    return words;
  }

  private List<String> marks(String name) {
    return List.of(
        "--name", "outrigger-" + taskId + "-" + name, "--label", label, "--label", taskLabel());
  }

  private String taskLabel() {
    return "outrigger.dev/task=" + taskId;
  }

  /** Without swap, as on Fargate; without a limit of its own a container has the task's. */
  private void limits(ContainerSettings settings, List<String> words) {
    int memory = settings.memory() > 0 ? settings.memory() : plan.memory();
    if (memory > 0) {
      words.addAll(List.of("--memory", memory + "m", "--memory-swap", memory + "m"));
    }
    if (settings.reservation() > 0 && settings.reservation() <= memory) {
      words.addAll(List.of("--memory-reservation", settings.reservation() + "m"));
    }
    if (settings.cpu() > 0) {
      words.addAll(List.of("--cpu-shares", Integer.toString(Math.max(2, settings.cpu()))));
    }
    settings.ulimits().forEach(limit -> words.addAll(List.of("--ulimit", limit)));
  }

  private String mount(ContainerSettings.Mount mount) {
    return volumeName(mount.volume()) + ":" + mount.path() + (mount.readOnly() ? ":ro" : "");
  }

  private static void option(String name, String value, List<String> words) {
    if (!value.isEmpty()) {
      words.addAll(List.of(name, value));
    }
  }

  private static void flag(String name, boolean set, List<String> words) {
    if (set) {
      words.add(name);
    }
  }

  /** An entry point of its own takes the place of the image's command too, as with ECS. */
  private static void command(TaskPlan.Container container, List<String> words) {
    List<String> entryPoint = container.entryPoint();
    if (!entryPoint.isEmpty()) {
      words.addAll(List.of("--entrypoint", entryPoint.getFirst()));
    }
    words.add(container.image());
    if (!entryPoint.isEmpty()) {
      words.addAll(entryPoint.subList(1, entryPoint.size()));
    }
    words.addAll(container.command());
  }
}
