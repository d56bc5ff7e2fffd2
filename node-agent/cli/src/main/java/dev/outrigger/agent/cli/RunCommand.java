package dev.outrigger.agent.cli;

import dev.outrigger.agent.api.SteadyClock;
import dev.outrigger.agent.config.AgentConfig;
import dev.outrigger.agent.config.ConfigException;
import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.agent.config.ReplicasConfig;
import dev.outrigger.agent.kubelet.Authenticator;
import dev.outrigger.agent.kubelet.Authorizer;
import dev.outrigger.agent.kubelet.KubeletThreads;
import dev.outrigger.agent.kubelet.KubernetesReviewers;
import dev.outrigger.agent.observe.AgentMetrics;
import dev.outrigger.agent.replica.Replica;
import dev.outrigger.agent.resolve.ApiConfigSource;
import dev.outrigger.agent.resolve.ApiTokenSource;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderFactory;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code outrigger run}: the agent. */
@Command(
    name = "run",
    description = "Runs the agent: registers the configured virtual nodes and serves their Pods.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: outrigger run --config outrigger.yaml --kubeconfig ~/.kube/config"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "130, 143:stopped as asked, by SIGINT or SIGTERM",
      "1:could not go on, or lost the leadership to another replica",
      "2:the configuration cannot be used"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RunCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The configuration, YAML.")
  Path config;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "How to reach the API server. Default: the configuration's, else yours, else in-cluster.")
  @Nullable Path kubeconfig;

  @Override
  public Integer call() throws InterruptedException {
    try {
      run();
      return 0;
    } catch (ConfigException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return 2;
    } catch (IOException | RuntimeException e) {
      spec.commandLine().getErr().println("outrigger: " + e.getMessage());
      return 1;
    }
  }

  private void run() throws ConfigException, IOException, InterruptedException {
    Clock clock = Clock.systemUTC();
    Map<String, ProviderFactory> factories = Providers.load();
    ConfiguredProviders configured = ConfiguredProviders.readHere(config, factories, clock);
    AgentLife life = new AgentLife();
    Runtime.getRuntime().addShutdownHook(new Thread(life::end, "outrigger-shutdown"));
    start(configured.config(), configured.providers(), life, clock);
    life.awaitEnd();
  }

  private void start(
      AgentConfig config, Map<NodeConfig, Provider> providers, AgentLife life, Clock clock)
      throws IOException, InterruptedException {
    KubernetesClient client =
        KubeClient.connect(Optional.ofNullable(kubeconfig).or(config::kubeconfig));
    life.parts().add(client);
    VirtualNode.Shared shared = shared(config, client, life.parts(), clock);
    if (config.replicas().isEmpty()) {
      life.nodes().start(shared, providers);
      return;
    }
    Replica replica = joined(config, config.replicas().get(), client, life);
    replica.awaitLeadership();
    Map<NodeConfig, Provider> fenced = new LinkedHashMap<>(providers);
    fenced.replaceAll((node, provider) -> replica.fenced(provider));
    life.nodes().start(shared, fenced);
  }

  private static Replica joined(
      AgentConfig config, ReplicasConfig replicas, KubernetesClient client, AgentLife life)
      throws IOException {
    Replica replica = Replica.join(client, replicas);
    life.joined(replica);
    if (replicas.healthzPort() > 0) {
      InetSocketAddress address =
          new InetSocketAddress(config.kubelet().address(), replicas.healthzPort());
      life.parts().add(replica.serveHealth(address));
    }
    return replica;
  }

  private static VirtualNode.Shared shared(
      AgentConfig config, KubernetesClient client, List<AutoCloseable> parts, Clock clock) {
    KubeletThreads threads = new KubeletThreads(1);
    parts.add(threads);
    KubernetesReviewers reviewers = new KubernetesReviewers(client);
    Clock steady = new SteadyClock();
    return new VirtualNode.Shared(
        config,
        client,
        Certificates.clients(config.kubelet(), client, parts),
        new ApiConfigSource(client, steady),
        new ApiTokenSource(client, clock),
        new Authenticator(Optional.of(reviewers), steady),
        new Authorizer(reviewers, steady),
        threads,
        new AgentMetrics(clock),
        clock);
  }
}
