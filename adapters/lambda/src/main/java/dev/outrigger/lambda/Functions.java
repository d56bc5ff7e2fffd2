package dev.outrigger.lambda;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.aws.AwsCalls;
import dev.outrigger.lambda.FunctionSpec.Code;
import dev.outrigger.lambda.InvocationPlan.Caller;
import dev.outrigger.lambda.InvocationPlan.Target;
import dev.outrigger.provider.ProviderException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.LogFormat;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.State;

/**
 * Functions, made once for each shape and found again by name. Two who make the same one at once
 * agree: the second is told that it exists. Blocks; safe for concurrent use.
 */
final class Functions {

  private static final Duration ACTIVATION = Duration.ofSeconds(45);
  private static final Duration POLL = Duration.ofMillis(250);

  /** "Value x at 'runtime' failed to satisfy …", "The runtime parameter of x is no longer …". */
  private static final Pattern RUNTIME = Pattern.compile("at 'runtime'|runtime parameter");

  private final LambdaClients clients;
  private final Clock clock;
  private final Map<Key, Ready> ready = new ConcurrentHashMap<>();

  /** One maker at a time for each function of this process: spares the scarce control plane. */
  private final Map<Key, ReentrantLock> making = new ConcurrentHashMap<>();

  private record Key(String function, Optional<String> qualifier, Caller caller) {}

  /** A function that can be invoked. */
  record Ready(String function, Optional<String> qualifier, String logGroup, int timeoutSeconds) {}

  Functions(LambdaClients clients, Clock clock) {
    this.clients = clients;
    this.clock = clock;
  }

  /**
   * The function of a plan, made if it is missing, and active.
   *
   * @throws ProviderException.Unavailable while it is not active within the deadline
   */
  Ready ready(InvocationPlan plan) throws ProviderException {
    Key key =
        switch (plan.target()) {
          case Target.Managed m -> new Key(m.spec().name(), Optional.empty(), plan.caller());
          case Target.Existing e -> new Key(e.function(), e.qualifier(), plan.caller());
        };
    Ready known = ready.get(key);
    if (known != null) {
      return known;
    }
    ReentrantLock lock = making.computeIfAbsent(key, k -> new ReentrantLock());
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProviderException.Unavailable("interrupted while a function was made", e);
    }
    try {
      Ready made = ready.get(key);
      return made != null ? made : make(key, plan);
    } finally {
      lock.unlock();
    }
  }

  /** Makes the next Pod look again: the function is not as it was. */
  void forget(String function) {
    ready.keySet().removeIf(k -> k.function().equals(function));
  }

  private Ready make(Key key, InvocationPlan plan) throws ProviderException {
    Optional<FunctionConfiguration> found = find(key);
    if (found.isEmpty()) {
      switch (plan.target()) {
        case Target.Managed m -> create(m.spec(), key);
        case Target.Existing e ->
            throw new ProviderException.Invalid(
                "metadata.annotations[" + LambdaFunctionMapper.FUNCTION + "]",
                "there is no function " + e.function() + " in " + key.caller().region());
      }
    }
    Ready result = awaitActive(key, found);
    ready.put(key, result);
    return result;
  }

  private Optional<FunctionConfiguration> find(Key key) throws ProviderException {
    LambdaClient lambda = clients.control(key.caller());
    try {
      return Optional.of(
          calls(key)
              .call(
                  "lambda:GetFunction",
                  ApiBucket.LAMBDA_GET_FUNCTION,
                  () ->
                      lambda.getFunction(
                          r ->
                              r.functionName(key.function())
                                  .qualifier(key.qualifier().orElse(null))))
              .configuration());
    } catch (ProviderException.NotFound e) {
      return Optional.empty();
    }
  }

  private void create(FunctionSpec spec, Key key) throws ProviderException {
    LambdaClient lambda = clients.control(key.caller());
    CreateFunctionRequest request = request(spec);
    try {
      calls(key)
          .call(
              "lambda:CreateFunction",
              ApiBucket.LAMBDA_CONTROL,
              () -> lambda.createFunction(request));
    } catch (ProviderException.Conflict made) {
      // Somebody made the same one at the same time: equal names are equal content.
    } catch (ProviderException.Invalid e) {
      throw new ProviderException.Invalid(blamed(spec.code(), e.reason()), e.reason());
    }
  }

  /** Lambda answers every wrong setting with one error code; its words name the setting. */
  private static String blamed(Code code, String reason) {
    return switch (code) {
      case Code.Image i -> "spec.containers[0].image";
      case Code.Zip zip when RUNTIME.matcher(reason).find() -> zip.runtimeFrom();
      case Code.Zip zip -> "spec.containers[0]";
    };
  }

  private Ready awaitActive(Key key, Optional<FunctionConfiguration> first)
      throws ProviderException {
    Instant deadline = clock.instant().plus(ACTIVATION);
    Optional<FunctionConfiguration> seen = first;
    while (true) {
      if (seen.isPresent()) {
        State state = seen.get().state();
        if (state == null || state == State.ACTIVE || state == State.INACTIVE) {
          return toReady(key, seen.get());
        }
        if (state == State.FAILED) {
          throw new ProviderException.Invalid(
              "spec.containers[0].image",
              "Lambda could not make the function: " + seen.get().stateReason());
        }
      }
      if (clock.instant().isAfter(deadline)) {
        throw new ProviderException.Unavailable(
            "function " + key.function() + " is not active yet", null);
      }
      pause();
      seen = find(key);
    }
  }

  private static Ready toReady(Key key, FunctionConfiguration found) {
    String group = found.loggingConfig() == null ? null : found.loggingConfig().logGroup();
    return new Ready(
        key.function(),
        key.qualifier(),
        group == null ? "/aws/lambda/" + found.functionName() : group,
        found.timeout() == null ? 900 : found.timeout());
  }

  private static CreateFunctionRequest request(FunctionSpec spec) {
    CreateFunctionRequest.Builder request =
        CreateFunctionRequest.builder()
            .functionName(spec.name())
            .description("made by Outrigger for the Pods of one shape")
            .role(spec.role())
            .memorySize(spec.memory())
            .timeout(spec.timeoutSeconds())
            .architecturesWithStrings(spec.architecture())
            .ephemeralStorage(s -> s.size(spec.storage()))
            .environment(e -> e.variables(spec.environment()))
            .tags(Map.of("outrigger.dev/managed-by", "outrigger"))
            .loggingConfig(
                l ->
                    l.logFormat(spec.jsonLogs() ? LogFormat.JSON : LogFormat.TEXT)
                        .logGroup(spec.logGroup().orElse(null)));
    switch (spec.code()) {
      case Code.Image image ->
          request
              .packageType(PackageType.IMAGE)
              .code(c -> c.imageUri(image.uri()))
              .imageConfig(
                  c ->
                      c.command(image.command().isEmpty() ? null : image.command())
                          .workingDirectory(image.workingDir().orElse(null)));
      case Code.Zip zip ->
          request
              .packageType(PackageType.ZIP)
              .runtime(zip.runtime())
              .handler(zip.handler())
              .code(c -> c.zipFile(SdkBytes.fromByteArray(zip.bytes())));
    }
    return request.build();
  }

  private AwsCalls calls(Key key) {
    return clients.calls(key.caller());
  }

  private static void pause() throws ProviderException {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProviderException.Unavailable("interrupted while a function was made", e);
    }
  }
}
