package dev.outrigger.testbed.bench;

import dev.outrigger.testbed.Progress;
import dev.outrigger.testbed.TestbedException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code outrigger bench streams}. */
@Command(
    name = "streams",
    mixinStandardHelpOptions = true,
    description = {
      "Measures exec and logs on nodes of a running cluster, side by side, through its API server.",
      "A Pod is made on each node in a namespace of its own, which is removed again."
    },
    footer = {"", "Example: outrigger bench streams --node worker-1 --node virtual-kubelet-local"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:measured", "1:could not measure", "2:bad options"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StreamsCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Default: $KUBECONFIG, then ~/.kube/config.")
  Path kubeconfig;

  @Option(
      names = "--node",
      required = true,
      paramLabel = "NAME",
      description = "Measured; the first is what the others are compared with. Repeat it.")
  List<String> nodes;

  @Option(
      names = "--image",
      defaultValue = "busybox:1.37",
      paramLabel = "IMAGE",
      description = "With sh, head and cat. Default: ${DEFAULT-VALUE}.")
  String image;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      paramLabel = "N",
      description = "The median of these is reported. Default: ${DEFAULT-VALUE}.")
  int rounds;

  @Option(
      names = "--mebibytes",
      defaultValue = "512",
      paramLabel = "N",
      description = "Through each exec. Default: ${DEFAULT-VALUE}.")
  int mebibytes;

  @Override
  public Integer call() {
    if (rounds < 1 || mebibytes < 1) {
      throw new ParameterException(spec.commandLine(), "numbers must be at least 1");
    }
    Path config = kubeconfig != null ? kubeconfig : usualKubeconfig();
    if (!Files.isReadable(config)) {
      throw new ParameterException(
          spec.commandLine(), "--kubeconfig: there is no readable file " + config);
    }
    Progress progress = line -> spec.commandLine().getErr().println(line);
    try (StreamPods pods = StreamPods.make(config, nodes, image, progress)) {
      spec.commandLine().getOut().print(measure(pods, progress));
      spec.commandLine().getOut().flush();
      return 0;
    } catch (TestbedException | KubernetesClientException | IOException e) {
      spec.commandLine().getErr().println("outrigger: " + e.getMessage());
      return 1;
    }
  }

  private static Path usualKubeconfig() {
    String named = System.getenv("KUBECONFIG");
    return named != null
        ? Path.of(named)
        : Path.of(System.getProperty("user.home"), ".kube", "config");
  }

  /** The nodes take turns in each round, so that whatever else the machine does hits all. */
  private Table measure(StreamPods pods, Progress progress) throws IOException {
    List<Map<StreamFigure, List<Double>>> seen = new ArrayList<>();
    nodes.forEach(node -> seen.add(new EnumMap<>(StreamFigure.class)));
    try (StreamMeasures measures = new StreamMeasures(pods, mebibytes)) {
      for (int round = 0; round < rounds; round++) {
        for (StreamFigure figure : StreamFigure.values()) {
          for (int i = 0; i < nodes.size(); i++) {
            double value = measures.measure(figure, nodes.get(i));
            progress.say("%s: %s %.1f".formatted(nodes.get(i), figure.label(), value));
            seen.get(i).computeIfAbsent(figure, f -> new ArrayList<>()).add(value);
          }
        }
      }
    }
    Table table = new Table("median of %d rounds, through the API server".formatted(rounds), nodes);
    for (StreamFigure figure : StreamFigure.values()) {
      table.line(
          figure.label(),
          "%.1f",
          seen.stream().map(s -> Samples.median(s.getOrDefault(figure, List.of()))).toList());
    }
    return table;
  }
}
