package dev.outrigger.agent.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.outrigger.agent.config.ConfigException;
import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.agent.explain.Placement;
import dev.outrigger.agent.node.NodeHeartbeat;
import dev.outrigger.agent.policy.AdmissionPolicy;
import dev.outrigger.agent.policy.AdmissionPolicy.Action;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.fields.FieldTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code outrigger policy}: the field tables as admission policies. */
@Command(
    name = "policy",
    description = {
      "Prints a ValidatingAdmissionPolicy for each node: the API server then says at kubectl apply"
          + " which field the node would refuse, and what to use instead.",
      "It covers Pods, Deployments, StatefulSets, ReplicaSets, Jobs and CronJobs that may come to"
          + " the node by nodeName, or by nodeSelector and tolerations; affinity is not looked at."
          + " Values that need more than the field's name, such as sizes, are checked by outrigger"
          + " explain, and by the agent."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: outrigger policy --config outrigger.yaml | kubectl apply -f -",
      "         outrigger policy --config outrigger.yaml --node ecs --action Deny"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "2:the configuration or the options cannot be used"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PolicyCommand implements Callable<Integer> {

  private static final ObjectMapper YAML =
      new YAMLMapper(
          new YAMLFactory()
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .disable(YAMLGenerator.Feature.SPLIT_LINES));

  @Spec CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The agent's configuration, with the nodes' settings.")
  Path config;

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "One of the configuration's nodes. Default: every node.")
  @Nullable String node;

  @Option(
      names = "--action",
      defaultValue = "Warn",
      paramLabel = "ACTION",
      description =
          "${COMPLETION-CANDIDATES}; repeat it for several. Deny also stops Pods that another node"
              + " might have taken. Default: ${DEFAULT-VALUE}.")
  List<Action> actions;

  @Override
  public Integer call() {
    Map<String, ProviderFactory> factories = Providers.load();
    List<Provider> opened = new ArrayList<>();
    try {
      ConfiguredProviders configured =
          ConfiguredProviders.read(config, factories, Clock.systemUTC());
      opened.addAll(configured.providers().values());
      List<Map<String, Object>> objects = new ArrayList<>();
      for (Map.Entry<NodeConfig, Provider> each : chosen(configured).entrySet()) {
        objects.addAll(policy(each.getKey(), each.getValue(), factories));
      }
      for (Map<String, Object> object : objects) {
        spec.commandLine().getOut().print(YAML.writeValueAsString(object));
      }
      spec.commandLine().getOut().flush();
      return 0;
    } catch (ConfigException | IOException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return 2;
    } finally {
      opened.forEach(Provider::close);
    }
  }

  private Map<NodeConfig, Provider> chosen(ConfiguredProviders configured) throws IOException {
    if (node == null) {
      return configured.providers();
    }
    for (Map.Entry<NodeConfig, Provider> each : configured.providers().entrySet()) {
      if (each.getKey().name().equals(node)) {
        return Map.of(each.getKey(), each.getValue());
      }
    }
    List<String> names = configured.config().nodes().stream().map(NodeConfig::name).toList();
    throw new IOException("--node must be one of " + String.join(", ", names) + ", not " + node);
  }

  private List<Map<String, Object>> policy(
      NodeConfig node, Provider provider, Map<String, ProviderFactory> factories)
      throws IOException {
    ProviderFactory factory = factories.get(node.provider());
    Optional<FieldTable> table = factory == null ? Optional.empty() : factory.fields();
    if (table.isEmpty()) {
      throw new IOException(
          "node %s: what the provider %s does with a field is known to its backend only; choose"
                  .formatted(node.name(), node.provider())
              + " another node with --node");
    }
    Map<String, String> labels = NodeHeartbeat.labels(node, provider.capabilities());
    Placement placement = new Placement(node.name(), labels, node.taints());
    return AdmissionPolicy.of(
        placement,
        node.provider(),
        table.get(),
        provider.capabilities().has(Trait.ONE_SHOT),
        actions);
  }
}
