package dev.outrigger.testbed.launcher;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.QuotaSettings;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.ecs.ContainerMode;
import dev.outrigger.simulator.image.ImageCatalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code outrigger simulate-aws}: the simulator for other programs. */
@Command(
    name = "simulate-aws",
    mixinStandardHelpOptions = true,
    description = {
      "Simulates ECS, Lambda, CloudWatch Logs, Secrets Manager, Service Quotas and STS on"
          + " 127.0.0.1.",
      "Tasks are containers of a Docker engine, or processes of this machine as functions are;",
      "any credentials will do."
    },
    footer = {
      "",
      "Example: outrigger simulate-aws --port 4566 --state /tmp/aws &",
      "         aws --endpoint-url http://127.0.0.1:4566 ecs list-tasks"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"1:could not start", "2:bad options", "130, 143:ended as asked"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SimulateAwsCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "4566",
      paramLabel = "PORT",
      description = "Default: ${DEFAULT-VALUE}; 0 takes a free one.")
  int port;

  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      description = "Keeps functions, tasks and logs there over restarts. Default: keeps nothing.")
  @Nullable Path state;

  @Option(
      names = "--images",
      paramLabel = "FOLDER",
      description = "Local roots that stand behind image names. Default: the host's commands.")
  @Nullable Path images;

  @Option(
      names = "--containers",
      defaultValue = "auto",
      paramLabel = "WHAT",
      description = {
        "What the containers of ECS tasks are: docker (of the engine of the docker command),",
        "processes (of this machine), or auto: Docker's where an engine answers and has, or can",
        "pull, the image. Default: ${DEFAULT-VALUE}."
      })
  ContainerMode containers;

  @Option(names = "--no-quotas", description = "Never throttles.")
  boolean noQuotas;

  @Override
  public Integer call() throws InterruptedException {
    SimulatorConfig config = config();
    try {
      AwsSimulator simulator = AwsSimulator.start(config);
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform().name("simulator-shutdown").unstarted(simulator::close));
      spec.commandLine().getOut().println("AWS simulator: " + simulator.endpoint());
      spec.commandLine().getOut().println("Tasks: " + simulator.containers());
      spec.commandLine().getOut().flush();
    } catch (UncheckedIOException | IllegalStateException e) {
      spec.commandLine().getErr().println("outrigger: " + e.getMessage());
      return 1;
    }
    new CountDownLatch(1).await();
    return 0;
  }

  private SimulatorConfig config() {
    if (port < 0 || port > 65535) {
      throw new ParameterException(
          spec.commandLine(), "--port must be from 0 to 65535, not " + port);
    }
    SimulatorConfig config = SimulatorConfig.defaults().withPort(port).withContainers(containers);
    if (noQuotas) {
      config = config.withQuotas(QuotaSettings.OFF);
    }
    if (state != null) {
      config = config.withStateFolder(folder(state));
    }
    return images == null ? config : config.withImages(catalogue(images));
  }

  private Path folder(Path wanted) {
    try {
      return Files.createDirectories(wanted).toAbsolutePath();
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--state must be a folder that can be written, not '" + wanted + "'",
          e);
    }
  }

  private ImageCatalogue catalogue(Path wanted) {
    try {
      return ImageCatalogue.read(wanted);
    } catch (RuntimeException e) {
      throw new ParameterException(
          spec.commandLine(), "--images needs a readable images.json: " + e.getMessage(), e);
    }
  }
}
