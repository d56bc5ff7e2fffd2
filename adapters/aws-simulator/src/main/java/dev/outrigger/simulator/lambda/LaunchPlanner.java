package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.image.Image;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides what process runs a function. Looks at files, starts nothing. */
final class LaunchPlanner {
  private static final String ENTRY_POINT_ERROR = "Runtime.InvalidEntrypoint";

  private final Interpreters interpreters;
  private final Resources resources;

  LaunchPlanner(Interpreters interpreters, Resources resources) {
    this.interpreters = interpreters;
    this.resources = resources;
  }

  /** A zip's function, unpacked in that folder. */
  Launch zip(FunctionSettings settings, Path root) {
    String runtime = settings.runtime() == null ? "" : settings.runtime();
    String handler = settings.handler() == null ? "" : settings.handler();
    if (runtime.startsWith("provided")) {
      return bootstrap(root, root, handler, List.of());
    }
    if (runtime.startsWith("python")) {
      return python(runtime, root, root, handler, "zip");
    }
    if (runtime.startsWith("nodejs")) {
      return node(root, root, handler, "zip");
    }
    return new Launch.Impossible(
        ENTRY_POINT_ERROR, "the simulator cannot run " + runtime + " functions");
  }

  /** An image's function; the image's root stands for its {@code /var/task}. */
  Launch image(ImageSettings settings, Image source) {
    Path root = source.root();
    if (root == null) {
      return new Launch.Impossible(ENTRY_POINT_ERROR, "the image has no root");
    }
    ImageSettings image = merged(settings, source);
    String directory = image.workingDirectory();
    Path work = directory == null ? root : inside(root, directory);
    if (!Files.isDirectory(work)) {
      work = root;
    }
    String handler = image.command().isEmpty() ? "" : image.command().getFirst();
    List<String> entryPoint = image.entryPoint();
    if (!entryPoint.isEmpty() && !entryPoint.getFirst().endsWith("lambda-entrypoint.sh")) {
      return entryPoint(image, root, work, handler);
    }
    if (Files.exists(root.resolve("bootstrap"))) {
      return bootstrap(root, work, handler, image.command());
    }
    if (handler.isEmpty()) {
      return new Launch.Impossible(
          ENTRY_POINT_ERROR, "the image's folder has no bootstrap and no command names a handler");
    }
    return handler(root, work, handler);
  }

  private static ImageSettings merged(ImageSettings settings, Image source) {
    return new ImageSettings(
        settings.entryPoint().isEmpty() ? source.entryPoint() : settings.entryPoint(),
        settings.command().isEmpty() ? source.command() : settings.command(),
        settings.workingDirectory());
  }

  private Launch handler(Path root, Path work, String handler) {
    int dot = handler.lastIndexOf('.');
    String module = dot < 0 ? handler : handler.substring(0, dot);
    for (String end : List.of(".js", ".mjs", ".cjs")) {
      if (Files.exists(inside(root, module + end))) {
        return node(root, work, handler, "image");
      }
    }
    if (root.equals(resources.demo()) && interpreters.python("python3").isEmpty()) {
      List<String> command = List.of("sh", resources.shell());
      return new Launch.Run(command, work, root, handler, true);
    }
    return python("python3", root, work, handler, "image");
  }

  private static Launch entryPoint(ImageSettings image, Path root, Path work, String handler) {
    List<String> command = new ArrayList<>(image.entryPoint());
    Path inRoot = inside(root, command.getFirst());
    if (Files.isExecutable(inRoot) && !Files.isDirectory(inRoot)) {
      command.set(0, inRoot.toString());
    } else if (command.getFirst().startsWith("/")
        && !Files.isExecutable(Path.of(command.getFirst()))) {
      return new Launch.Impossible(
          ENTRY_POINT_ERROR, "fork/exec " + command.getFirst() + ": no such file or directory");
    }
    command.addAll(image.command());
    return new Launch.Run(command, work, root, handler, false);
  }

  private static Launch bootstrap(Path root, Path work, String handler, List<String> arguments) {
    Path bootstrap = root.resolve("bootstrap");
    if (!Files.exists(bootstrap)) {
      return new Launch.Impossible(
          ENTRY_POINT_ERROR,
          "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]");
    }
    if (!Files.isExecutable(bootstrap)) {
      return new Launch.Impossible(
          ENTRY_POINT_ERROR, "fork/exec /var/task/bootstrap: permission denied");
    }
    List<String> command = new ArrayList<>(List.of(bootstrap.toString()));
    command.addAll(arguments);
    return new Launch.Run(command, work, root, handler, true);
  }

  private Launch python(String runtime, Path root, Path work, String handler, String mode) {
    Optional<String> python = interpreters.python(runtime);
    if (python.isEmpty()) {
      return new Launch.Impossible(ENTRY_POINT_ERROR, "no Python 3 on this machine");
    }
    List<String> command = List.of(python.get(), "-u", resources.python(), mode);
    return new Launch.Run(command, work, root, handler, true);
  }

  private Launch node(Path root, Path work, String handler, String mode) {
    Optional<String> node = interpreters.node();
    if (node.isEmpty()) {
      return new Launch.Impossible(ENTRY_POINT_ERROR, "no Node on this machine");
    }
    List<String> command = List.of(node.get(), resources.node(), mode);
    return new Launch.Run(command, work, root, handler, false);
  }

  /** A path of the image, whether it is given from / or from /var/task. */
  private static Path inside(Path root, String path) {
    String relative = path.startsWith("/var/task") ? path.substring("/var/task".length()) : path;
    Path resolved = root.resolve(relative.replaceFirst("^/+", "")).normalize();
    return resolved.startsWith(root) ? resolved : root;
  }
}
