package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.Runtime;

/** A simulator with an unmodified SDK client. */
final class LambdaFixture implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final String ROLE = "arn:aws:iam::000000000000:role/lambda";
  static final String KEY = "AKIATESTTESTTESTTEST";
  static final LambdaConfig QUICK =
      LambdaConfig.defaults()
          .withActivation(Duration.ZERO)
          .withAsyncRetries(List.of(Duration.ofMillis(50), Duration.ofMillis(50)));

  final AwsSimulator simulator;
  final LambdaClient lambda;

  LambdaFixture(SimulatorConfig config) {
    simulator = AwsSimulator.start(config);
    lambda = client();
  }

  LambdaFixture(LambdaConfig config) {
    this(SimulatorConfig.defaults().withLambda(config));
  }

  static LambdaFixture quick() {
    return new LambdaFixture(QUICK);
  }

  private LambdaClient client() {
    return LambdaClient.builder()
        .endpointOverride(simulator.endpoint())
        .region(Region.US_WEST_2)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, "secret")))
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).until(condition);
  }

  CreateFunctionRequest.Builder python(String name, String code) {
    return zip(name, Runtime.PYTHON3_12, "app.handler", Zips.zip("app.py", code));
  }

  CreateFunctionRequest.Builder zip(String name, Runtime runtime, String handler, SdkBytes zip) {
    return CreateFunctionRequest.builder()
        .functionName(name)
        .role(ROLE)
        .runtime(runtime)
        .handler(handler)
        .code(c -> c.zipFile(zip));
  }

  CreateFunctionRequest.Builder image(String name, String image, String command) {
    return CreateFunctionRequest.builder()
        .functionName(name)
        .role(ROLE)
        .packageType(PackageType.IMAGE)
        .code(c -> c.imageUri(image))
        .imageConfig(c -> c.command(command));
  }

  void create(CreateFunctionRequest.Builder request) {
    lambda.createFunction(request.build());
  }

  InvokeResponse invoke(String name, String payload) {
    return lambda.invoke(
        r -> r.functionName(name).logType(LogType.TAIL).payload(SdkBytes.fromUtf8String(payload)));
  }

  static String tail(InvokeResponse response) {
    return new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    lambda.close();
    simulator.close();
  }
}
