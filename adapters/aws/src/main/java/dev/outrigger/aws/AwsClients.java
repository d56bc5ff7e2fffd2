package dev.outrigger.aws;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/**
 * Blocking SDK clients of one node, in the node's name or in a Pod's. They share one connection
 * pool per {@link CallTime}, large enough for hundreds of calls at once, and never retry: see the
 * package's page. Safe for concurrent use.
 */
public final class AwsClients implements AutoCloseable {

  private static final int CONNECTIONS = 512;

  /** Each synchronous invocation holds one as long as it runs: more than an account may have. */
  private static final int INVOCATIONS = 16_384;

  private static final int CACHED_CLIENTS = 256;

  private final AwsSettings settings;
  private final AwsCredentialsProvider credentials;
  private final Map<CallTime, SdkHttpClient> http;
  private volatile boolean closed;
  private final ScheduledExecutorService timers =
      Executors.newScheduledThreadPool(
          1, Thread.ofPlatform().name("aws-call-timer-", 0).daemon().factory());

  /** Least recently used first. Guarded by itself. */
  private final Map<ClientKey, Object> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ClientKey, Object> eldest) {
          // An evicted client owns neither its connections nor its timers: nothing to close.
          return size() > CACHED_CLIENTS;
        }
      };

  private record ClientKey(Class<?> type, CallTime time, Optional<CallerIdentity> caller) {}

  public AwsClients(AwsSettings settings) {
    this(settings, Optional.empty());
  }

  /** With given credentials instead of the default chain. */
  public AwsClients(AwsSettings settings, AwsCredentialsProvider credentials) {
    this(settings, Optional.of(credentials));
  }

  private AwsClients(AwsSettings settings, Optional<AwsCredentialsProvider> given) {
    this.settings = settings;
    this.http =
        Map.of(
            CallTime.SHORT, pool(CallTime.SHORT), CallTime.INVOCATION, pool(CallTime.INVOCATION));
    this.credentials = given.orElseGet(() -> nodeCredentials(settings));
  }

  /** A client in the node's own name. */
  public <C, B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>> C client(
      Class<C> type, Supplier<B> builder) {
    return client(type, builder, CallTime.SHORT, Optional.empty());
  }

  /**
   * A client in somebody's name, made on first use.
   *
   * @param caller empty: the node's own
   */
  public <C, B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>> C client(
      Class<C> type, Supplier<B> builder, CallTime time, Optional<CallerIdentity> caller) {
    ClientKey key = new ClientKey(type, time, caller);
    synchronized (cache) {
      return type.cast(cache.computeIfAbsent(key, k -> build(builder.get(), time, caller)));
    }
  }

  /** Calls with the budget and the error mapping of the node's own account. */
  public AwsCalls calls() {
    return calls(Optional.empty());
  }

  /** Calls with the budget of that caller's account. */
  public AwsCalls calls(Optional<CallerIdentity> caller) {
    String endpoint = settings.endpoint().map(Object::toString).orElse("");
    return new AwsCalls(
        ApiBudget.of(
            new ApiBudget.Scope(
                endpoint,
                caller.map(CallerIdentity::region).orElse(settings.region()),
                caller.map(CallerIdentity::accessKeyId).orElseGet(this::nodeIdentity))),
        () -> closed);
  }

  @Override
  public void close() {
    closed = true;
    http.values().forEach(SdkHttpClient::close);
    timers.shutdownNow();
  }

  private <C, B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>> C build(
      B builder, CallTime time, Optional<CallerIdentity> caller) {
    settings.endpoint().ifPresent(builder::endpointOverride);
    return builder
        .region(Region.of(caller.map(CallerIdentity::region).orElse(settings.region())))
        .credentialsProvider(caller.map(AwsClients::credentialsOf).orElse(credentials))
        .httpClient(http.get(time))
        .overrideConfiguration(
            o ->
                o.apiCallTimeout(time.limit())
                    .scheduledExecutorService(timers)
                    .addExecutionInterceptor(new Leaving())
                    .retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  private String nodeIdentity() {
    return settings.assumeRoleArn().or(settings::profile).orElse("default");
  }

  private static AwsCredentialsProvider credentialsOf(CallerIdentity caller) {
    return StaticCredentialsProvider.create(
        caller.sessionToken().isPresent()
            ? AwsSessionCredentials.create(
                caller.accessKeyId(), caller.secretAccessKey(), caller.sessionToken().get())
            : AwsBasicCredentials.create(caller.accessKeyId(), caller.secretAccessKey()));
  }

  private AwsCredentialsProvider nodeCredentials(AwsSettings settings) {
    var chain = DefaultCredentialsProvider.builder();
    settings.profile().ifPresent(chain::profileName);
    AwsCredentialsProvider base = chain.build();
    if (settings.assumeRoleArn().isEmpty()) {
      return base;
    }
    var sts = StsClient.builder().region(Region.of(settings.region())).credentialsProvider(base);
    settings.endpoint().ifPresent(sts::endpointOverride);
    return StsAssumeRoleCredentialsProvider.builder()
        .stsClient(sts.httpClient(http.get(CallTime.SHORT)).build())
        .refreshRequest(
            r ->
                r.roleArn(settings.assumeRoleArn().get())
                    .roleSessionName("outrigger")
                    .externalId(settings.externalId().orElse(null)))
        .build();
  }

  private static SdkHttpClient pool(CallTime time) {
    return ApacheHttpClient.builder()
        .maxConnections(time == CallTime.INVOCATION ? INVOCATIONS : CONNECTIONS)
        .connectionTimeout(Duration.ofSeconds(5))
        .connectionAcquisitionTimeout(Duration.ofSeconds(15))
        .connectionMaxIdleTime(Duration.ofSeconds(30))
        .socketTimeout(time.limit())
        .tcpKeepAlive(true)
        .build();
  }
}
