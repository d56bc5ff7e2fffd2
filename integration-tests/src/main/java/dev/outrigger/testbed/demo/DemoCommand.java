package dev.outrigger.testbed.demo;

import dev.outrigger.simulator.ecs.ContainerMode;
import dev.outrigger.testbed.ControlPlane;
import dev.outrigger.testbed.ControlPlaneConfig;
import dev.outrigger.testbed.TestbedException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code outrigger demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Brings up a control plane, a simulated AWS and the agent, and walks through them.",
    footer = {"", "Example: outrigger demo --keep"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:every step went as expected", "1:one did not", "2:bad options"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class DemoCommand implements Callable<Integer> {
  @Option(names = "--keep", description = "Leave everything running after the walk, until Ctrl-C.")
  private boolean keep;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Use this cluster instead of a control plane of the demo's own.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--containers",
      defaultValue = "auto",
      paramLabel = "WHAT",
      description = {
        "What the containers of simulated ECS tasks are: docker, processes, or auto (Docker's where",
        "an engine answers and has, or can pull, the image). Default: ${DEFAULT-VALUE}."
      })
  private ContainerMode containers;

  @Override
  public Integer call() throws InterruptedException {
    Path home = Path.of(System.getProperty("outrigger.home", "")).toAbsolutePath();
    Path folder = home.resolve(".outrigger").resolve("demo");
    Screen screen = new Screen(System.out, Boolean.getBoolean("outrigger.colours"));
    ControlPlaneConfig config = ControlPlaneConfig.fromEnvironment(folder, System.getenv(), screen);
    if (!DemoLock.take(folder)) {
      screen.verdict(
          false,
          "a demo runs from this folder already%s; end it first (Ctrl-C), or use another clone"
              .formatted(DemoLock.owner(folder)));
      return 1;
    }
    Demo demo = new Demo(screen, folder, containers);
    Thread atExit = Thread.ofPlatform().name("demo-end").unstarted(() -> end(demo, screen));
    Runtime.getRuntime().addShutdownHook(atExit);
    try (demo) {
      return walk(
          demo, screen, home, kubeconfig == null ? config : config.withKubeconfig(kubeconfig));
    } catch (TestbedException | IllegalStateException e) {
      screen.verdict(false, String.valueOf(e.getMessage()));
      return 1;
    }
  }

  private static void end(Demo demo, Screen screen) {
    screen.mute();
    demo.close();
  }

  private int walk(Demo demo, Screen screen, Path home, ControlPlaneConfig config)
      throws InterruptedException {
    ControlPlane controlPlane = demo.start(config);
    screen.say("ready in %.1f s".formatted(screen.seconds()));
    String line = "  export KUBECONFIG=" + controlPlane.kubeconfig() + "\n";
    if (keep) {
      screen.output(line);
    }
    Walk walk = new Walk(controlPlane.kubectl().runIn(home), screen);
    List<String> failures = walk.run();
    screen.title(failures.isEmpty() ? "all as expected" : "not as expected: " + failures);
    if (keep) {
      screen.output("It goes on running until Ctrl-C. In another terminal:\n");
      screen.output(line);
      new CountDownLatch(1).await();
    }
    if (config.kubeconfig().isPresent()) {
      walk.cleanUp();
    }
    return failures.isEmpty() ? 0 : 1;
  }
}
