package dev.outrigger.lambda;

import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.Facility;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.NodeStateSource;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatsSource;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs each Pod attempt as one Lambda invocation. See the package's page. */
final class LambdaProvider implements Provider {

  private static final Logger LOG = LoggerFactory.getLogger(LambdaProvider.class);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private static final Map<Facility, String> LACKS =
      Map.of(
          Facility.ATTACH,
          "a Lambda invocation takes its input whole and answers once; read its output with kubectl"
              + " logs -f, and invoke its function once more with kubectl exec -i",
          Facility.PORTS,
          "a Lambda invocation listens to nothing; invoke its function with kubectl exec -i, or run"
              + " the Pod on an ECS node");

  private final Capabilities capabilities;
  private final LambdaFunctionMapper mapper;
  private final LambdaClients clients;
  private final Board board = new Board();
  private final Recovery recovery;
  private final Invocations invocations;
  private final Attempts attempts;
  private final Takeovers takeovers;
  private final Starter starter;
  private final Deletions deletions;
  private final LambdaLogs logs;
  private final LambdaExec exec;
  private final LambdaStats stats;
  private final AccountLimits limits;

  LambdaProvider(ProviderContext context, LambdaConfig config, LambdaClients clients) {
    this.clients = clients;
    this.mapper = new LambdaFunctionMapper(config);
    Claims claims =
        new Claims(
            clients.logs(clients.node()),
            clients.calls(clients.node()),
            config.claimGroup(),
            context.nodeName(),
            context.clock());
    this.recovery = new Recovery(board, claims, clients, context.clock());
    this.invocations =
        new Invocations(board, claims, clients, recovery, context.clock(), config.takeover());
    this.attempts = new Attempts(board, claims, clients, recovery);
    this.takeovers =
        new Takeovers(board, claims, attempts, invocations, context.clock(), config.takeover());
    this.starter =
        new Starter(
            board,
            claims,
            attempts,
            invocations,
            new Functions(clients, context.clock()),
            takeovers,
            context.clock(),
            config.takeover());
    this.deletions = new Deletions(board, claims, attempts, context.clock());
    this.logs = new LambdaLogs(clients, attempts);
    this.exec = new LambdaExec(clients, attempts);
    this.stats = new LambdaStats(board, context.clock());
    this.limits = new AccountLimits(clients, context.clock());
    this.capabilities =
        new Capabilities(
                Map.of(
                    "cpu",
                    "6000",
                    "memory",
                    "10000Gi",
                    "ephemeral-storage",
                    "10000Gi",
                    "pods",
                    "1000"),
                Optional.of(LambdaConfig.MAXIMUM_TIMEOUT),
                LambdaConfig.MAXIMUM_TIMEOUT,
                Map.of(
                    "topology.kubernetes.io/region",
                    config.region(),
                    "kubernetes.io/os",
                    "linux",
                    "kubernetes.io/arch",
                    config.architecture().equals("arm64") ? "arm64" : "amd64"))
            .with(Trait.ONE_SHOT)
            .lacking(LACKS);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public void checkFields(Pod pod) throws ProviderException {
    mapper.checkFields(pod);
  }

  @Override
  public void check(PodWork work) throws ProviderException {
    InvocationPlan _ = mapper.plan(work);
  }

  @Override
  public Map<String, String> shape(PodWork work) throws ProviderException {
    return mapper.plan(work).describe();
  }

  @Override
  public Workload create(PodWork work) throws ProviderException {
    return starter.create(work.attempt(), mapper.plan(work));
  }

  /**
   * An invocation cannot be stopped. It is reported as stopping, and when the grace is over and it
   * has not ended by then, as killed (137), with a message that says until when it may still run.
   */
  @Override
  public void delete(PodKey key, Duration grace) throws ProviderException {
    Duration most = capabilities.maximumGrace();
    deletions.delete(key, grace.compareTo(most) > 0 ? most : grace);
  }

  @Override
  public List<Workload> list() throws ProviderException {
    List<Claim> claims = attempts.all();
    deletions.collect(claims);
    return claims.stream().flatMap(c -> c.workload().stream()).toList();
  }

  @Override
  public Subscription watch(StatusSink sink) {
    board.subscribe(sink);
    Thread loader = Thread.ofVirtual().name("lambda-watch").start(this::listPatiently);
    return () -> {
      board.unsubscribe(sink);
      loader.interrupt();
    };
  }

  /** Brings what other processes started onto the board, which tells the sinks. */
  private void listPatiently() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        List<Claim> _ = attempts.all();
        return;
      } catch (ProviderException e) {
        LOG.atInfo().addKeyValue("cause", e.getMessage()).log("listing for a watch failed");
      }
      try {
        Thread.sleep(RETRY);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public Optional<LogSource> logs() {
    return Optional.of(logs);
  }

  @Override
  public Optional<ExecTarget> exec() {
    return Optional.of(exec);
  }

  @Override
  public Optional<StatsSource> stats() {
    return Optional.of(stats);
  }

  @Override
  public Optional<NodeStateSource> nodeState() {
    return Optional.of(limits);
  }

  @Override
  public void close() {
    invocations.close();
    recovery.close();
    deletions.close();
    takeovers.close();
    clients.close();
  }
}
