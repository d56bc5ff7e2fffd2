package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.docker.ContainerEngine;
import dev.outrigger.simulator.docker.Docker;
import dev.outrigger.simulator.docker.DockerException;
import dev.outrigger.simulator.service.SimulatorContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers of a Docker engine. As with the ECS agent, one more container holds the network of the
 * task, which all share: they find each other on localhost, and the task has an address of its own.
 */
final class DockerTaskHost implements TaskHost {
  private static final Logger LOG = LoggerFactory.getLogger(DockerTaskHost.class);
  private static final String ADDRESS = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";

  private final ContainerEngine engine;
  private final SimulatorContext context;
  private final DockerOptions options;
  private final TaskVolumes volumes;
  private final Path scratch;
  private final String holder;
  private final String address;

  /** By the name that the task definition gives. */
  private final Map<String, DockerContainer> containers = new ConcurrentHashMap<>();

  private DockerTaskHost(
      ContainerEngine engine,
      SimulatorContext context,
      DockerOptions options,
      TaskPlan plan,
      String taskId)
      throws DockerException {
    this.engine = engine;
    this.context = context;
    this.options = options;
    this.volumes = plan.volumes();
    this.scratch = context.scratch().resolve("ecs").resolve(taskId);
    Docker docker = engine.docker();
    this.holder = docker.run(options.holder(engine).toArray(String[]::new));
    this.address = docker.run("inspect", "--format", ADDRESS, holder);
    for (String volume : volumes.names()) {
      docker.run(options.volume(volume).toArray(String[]::new));
    }
  }

  static DockerTaskHost open(
      ContainerEngine engine, SimulatorContext context, Task task, TaskPlan plan)
      throws StartException {
    if (plan.volumes().unknown().isPresent()) {
      throw new StartException(
          "ResourceInitializationError: the simulator has no volume such as "
              + plan.volumes().unknown().get());
    }
    try {
      DockerOptions options = new DockerOptions(engine.label(), task.id(), plan);
      return new DockerTaskHost(engine, context, options, plan, task.id());
    } catch (DockerException e) {
      throw new StartException("ResourceInitializationError: " + e.words());
    }
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public List<String> portAddresses() {
    return List.of(address);
  }

  @Override
  public String pull(TaskPlan.Container container) throws StartException {
    try {
      if (!engine.images().has(container.image())) {
        engine.images().pull(container.image());
      }
      return engine.images().digest(container.image());
    } catch (DockerException e) {
      throw new StartException("CannotPullContainerError: " + e.words());
    }
  }

  @Override
  public RunningContainer start(
      TaskPlan.Container container, Map<String, String> environment, Consumer<String> lines)
      throws StartException {
    DockerContainer created = containers.get(container.name());
    if (created == null) {
      created = create(container, environment, lines);
      containers.put(container.name(), created);
    }
    try {
      return created.start();
    } catch (DockerException e) {
      throw new StartException("CannotStartContainerError: " + e.words());
    }
  }

  private DockerContainer create(
      TaskPlan.Container container, Map<String, String> environment, Consumer<String> lines)
      throws StartException {
    try {
      String id =
          DockerEnvironment.run(
              engine.docker(),
              scratch,
              environment,
              (file, inherited) -> options.create(container, holder, file, inherited));
      return new DockerContainer(engine.docker(), context.guard(), id, lines);
    } catch (DockerException e) {
      throw new StartException("CannotCreateContainerError: " + e.words());
    } catch (IOException e) {
      throw new StartException("CannotCreateContainerError: " + e.getMessage());
    }
  }

  /** What stays because the engine refuses goes with the simulator. */
  @Override
  public void close() {
    List<String> remove = new ArrayList<>(List.of("rm", "--force", "--volumes"));
    containers.values().forEach(container -> remove.add(container.id()));
    remove.add(holder);
    try {
      engine.docker().run(remove.toArray(String[]::new));
      if (!volumes.names().isEmpty()) {
        List<String> rest = new ArrayList<>(List.of("volume", "rm", "--force"));
        volumes.names().forEach(name -> rest.add(options.volumeName(name)));
        engine.docker().run(rest.toArray(String[]::new));
      }
    } catch (DockerException e) {
      LOG.atWarn().addKeyValue("reason", e.words()).log("a task's containers were not removed");
    }
  }
}
