package dev.outrigger.agent.cli;

import dev.outrigger.agent.config.AgentConfig;
import dev.outrigger.agent.config.ConfigException;
import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.agent.explain.Explainer;
import dev.outrigger.agent.explain.Explanation;
import dev.outrigger.agent.explain.Placement;
import dev.outrigger.agent.explain.PodManifest;
import dev.outrigger.agent.explain.Report;
import dev.outrigger.agent.node.NodeHeartbeat;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.Suggestion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code outrigger explain}: what would become of the Pods in a manifest. */
@Command(
    name = "explain",
    description =
        "Says of each field of the Pods in a manifest what becomes of it, and what would run."
            + " Needs no cluster and calls no backend.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: outrigger explain -f deployment.yaml --config outrigger.yaml",
      "         kustomize build . | outrigger explain -f - --provider ecs -o json"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every Pod would run on each node where it would be placed",
      "1:a Pod would fail",
      "2:the configuration or the options cannot be used, or an object cannot be read or would be"
          + " refused by the API server; the others are explained all the same"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ExplainCommand implements Callable<Integer> {

  /** How the answer is written. */
  enum Output {
    text,
    json
  }

  /** What is asked about. */
  static final class Target {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "The agent's configuration, with the nodes' settings.")
    @Nullable Path config;

    @Option(
        names = "--provider",
        paramLabel = "WORD",
        description = "Only the fields, for a provider without settings: ecs, lambda, local, …")
    @Nullable String provider;
  }

  @Spec CommandSpec spec;

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE",
      description =
          "Pods, Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs, CronJobs, Lists; - is"
              + " standard input, a folder its .yaml, .yml and .json files.")
  List<String> files;

  @ArgGroup(exclusive = true, multiplicity = "1")
  Target target;

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description =
          "One of the configuration's nodes. Default: the Pod's spec.nodeName if it is one of them,"
              + " else every node.")
  @Nullable String node;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  Output output;

  @Override
  public Integer call() {
    List<Provider> opened = new ArrayList<>();
    try {
      Map<String, Explainer> explainers = explainers(opened);
      ManifestFiles manifests = ManifestFiles.read(files);
      manifests.skipped().forEach(each -> spec.commandLine().getErr().println("skipped: " + each));
      List<Explanation> answers = new ArrayList<>();
      boolean fine = true;
      for (PodManifest manifest : manifests.pods()) {
        List<Explanation> each = new ArrayList<>();
        for (Explainer explainer : chosen(manifest, explainers)) {
          each.add(explainer.explain(manifest));
        }
        answers.addAll(each);
        fine &= isFine(each);
      }
      spec.commandLine()
          .getOut()
          .print(output == Output.json ? Report.json(answers) : Report.text(answers));
      spec.commandLine().getOut().flush();
      manifests.problems().forEach(spec.commandLine().getErr()::println);
      return manifests.problems().isEmpty() ? fine ? 0 : 1 : 2;
    } catch (ConfigException | IOException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return 2;
    } finally {
      opened.forEach(Provider::close);
    }
  }

  /** Nodes that the scheduler would not choose do not count, if there are others. */
  private static boolean isFine(List<Explanation> answers) {
    boolean placed = answers.stream().anyMatch(a -> a.obstacle().isEmpty());
    return answers.stream()
        .filter(a -> !placed || a.obstacle().isEmpty())
        .allMatch(Explanation::runs);
  }

  private List<Explainer> chosen(PodManifest manifest, Map<String, Explainer> explainers)
      throws IOException {
    String wanted = node == null ? manifest.pod().getSpec().getNodeName() : node;
    if (node != null && !explainers.containsKey(node)) {
      throw new IOException(
          "--node must be one of " + String.join(", ", explainers.keySet()) + ", not " + node);
    }
    Explainer one = wanted == null ? null : explainers.get(wanted);
    return one == null ? List.copyOf(explainers.values()) : List.of(one);
  }

  private Map<String, Explainer> explainers(List<Provider> opened)
      throws ConfigException, IOException {
    Map<String, ProviderFactory> factories = Providers.load();
    if (target.provider != null) {
      ProviderFactory factory = factories.get(target.provider);
      if (factory == null || factory.fields().isEmpty()) {
        List<String> known =
            factories.values().stream()
                .filter(f -> f.fields().isPresent())
                .map(ProviderFactory::name)
                .toList();
        throw new IOException(
            "--provider must be one of %s, not %s%s"
                .formatted(
                    String.join(", ", known),
                    target.provider,
                    Suggestion.words(target.provider, known)));
      }
      String any = "(any)";
      return Map.of(
          any,
          new Explainer(
              any,
              factory.name(),
              factory.fields(),
              factory.traits(),
              Optional.empty(),
              Optional.empty()));
    }
    return ofConfiguration(factories, opened);
  }

  private Map<String, Explainer> ofConfiguration(
      Map<String, ProviderFactory> factories, List<Provider> opened) throws ConfigException {
    ConfiguredProviders configured =
        ConfiguredProviders.read(
            Objects.requireNonNull(target.config), factories, Clock.systemUTC());
    opened.addAll(configured.providers().values());
    AgentConfig config = configured.config();
    Map<String, Explainer> explainers = new LinkedHashMap<>();
    for (NodeConfig each : config.nodes()) {
      ProviderFactory factory = factories.get(each.provider());
      explainers.put(
          each.name(),
          new Explainer(
              each.name(),
              each.provider(),
              factory == null ? Optional.empty() : factory.fields(),
              factory == null ? Set.of() : factory.traits(),
              Optional.ofNullable(configured.providers().get(each)),
              placement(each, configured.providers().get(each))));
    }
    return explainers;
  }

  private static Optional<Placement> placement(NodeConfig node, @Nullable Provider provider) {
    return Optional.ofNullable(provider)
        .map(p -> NodeHeartbeat.labels(node, p.capabilities()))
        .map(labels -> new Placement(node.name(), labels, node.taints()));
  }
}
