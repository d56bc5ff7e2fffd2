package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.image.Image;
import dev.outrigger.simulator.logs.LogGroups;
import dev.outrigger.simulator.process.Executables;
import dev.outrigger.simulator.process.ProcessTree;
import dev.outrigger.simulator.secrets.SecretStore;
import dev.outrigger.simulator.service.SimulatorContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Turns a container of a plan into processes on this host. */
final class ContainerStarter {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final SimulatorContext context;
  private final EcsSettings settings;
  private final LogGroups logs;
  private final SecretStore secrets;

  ContainerStarter(
      SimulatorContext context, EcsSettings settings, LogGroups logs, SecretStore secrets) {
    this.context = context;
    this.settings = settings;
    this.logs = logs;
    this.secrets = secrets;
  }

  /** Why a task cannot be started. {@code container} is empty when it is the task's own fault. */
  static final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(String message) {
      super(message, null, false, false);
    }

    String text() {
      String message = getMessage();
      return message == null ? "" : message;
    }
  }

  /** Pulls the image: whether there is one of that name. */
  Image pull(TaskPlan.Container container) throws StartException {
    String image = container.image();
    return settings
        .images()
        .find(image)
        .orElseThrow(
            () ->
                new StartException(
                    "CannotPullContainerError: pull image manifest has been retried 1 time(s):"
                        + " failed to resolve ref %s: pull access denied, repository does not"
                            .formatted(image)
                        + " exist or may require authorization"));
  }

  /** Resolves secrets and prepares the log stream, as Fargate does before any container starts. */
  Map<String, String> resources(Task task, TaskPlan plan, TaskPlan.Container container)
      throws StartException {
    Map<String, String> values = new HashMap<>();
    for (Map.Entry<String, String> secret : container.secrets().entrySet()) {
      Optional<String> value = secrets.resolve(secret.getValue(), plan.region());
      values.put(
          secret.getKey(),
          value.orElseThrow(
              () ->
                  new StartException(
                      "ResourceInitializationError: unable to pull secrets or registry auth:"
                          + " execution resource retrieval failed: unable to retrieve secret from"
                          + " asm: service call has been retried 1 time(s): failed to fetch secret "
                          + secret.getValue()
                          + " from secrets manager: ResourceNotFoundException")));
    }
    String group = container.logOptions().get("awslogs-group");
    if (group != null) {
      boolean create = "true".equals(container.logOptions().get("awslogs-create-group"));
      if (!create && !logs.hasGroup(group)) {
        throw new StartException(
            "ResourceInitializationError: failed to validate logger args: The task cannot find the"
                + " Amazon CloudWatch log group defined in the task definition: "
                + group);
      }
      logs.ensureStream(group, stream(task, container));
    }
    return values;
  }

  private static String stream(Task task, TaskPlan.Container container) {
    String prefix = container.logOptions().getOrDefault("awslogs-stream-prefix", "");
    return (prefix.isEmpty() ? "" : prefix + "/") + container.name() + "/" + task.id();
  }

  /** A container's process, and what another process in it is given. */
  record Started(ProcessTree process, Map<String, String> environment, Path directory) {}

  /** Starts the container's command. */
  Started start(
      Task task,
      TaskPlan plan,
      TaskPlan.Container container,
      Image image,
      Map<String, String> secretValues)
      throws StartException {
    Path directory = context.scratch().resolve("ecs").resolve(task.id()).resolve(container.name());
    Path work = directory.resolve(container.workingDirectory().replaceAll("^/+", "")).normalize();
    Map<String, String> environment = environment(task, plan, container, image, directory);
    environment.putAll(secretValues);
    List<String> command = command(container, image);
    try {
      Files.createDirectories(work.startsWith(directory) ? work : directory);
      if (image.root() != null) {
        copy(image.root(), directory);
      }
      requireExecutable(command, environment.getOrDefault("PATH", PATH), work);
      ProcessTree process =
          ProcessTree.start(context.guard(), command, environment, work, log(task, container));
      return new Started(process, Map.copyOf(environment), work);
    } catch (IOException e) {
      throw new StartException("CannotStartContainerError: " + e.getMessage());
    }
  }

  private static List<String> command(TaskPlan.Container container, Image image) {
    List<String> command = new ArrayList<>();
    boolean ownEntryPoint = !container.entryPoint().isEmpty();
    command.addAll(ownEntryPoint ? container.entryPoint() : image.entryPoint());
    if (!container.command().isEmpty()) {
      command.addAll(container.command());
    } else if (!ownEntryPoint) {
      command.addAll(image.command());
    }
    return command;
  }

  private static Map<String, String> environment(
      Task task, TaskPlan plan, TaskPlan.Container container, Image image, Path directory) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", image.root() == null ? PATH : image.root().resolve("bin") + ":" + PATH);
    environment.put("HOME", directory.toString());
    environment.put("HOSTNAME", "ip-" + task.id());
    environment.put("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE");
    environment.put("AWS_REGION", plan.region());
    environment.put("AWS_DEFAULT_REGION", plan.region());
    environment.putAll(image.environment());
    environment.putAll(container.environment());
    return environment;
  }

  private static void copy(Path root, Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> !f.equals(root)).toList()) {
        Path target = directory.resolve(root.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!Files.exists(target)) {
          Files.copy(file, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  /** The session leader hides a missing command, so it is looked for here. */
  private static void requireExecutable(List<String> command, String path, Path work)
      throws StartException {
    if (command.isEmpty()) {
      throw new StartException("CannotStartContainerError: no command specified");
    }
    String name = command.getFirst();
    if (Executables.find(name, path, work).isEmpty()) {
      throw new StartException(
          "CannotStartContainerError: ResourceInitializationError: failed to create new container"
              + " runtime task: failed to create shim task: OCI runtime create failed: runc create"
              + " failed: unable to start container process: exec: \""
              + name
              + "\": executable file not found in $PATH: unknown");
    }
  }

  /** Both outputs share the stream; the lock makes its timestamps grow. */
  private Consumer<String> log(Task task, TaskPlan.Container container) {
    String group = container.logOptions().get("awslogs-group");
    if (group == null) {
      return line -> {};
    }
    String stream = stream(task, container);
    Object order = new Object();
    return line -> {
      synchronized (order) {
        logs.put(group, stream, context.clock().instant(), line);
      }
    };
  }
}
