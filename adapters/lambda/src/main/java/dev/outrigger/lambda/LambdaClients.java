package dev.outrigger.lambda;

import dev.outrigger.aws.AwsCalls;
import dev.outrigger.aws.AwsClients;
import dev.outrigger.aws.AwsSettings;
import dev.outrigger.aws.CallTime;
import dev.outrigger.lambda.InvocationPlan.Caller;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** Clients by caller and region. Safe for concurrent use. */
final class LambdaClients implements AutoCloseable {

  private final AwsSettings settings;
  private final Function<AwsSettings, AwsClients> make;
  private final Map<String, AwsClients> regions = new ConcurrentHashMap<>();

  LambdaClients(AwsSettings settings, Function<AwsSettings, AwsClients> make) {
    this.settings = settings;
    this.make = make;
  }

  /** The node itself, in its own region. */
  Caller node() {
    return new Caller(Optional.empty(), settings.region());
  }

  LambdaClient control(Caller caller) {
    return in(caller.region())
        .client(LambdaClient.class, LambdaClient::builder, CallTime.SHORT, caller.identity());
  }

  LambdaClient invoking(Caller caller) {
    return in(caller.region())
        .client(LambdaClient.class, LambdaClient::builder, CallTime.INVOCATION, caller.identity());
  }

  CloudWatchLogsClient logs(Caller caller) {
    return in(caller.region())
        .client(
            CloudWatchLogsClient.class,
            CloudWatchLogsClient::builder,
            CallTime.SHORT,
            caller.identity());
  }

  AwsCalls calls(Caller caller) {
    return in(caller.region()).calls(caller.identity());
  }

  private AwsClients in(String region) {
    return regions.computeIfAbsent(
        region,
        r ->
            make.apply(
                new AwsSettings(
                    r,
                    settings.endpoint(),
                    settings.profile(),
                    settings.assumeRoleArn(),
                    settings.externalId())));
  }

  @Override
  public void close() {
    regions.values().forEach(AwsClients::close);
  }
}
