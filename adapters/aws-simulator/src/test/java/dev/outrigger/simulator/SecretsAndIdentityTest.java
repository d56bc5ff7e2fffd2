package dev.outrigger.simulator;

import static dev.outrigger.simulator.EcsFixture.GROUP;
import static dev.outrigger.simulator.EcsFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.simulator.ecs.LifeCycleDelays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.Secret;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

class SecretsAndIdentityTest {
  private AwsSimulator simulator;
  private Clients clients;
  private SecretsManagerClient secrets;

  @BeforeEach
  void start() {
    simulator =
        AwsSimulator.start(
            SimulatorConfig.defaults()
                .withDelays(LifeCycleDelays.NONE)
                .withAccountId("123456789012"));
    clients = new Clients(simulator.endpoint());
    secrets = clients.secrets();
  }

  @AfterEach
  void stop() {
    secrets.close();
    simulator.close();
  }

  @Test
  void callerIdentityNamesTheConfiguredAccountAndTheCallIsJournaledWithRegionAndKey() {
    try (var sts = clients.sts()) {
      assertThat(sts.getCallerIdentity().account()).isEqualTo("123456789012");
    }
    assertThat(simulator.journal().calls("sts", "GetCallerIdentity"))
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.region()).isEqualTo("eu-west-1");
              assertThat(call.accessKeyId()).isEqualTo("AKIATEST");
              assertThat(call.outcome()).isEqualTo("OK");
            });
  }

  @Test
  void secretLivesFromCreationToDeletion() {
    String arn = secrets.createSecret(r -> r.name("s").secretString("one")).arn();
    secrets.putSecretValue(r -> r.secretId("s").secretString("two"));
    secrets.tagResource(r -> r.secretId(arn).tags(Tag.builder().key("k").value("v").build()));

    assertThat(secrets.getSecretValue(r -> r.secretId(arn)).secretString()).isEqualTo("two");
    assertThat(
            secrets.getSecretValue(r -> r.secretId("s").versionStage("AWSPREVIOUS")).secretString())
        .isEqualTo("one");
    assertThat(secrets.describeSecret(r -> r.secretId("s")).tags()).hasSize(1);
    assertThat(secrets.listSecrets(r -> {}).secretList()).hasSize(1);
    assertThatThrownBy(() -> secrets.createSecret(r -> r.name("s").secretString("other")))
        .isInstanceOf(ResourceExistsException.class);
    secrets.deleteSecret(r -> r.secretId("s").forceDeleteWithoutRecovery(true));
    assertThatThrownBy(() -> secrets.getSecretValue(r -> r.secretId("s")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void anEmptySecretIsRefused() {
    assertThatThrownBy(() -> secrets.createSecret(r -> r.name("empty").secretString("")))
        .isInstanceOf(SecretsManagerException.class)
        .hasMessageContaining("length greater than or equal to 1");
  }

  @Test
  void containerGetsSecretsByArnAndByJsonKey() {
    String plain = secrets.createSecret(r -> r.name("plain").secretString("p")).arn();
    String json = secrets.createSecret(r -> r.name("json").secretString("{\"user\":\"u\"}")).arn();
    try (var ecs = clients.ecs();
        var logs = clients.logs()) {
      EcsFixture fixture = new EcsFixture(ecs);
      String definition =
          fixture.register(
              "secret",
              shell("main", "echo $PLAIN-$USER_NAME")
                  .secrets(
                      Secret.builder().name("PLAIN").valueFrom(plain).build(),
                      Secret.builder().name("USER_NAME").valueFrom(json + ":user::").build())
                  .build());

      Task task = fixture.awaitStopped(fixture.run(definition));

      assertThat(
              logs.getLogEvents(
                      r -> r.logGroupName(GROUP).logStreamName(EcsFixture.stream("main", task)))
                  .events())
          .extracting(event -> event.message())
          .containsExactly("p-u");
    }
  }

  @Test
  void missingSecretKeepsTheTaskFromStarting() {
    try (var ecs = clients.ecs()) {
      EcsFixture fixture = new EcsFixture(ecs);
      String definition =
          fixture.register(
              "no-secret",
              shell("main", "true")
                  .secrets(Secret.builder().name("A").valueFrom("arn:aws:none").build())
                  .build());

      Task task = fixture.awaitStopped(fixture.run(definition));

      assertThat(task.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
      assertThat(task.stoppedReason()).startsWith("ResourceInitializationError");
    }
  }
}
