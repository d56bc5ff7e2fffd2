package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.image.Image;
import dev.outrigger.simulator.image.ImageCatalogue;
import dev.outrigger.simulator.process.Executables;
import dev.outrigger.simulator.process.ProcessTree;
import dev.outrigger.simulator.service.ScratchFolders;
import dev.outrigger.simulator.service.SimulatorContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Containers as processes of this host, with an address of loopback and a folder each. */
final class ProcessTaskHost implements TaskHost {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final SimulatorContext context;
  private final ImageCatalogue catalogue;
  private final String taskId;
  private final Path folder;

  /** By the container's name. */
  private final Map<String, Image> images = new ConcurrentHashMap<>();

  ProcessTaskHost(SimulatorContext context, ImageCatalogue catalogue, String taskId) {
    this.context = context;
    this.catalogue = catalogue;
    this.taskId = taskId;
    this.folder = context.scratch().resolve("ecs").resolve(taskId);
  }

  @Override
  public String address() {
    return LoopbackAddresses.of(taskId);
  }

  @Override
  public List<String> portAddresses() {
    return List.of("127.0.0.1", address());
  }

  @Override
  public String pull(TaskPlan.Container container) throws StartException {
    String name = container.image();
    Image image =
        catalogue
            .find(name)
            .orElseThrow(
                () ->
                    new StartException(
                        "CannotPullContainerError: pull image manifest has been retried 1 time(s):"
                            + " failed to resolve ref %s: pull access denied, repository does not"
                                .formatted(name)
                            + " exist or may require authorization"));
    images.put(container.name(), image);
    return ImageDigest.of(name);
  }

  @Override
  public RunningContainer start(
      TaskPlan.Container container, Map<String, String> environment, Consumer<String> lines)
      throws StartException {
    Image image = images.get(container.name());
    if (image == null) {
      throw new IllegalStateException("the image was not pulled");
    }
    Path directory = folder.resolve(container.name());
    Path work = directory.resolve(container.workingDirectory().replaceAll("^/+", "")).normalize();
    Map<String, String> whole = environment(image, directory);
    whole.putAll(environment);
    List<String> command = command(container, image);
    try {
      Files.createDirectories(work.startsWith(directory) ? work : directory);
      if (image.root() != null) {
        copy(image.root(), directory);
      }
      requireExecutable(command, whole.getOrDefault("PATH", PATH), work);
      ProcessTree process = ProcessTree.start(context.guard(), command, whole, work, lines);
      return new ProcessContainer(process, context.guard(), whole, work);
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

  private Map<String, String> environment(Image image, Path directory) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", image.root() == null ? PATH : image.root().resolve("bin") + ":" + PATH);
    environment.put("HOME", directory.toString());
    environment.put("HOSTNAME", "ip-" + taskId);
    environment.putAll(image.environment());
    return environment;
  }

  private static void copy(Path root, Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> !f.equals(root)).toList()) {
        Path target = directory.resolve(root.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!Files.exists(target)) {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
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

  @Override
  public void close() {
    ScratchFolders.delete(folder);
  }
}
