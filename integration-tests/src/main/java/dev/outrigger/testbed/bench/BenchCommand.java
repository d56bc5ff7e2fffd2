package dev.outrigger.testbed.bench;

import dev.outrigger.testbed.ControlPlane;
import dev.outrigger.testbed.ControlPlaneConfig;
import dev.outrigger.testbed.Progress;
import dev.outrigger.testbed.TestbedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code outrigger bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures how fast Pods become Running on an instant backend, and what it costs.",
    footer = {"", "Example: outrigger bench --pods 500 --kwok"},
    subcommands = StreamsCommand.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:measured", "1:could not measure", "2:bad options"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class BenchCommand implements Callable<Integer> {
  private static final int STEADY_RATE = 100;

  @Spec CommandSpec spec;

  @Option(
      names = "--pods",
      defaultValue = "500",
      paramLabel = "N",
      description = "Pods in each round. Default: ${DEFAULT-VALUE}.")
  int pods;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      paramLabel = "N",
      description = "Bursts after the first. Default: ${DEFAULT-VALUE}.")
  int rounds;

  @Option(
      names = "--connections",
      defaultValue = "8",
      paramLabel = "N",
      description = "How many create at once. Default: ${DEFAULT-VALUE}.")
  int connections;

  @Option(names = "--kwok", description = "Measures kwok too, built from its Go module.")
  boolean kwok;

  @Override
  public Integer call() {
    for (int number : new int[] {pods, rounds, connections}) {
      if (number < 1) {
        throw new ParameterException(spec.commandLine(), "numbers must be at least 1");
      }
    }
    long begin = System.nanoTime();
    Progress progress =
        line ->
            spec.commandLine()
                .getErr()
                .printf("[%5.1f s] %s%n", (System.nanoTime() - begin) / 1e9, line);
    Path folder =
        Path.of(System.getProperty("outrigger.home", ""), ".outrigger", "bench").toAbsolutePath();
    try {
      List<Result> results = measure(folder, progress);
      spec.commandLine().getOut().print(Report.of(results, pods, STEADY_RATE));
      spec.commandLine().getOut().flush();
      return 0;
    } catch (TestbedException e) {
      spec.commandLine().getErr().println("outrigger: " + e.getMessage());
      return 1;
    }
  }

  private List<Result> measure(Path folder, Progress progress) {
    ControlPlaneConfig config =
        ControlPlaneConfig.fromEnvironment(folder, System.getenv(), progress);
    try (ControlPlane controlPlane = ControlPlane.start(config);
        BenchApi api = new BenchApi(controlPlane.kubeconfig(), connections)) {
      controlPlane.kubectl().get("create", "namespace", "bench");
      controlPlane
          .kubectl()
          .get("-n", "bench", "wait", "--for=create", "--timeout=30s", "serviceaccount/default");
      OutriggerContestant.train(controlPlane, folder);
      List<Result> results = new ArrayList<>();
      results.add(
          measure(
              api,
              "bench-outrigger",
              () -> OutriggerContestant.start(controlPlane, folder),
              progress));
      if (kwok) {
        Path bin = KwokContestant.build(folder, progress);
        results.add(
            measure(
                api,
                "bench-kwok",
                () -> KwokContestant.start(controlPlane, api, folder, bin),
                progress));
      }
      return results;
    }
  }

  private Result measure(
      BenchApi api, String node, Supplier<Contestant> starter, Progress progress) {
    CountDownLatch ready = new CountDownLatch(1);
    try (BenchWatch nodes =
        api.watch(
            "/api/v1/nodes?watch=true&fieldSelector=metadata.name%3D" + node,
            event -> {
              if (event.contains("\"type\":\"Ready\",\"status\":\"True\"")) {
                ready.countDown();
              }
            })) {
      long begin = System.nanoTime();
      try (Contestant contestant = starter.get()) {
        if (!ready.await(60, TimeUnit.SECONDS)) {
          nodes.check();
          throw new TestbedException(node + " is not Ready after 60 s");
        }
        Duration start = Duration.ofNanos(System.nanoTime() - begin);
        return rounds(api, contestant, start, progress);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestbedException("interrupted", e);
    }
  }

  private Result rounds(BenchApi api, Contestant contestant, Duration start, Progress progress) {
    Duration startCpu = ProcessFigures.cpu(contestant.pid());
    progress.say("%s: Ready after %.2f s".formatted(contestant.name(), start.toMillis() / 1e3));
    try (Rounds rounds = new Rounds(api, contestant)) {
      long idle = ProcessFigures.residentMebibytes(contestant.pid());
      Round cold = tell(contestant, rounds.run(pods, 0), progress);
      Round warm = tell(contestant, rounds.run(pods, 0), progress);
      for (int i = 1; i < this.rounds; i++) {
        Round next = tell(contestant, rounds.run(pods, 0), progress);
        warm = next.perSecond() > warm.perSecond() ? next : warm;
      }
      Round steady = tell(contestant, rounds.run(pods, STEADY_RATE), progress);
      return new Result(
          contestant.name(),
          start,
          startCpu,
          idle,
          cold,
          warm,
          steady,
          ProcessFigures.peakMebibytes(contestant.pid()));
    }
  }

  private static Round tell(Contestant contestant, Round round, Progress progress) {
    progress.say(
        "%s: %.0f Pods/s, p50 %.0f ms, p99 %.0f ms, %.2f + %.2f ms CPU a Pod"
            .formatted(
                contestant.name(),
                round.perSecond(),
                round.percentile(50),
                round.percentile(99),
                round.cpuMillis(),
                round.deleteCpuMillis()));
    progress.say("  requests a Pod: " + round.requests().perPod(round.pods()));
    progress.say("  while deleted: " + round.deleteRequests().perPod(round.pods()));
    return round;
  }
}
