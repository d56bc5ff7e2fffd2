package dev.outrigger.simulator;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sts.StsClient;

/** The unmodified clients of the AWS SDK, without retries, so that tests see each answer. */
record Clients(URI endpoint) {

  EcsClient ecs() {
    return at(EcsClient.builder()).build();
  }

  CloudWatchLogsClient logs() {
    return at(CloudWatchLogsClient.builder()).build();
  }

  SecretsManagerClient secrets() {
    return at(SecretsManagerClient.builder()).build();
  }

  StsClient sts() {
    return at(StsClient.builder()).build();
  }

  <B extends AwsClientBuilder<B, C>, C> B at(B builder) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIATEST", "secret")))
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .retryStrategy(AwsRetryStrategy.doNotRetry())
                .apiCallTimeout(Duration.ofSeconds(60))
                .build());
  }
}
