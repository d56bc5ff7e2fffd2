package dev.outrigger.ecs;

import dev.outrigger.aws.AwsClients;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.Workload;
import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.QuotaSettings;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.ecs.LifeCycleDelays;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterSetting;
import software.amazon.awssdk.services.ecs.model.ClusterSettingName;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** A simulator and providers on it. */
final class SimulatedEcs implements AutoCloseable {

  static final String NODE = "node.one";

  private static final Duration BRIEFLY = Duration.ofMillis(40);

  /** Long enough for each state to be one that a poll can see. */
  private static final LifeCycleDelays BRIEF =
      new LifeCycleDelays(BRIEFLY, BRIEFLY, BRIEFLY, BRIEFLY, BRIEFLY);

  private final AwsSimulator simulator;

  SimulatedEcs() {
    this(UnaryOperator.identity());
  }

  SimulatedEcs(UnaryOperator<SimulatorConfig> change) {
    simulator =
        AwsSimulator.start(
            change.apply(
                SimulatorConfig.defaults()
                    .withQuotas(QuotaSettings.OFF)
                    .withDelays(BRIEF)
                    .withInsightsInterval(Duration.ofSeconds(1))
                    .withRestartPeriod(Duration.ofSeconds(1))));
    with(
        client ->
            client.createCluster(
                c ->
                    c.clusterName("demo")
                        .settings(
                            ClusterSetting.builder()
                                .name(ClusterSettingName.CONTAINER_INSIGHTS)
                                .value("enabled")
                                .build())));
  }

  /** Calls the simulator directly, as somebody else. */
  void with(Consumer<EcsClient> calls) {
    try (AwsClients clients = clients(config())) {
      calls.accept(clients.client(EcsClient.class, EcsClient::builder));
    }
  }

  /** Removes every secret, as somebody else. */
  void removeSecrets() {
    try (AwsClients clients = clients(config())) {
      var secrets = clients.client(SecretsManagerClient.class, SecretsManagerClient::builder);
      secrets
          .listSecrets()
          .secretList()
          .forEach(
              s -> secrets.deleteSecret(r -> r.secretId(s.arn()).forceDeleteWithoutRecovery(true)));
    }
  }

  EcsProvider provider(String node) {
    return provider(node, config());
  }

  /** One whose logs may still get lines for so long after a container's end. */
  EcsProvider slowLogs(String settle) {
    return provider(NODE, config(settle));
  }

  EcsProvider inCluster(String cluster) {
    EcsConfig config =
        Configs.config(Map.of("endpoint", simulator.endpoint().toString(), "cluster", cluster));
    return provider(NODE, config);
  }

  private EcsProvider provider(String node, EcsConfig config) {
    return EcsProvider.open(new ProviderContext(node, Clock.systemUTC()), config, clients(config));
  }

  private EcsConfig config() {
    return config("500ms");
  }

  private EcsConfig config(String logSettle) {
    return Configs.config(
        Map.of(
            "endpoint", simulator.endpoint().toString(),
            "taskRoleArn", "arn:aws:iam::000000000000:role/task",
            "pollInterval", "100ms",
            "steadyPollInterval", "300ms",
            "logSettle", logSettle));
  }

  private static AwsClients clients(EcsConfig config) {
    return new AwsClients(
        config.aws(),
        StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIATEST", "secret")));
  }

  int startsOf(PodAttempt attempt) {
    return (int)
        simulator.journal().starts().stream()
            .filter(s -> s.clientToken().equals(attempt.token()))
            .count();
  }

  /** A line of a container's log that arrives now. */
  void log(Workload task, String container, String line) {
    String stream = "outrigger/" + container + "/" + EcsStatusMapper.taskId(task.handle());
    simulator.logs().put("/outrigger/ecs", stream, Instant.now(), line);
  }

  AwsSimulator simulator() {
    return simulator;
  }

  @Override
  public void close() {
    simulator.close();
  }
}
