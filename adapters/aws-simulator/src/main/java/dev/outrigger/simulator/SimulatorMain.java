package dev.outrigger.simulator;

import dev.outrigger.simulator.ecs.ContainerMode;
import dev.outrigger.simulator.image.ImageCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The simulator as a program: {@code [--port N] [--port-file FILE] [--state FOLDER] [--images
 * FOLDER] [--containers auto|docker|processes] [--no-quotas]}. Prints its endpoint; SIGTERM and
 * SIGINT end it with all its processes.
 */
public final class SimulatorMain {
  private SimulatorMain() {}

  private record Arguments(SimulatorConfig config, @Nullable Path portFile) {}

  /** Runs until the process is told to end; exits 2 on bad arguments. */
  @SuppressWarnings("SystemOut") // the endpoint is this program's output
  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments arguments;
    try {
      arguments = parse(List.of(args));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    AwsSimulator simulator = AwsSimulator.start(arguments.config());
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform().name("simulator-shutdown").unstarted(simulator::close));
    System.out.println("AWS simulator: " + simulator.endpoint());
    if (arguments.portFile() != null) {
      writePort(arguments.portFile(), simulator.endpoint().getPort());
    }
    new CountDownLatch(1).await();
  }

  /** The file appears whole, so that who waits for it never reads a part. */
  private static void writePort(Path file, int port) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, port + "\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Arguments parse(List<String> args) {
    SimulatorConfig config = SimulatorConfig.defaults();
    Path portFile = null;
    Iterator<String> rest = args.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--port" -> config = config.withPort(number(option, value(option, rest)));
        case "--port-file" -> portFile = Path.of(value(option, rest)).toAbsolutePath();
        case "--state" -> config = config.withStateFolder(Path.of(value(option, rest)));
        case "--images" ->
            config = config.withImages(ImageCatalogue.read(Path.of(value(option, rest))));
        case "--containers" -> config = config.withContainers(mode(option, value(option, rest)));
        case "--no-quotas" -> config = config.withQuotas(QuotaSettings.OFF);
        default ->
            throw new IllegalArgumentException(
                option
                    + ": no such option; there are --port, --port-file, --state, --images,"
                    + " --containers and --no-quotas");
      }
    }
    return new Arguments(config, portFile);
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.next();
  }

  private static ContainerMode mode(String option, String value) {
    return switch (value) {
      case "auto" -> ContainerMode.AUTO;
      case "docker" -> ContainerMode.DOCKER;
      case "processes" -> ContainerMode.PROCESSES;
      default ->
          throw new IllegalArgumentException(
              option + " may be auto, docker or processes, not " + value);
    };
  }

  private static int number(String option, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " needs a number, not " + value, e);
    }
  }
}
