package dev.outrigger.ecs;

import dev.outrigger.aws.AwsCalls;
import dev.outrigger.aws.AwsClients;
import dev.outrigger.aws.LogGroupReader;
import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.Facility;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.NodeState;
import dev.outrigger.provider.NodeStateSource;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.PortTarget;
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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.servicequotas.ServiceQuotasClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/** Runs Pods as ECS tasks, for one node. Owns its clients. */
final class EcsProvider implements Provider {

  /** What a node offers unless configured otherwise, or the account's quotas are known. */
  private static final Map<String, String> CAPACITY =
      Map.of("cpu", "1000", "memory", "4000Gi", "ephemeral-storage", "20000Gi", "pods", "1000");

  private static final Map<Facility, String> LACKS =
      Map.of(
          Facility.ATTACH,
          "ECS keeps no stream to a container's own process; read its output with kubectl logs -f,"
              + " and run commands beside it with kubectl exec");

  private final AwsClients clients;
  private final EcsConfig config;
  private final String node;
  private final EcsTaskMapper mapper;
  private final SecretStore secrets;
  private final ShapeRegistry shapes;
  private final TaskLauncher launcher;
  private final TaskIndex index;
  private final EcsTasks tasks;
  private final EcsLogs logs;
  private final EcsSessions sessions;
  private final EcsPorts ports;
  private final EcsStats stats;
  private final FargateQuota quota;
  private final Queue<TaskPoller> pollers = new ConcurrentLinkedQueue<>();

  private EcsProvider(ProviderContext context, EcsConfig config, AwsClients clients) {
    this.clients = clients;
    this.config = config;
    this.node = context.nodeName();
    AwsCalls calls = clients.calls();
    EcsClient ecs = clients.client(EcsClient.class, EcsClient::builder);
    this.mapper = new EcsTaskMapper(config);
    this.secrets =
        new SecretStore(
            clients.client(SecretsManagerClient.class, SecretsManagerClient::builder),
            calls,
            config.cluster());
    this.shapes = new ShapeRegistry(ecs, calls);
    this.launcher = new TaskLauncher(ecs, calls, config, node);
    this.index = new TaskIndex(context.clock());
    this.tasks =
        new EcsTasks(ecs, calls, config.cluster(), node, index, secrets::forgetThoseThatFailed);
    this.logs =
        new EcsLogs(
            new LogGroupReader(
                clients.client(CloudWatchLogsClient.class, CloudWatchLogsClient::builder),
                calls,
                config.pollInterval(),
                config.logSettle()),
            tasks,
            index,
            config,
            context.clock());
    this.sessions =
        new EcsSessions(
            ecs,
            clients.client(SsmClient.class, SsmClient::builder),
            calls,
            config,
            tasks,
            index,
            context.clock());
    this.ports = new EcsPorts(sessions);
    this.stats =
        new EcsStats(
            clients.client(CloudWatchLogsClient.class, CloudWatchLogsClient::builder),
            calls,
            config,
            index,
            context.clock());
    this.quota =
        new FargateQuota(
            () -> clients.client(ServiceQuotasClient.class, ServiceQuotasClient::builder),
            calls,
            config.launch(),
            context.clock());
  }

  static EcsProvider open(ProviderContext context, EcsConfig config, AwsClients clients) {
    return new EcsProvider(context, config, clients);
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(
            CAPACITY,
            Optional.empty(),
            Duration.ofSeconds(ContainerMapper.LONGEST_STOP),
            Map.of(
                "topology.kubernetes.io/region",
                config.aws().region(),
                "kubernetes.io/arch",
                config.architecture().label(),
                "kubernetes.io/os",
                "linux"))
        .with(Trait.SIDECARS)
        .lacking(LACKS);
  }

  @Override
  public void checkFields(Pod pod) throws ProviderException {
    EcsTaskMapper.checkFields(pod);
  }

  @Override
  public void check(PodWork work) throws ProviderException {
    mapper.check(work);
  }

  @Override
  public Map<String, String> shape(PodWork work) throws ProviderException {
    return mapper.describe(work);
  }

  @Override
  public Workload create(PodWork work) throws ProviderException {
    mapper.check(work);
    tasks.prime();
    Optional<TaskIndex.Entry> known = index.find(work.attempt());
    if (known.isPresent()) {
      return known.get().workload();
    }
    TaskPlan plan = mapper.plan(work, secrets.store(work));
    Workload started = start(work, plan, shapes.ensure(plan.shape()));
    pollers.forEach(TaskPoller::wakeUp);
    return EcsTaskMapper.limit(work.pod().getSpec()).map(started::withWarning).orElse(started);
  }

  private Workload start(PodWork work, TaskPlan plan, String definition) throws ProviderException {
    try {
      Task task = launcher.run(plan, work.attempt(), definition);
      return index
          .update(task)
          .orElseThrow(
              () -> new IllegalStateException("ECS lost the overrides of " + task.taskArn()));
    } catch (ProviderException.Unavailable e) {
      index.uncertain(work.key());
      throw e;
    } catch (ProviderException.Conflict e) {
      // The token was used with other parameters: by an agent that was configured otherwise.
      tasks.refresh();
      Optional<TaskIndex.Entry> found = index.find(work.attempt());
      if (found.isPresent()) {
        return found.get().workload();
      }
      throw e;
    } catch (ProviderException.Invalid e) {
      if (shapes.forgetIfInactive(plan.shape().family(), definition)) {
        throw new ProviderException.Unavailable("the task definition was deregistered", e);
      }
      throw e;
    }
  }

  /**
   * ECS knows one grace for a task, the shape's stopTimeout: the grace asked for here cannot change
   * it.
   */
  @Override
  public void delete(PodKey key, Duration grace) throws ProviderException {
    tasks.prime();
    if (index.of(key).isEmpty() || index.uncertain().contains(key)) {
      tasks.refresh();
    }
    for (TaskIndex.Entry entry : index.of(key)) {
      if (!entry.stopped()) {
        tasks.stop(entry.arn(), "Kubernetes ended the Pod " + key.namespacedName());
        index.stopAsked(entry.workload().attempt());
      }
    }
    pollers.forEach(TaskPoller::wakeUp);
  }

  @Override
  public List<Workload> list() throws ProviderException {
    tasks.refresh();
    return List.copyOf(index.snapshot().values());
  }

  @Override
  public Subscription watch(StatusSink sink) {
    TaskPoller poller = new TaskPoller(tasks, index, config, sink, node);
    pollers.add(poller);
    return () -> {
      poller.close();
      pollers.remove(poller);
    };
  }

  @Override
  public Optional<LogSource> logs() {
    return Optional.of(logs);
  }

  @Override
  public Optional<ExecTarget> exec() {
    return Optional.of(sessions);
  }

  @Override
  public Optional<PortTarget> ports() {
    return Optional.of(ports);
  }

  @Override
  public Optional<StatsSource> stats() {
    return Optional.of(stats);
  }

  /** ECS does not tell how large an image is. */
  @Override
  public Optional<NodeStateSource> nodeState() {
    return Optional.of(
        () -> {
          tasks.requireAnswers();
          return new NodeState(quota.allocatable(), index.images());
        });
  }

  @Override
  public void close() {
    ports.close();
    sessions.close();
    pollers.forEach(TaskPoller::close);
    clients.close();
  }
}
