package dev.outrigger.lambda;

import dev.outrigger.aws.AwsClients;
import dev.outrigger.aws.AwsSettings;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.VolumeFile;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.QuotaSettings;
import dev.outrigger.simulator.SimulatorConfig;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A simulated account, providers on it, and Pods whose code is a ConfigMap. */
final class SimulatedLambda implements AutoCloseable {

  static final Duration TAKEOVER = Duration.ofSeconds(4);

  private static final String CODE =
      """
      import os, time
      def handler(event, context):
          if isinstance(event, list):
              return event
          for line in event.get("lines", []):
              print(line.replace("REQUEST_ID", context.aws_request_id), flush=True)
          time.sleep(event.get("sleep", 0))
          while "until" in event and not os.path.exists(event["until"]):
              time.sleep(0.1)
          if "exit" in event:
              os._exit(event["exit"])
          if "kill" in event:
              os.kill(os.getpid(), event["kill"])
          if "error" in event:
              raise ValueError(event["error"])
          return event.get("answer", {"ok": True})
      """;

  final AwsSimulator simulator =
      AwsSimulator.start(SimulatorConfig.defaults().withQuotas(QuotaSettings.OFF));

  final LambdaConfig config =
      config(AwsSettings.of("us-west-2", Optional.of(simulator.endpoint())));

  static LambdaConfig config(AwsSettings aws) {
    return new LambdaConfig(
        aws,
        Optional.of("arn:aws:iam::000000000000:role/lambda"),
        List.of(new LambdaConfig.ImageRewrite("docker.io/", "1.dkr.ecr.us-west-2/hub/")),
        "python3.12",
        Duration.ofMinutes(1),
        128,
        "x86_64",
        Optional.empty(),
        true,
        "/outrigger/lambda/claims",
        TAKEOVER,
        false);
  }

  Provider provider(String node) {
    var keys = StaticCredentialsProvider.create(AwsBasicCredentials.create("node", "secret"));
    return new LambdaProvider(
        new ProviderContext(node, Clock.systemUTC()),
        config,
        new LambdaClients(config.aws(), s -> new AwsClients(s, keys)));
  }

  /** A Pod whose handler does what the payload says. */
  static PodWork pod(PodAttempt attempt, String payload) {
    ContainerWork container =
        new ContainerWork(
            PodWorks.CONTAINER,
            "unused",
            List.of("main.handler"),
            List.of(payload),
            Optional.empty(),
            List.of());
    PodWork work = PodWorks.pod(attempt, List.of(), List.of(container));
    var pod =
        new PodBuilder(work.pod())
            .editMetadata()
            .addToAnnotations(LambdaFunctionMapper.LOG_ANSWER, "false")
            .endMetadata()
            .editSpec()
            .addNewVolume()
            .withName("code")
            .withNewConfigMap()
            .withName("code")
            .endConfigMap()
            .endVolume()
            .editContainer(0)
            .addNewVolumeMount()
            .withName("code")
            .withMountPath("/var/task")
            .endVolumeMount()
            .endContainer()
            .endSpec()
            .build();
    VolumeFile file = new VolumeFile("main.py", CODE.getBytes(StandardCharsets.UTF_8), 0644, false);
    return new PodWork(
        attempt,
        pod,
        List.of(),
        List.of(container),
        List.of(new ResolvedVolume("code", List.of(file))));
  }

  static PodWork annotated(PodWork work, Map<String, String> annotations) {
    var pod =
        new PodBuilder(work.pod())
            .editMetadata()
            .addToAnnotations(annotations)
            .endMetadata()
            .build();
    return new PodWork(
        work.attempt(), pod, work.initContainers(), work.containers(), work.volumes());
  }

  /** How many invocations of that attempt really started. */
  int starts(PodAttempt attempt) {
    return (int)
        simulator.journal().starts().stream()
            .filter(s -> s.tags().getOrDefault("clientContext", "").contains(attempt.token()))
            .count();
  }

  /** How many calls a fault of that name struck. */
  long struck(String fault) {
    return simulator.journal().calls().stream().filter(c -> c.fault().equals(fault)).count();
  }

  /** How many claims, or takeovers of claims, were made. */
  long claimsMade() {
    return simulator.journal().calls().stream()
        .filter(c -> c.operation().equals("CreateLogStream") && c.outcome().equals("OK"))
        .count();
  }

  @Override
  public void close() {
    simulator.close();
  }
}
