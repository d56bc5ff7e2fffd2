package dev.outrigger.simulator;

import dev.outrigger.simulator.ecs.ContainerMode;
import dev.outrigger.simulator.ecs.LifeCycleDelays;
import dev.outrigger.simulator.image.ImageCatalogue;
import dev.outrigger.simulator.lambda.LambdaConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a simulator is set up; start from {@link #defaults()} and change what matters.
 *
 * @param port the port on 127.0.0.1; 0 takes a free one
 * @param folder where state survives restarts; null keeps none
 * @param quotas the API quotas
 * @param delays how long an ECS task stays in each state
 * @param images what stands behind image names
 * @param accountId the only account, 12 digits
 * @param lambda how Lambda behaves
 * @param insightsInterval how often the Container Insights of ECS report, where a cluster has them
 * @param fargateVcpus the account's quota of Fargate's vCPUs; null where AWS's default applies
 * @param restartPeriod in the place of what container definitions say, which is a minute at least
 * @param containers what the containers of ECS are
 */
public record SimulatorConfig(
    int port,
    @Nullable Path folder,
    QuotaSettings quotas,
    LifeCycleDelays delays,
    ImageCatalogue images,
    String accountId,
    LambdaConfig lambda,
    Duration insightsInterval,
    @Nullable Integer fargateVcpus,
    @Nullable Duration restartPeriod,
    ContainerMode containers) {

  /** As of an account that has been used for some time. */
  private static final int VCPUS = 4000;

  /** CloudWatch's own. */
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** A free port, no state, documented quotas, short delays, host commands as images. */
  public static SimulatorConfig defaults() {
    return new SimulatorConfig(
        0,
        null,
        QuotaSettings.DOCUMENTED,
        LifeCycleDelays.DEMO,
        ImageCatalogue.defaults(),
        "000000000000",
        LambdaConfig.defaults(),
        MINUTE,
        VCPUS,
        null,
        ContainerMode.PROCESSES);
  }

  /** The state folder, when state is to survive. */
  public Optional<Path> stateFolder() {
    return Optional.ofNullable(folder);
  }

  public SimulatorConfig withPort(int newPort) {
    return changed(c -> c.port = newPort);
  }

  public SimulatorConfig withStateFolder(Path newFolder) {
    return changed(c -> c.folder = newFolder);
  }

  public SimulatorConfig withQuotas(QuotaSettings newQuotas) {
    return changed(c -> c.quotas = newQuotas);
  }

  public SimulatorConfig withDelays(LifeCycleDelays newDelays) {
    return changed(c -> c.delays = newDelays);
  }

  public SimulatorConfig withImages(ImageCatalogue newImages) {
    return changed(c -> c.images = newImages);
  }

  public SimulatorConfig withAccountId(String newAccountId) {
    return changed(c -> c.accountId = newAccountId);
  }

  public SimulatorConfig withLambda(LambdaConfig newLambda) {
    return changed(c -> c.lambda = newLambda);
  }

  public SimulatorConfig withInsightsInterval(Duration newInterval) {
    return changed(c -> c.insightsInterval = newInterval);
  }

  /** Null: AWS's default. */
  public SimulatorConfig withFargateVcpus(@Nullable Integer newVcpus) {
    return changed(c -> c.fargateVcpus = newVcpus);
  }

  /** ECS starts a container again that ran for this long, whatever its definition says. */
  public SimulatorConfig withRestartPeriod(Duration newPeriod) {
    return changed(c -> c.restartPeriod = newPeriod);
  }

  public SimulatorConfig withContainers(ContainerMode newContainers) {
    return changed(c -> c.containers = newContainers);
  }

  private SimulatorConfig changed(Consumer<Changes> change) {
    Changes changes = new Changes(this);
    change.accept(changes);
    return changes.made();
  }

  /** A copy that one field is changed in. */
  private static final class Changes {
    private int port;
    private @Nullable Path folder;
    private QuotaSettings quotas;
    private LifeCycleDelays delays;
    private ImageCatalogue images;
    private String accountId;
    private LambdaConfig lambda;
    private Duration insightsInterval;
    private @Nullable Integer fargateVcpus;
    private @Nullable Duration restartPeriod;
    private ContainerMode containers;

    Changes(SimulatorConfig from) {
      port = from.port;
      folder = from.folder;
      quotas = from.quotas;
      delays = from.delays;
      images = from.images;
      accountId = from.accountId;
      lambda = from.lambda;
      insightsInterval = from.insightsInterval;
      fargateVcpus = from.fargateVcpus;
      restartPeriod = from.restartPeriod;
      containers = from.containers;
    }

    SimulatorConfig made() {
      return new SimulatorConfig(
          port,
          folder,
          quotas,
          delays,
          images,
          accountId,
          lambda,
          insightsInterval,
          fargateVcpus,
          restartPeriod,
          containers);
    }
  }
}
