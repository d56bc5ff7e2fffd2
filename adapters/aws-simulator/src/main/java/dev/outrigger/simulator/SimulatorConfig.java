package dev.outrigger.simulator;

import dev.outrigger.simulator.ecs.LifeCycleDelays;
import dev.outrigger.simulator.image.ImageCatalogue;
import dev.outrigger.simulator.lambda.LambdaConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
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
 * @param restartPeriod in the place of what container definitions say, which is a minute at least
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
    @Nullable Duration restartPeriod) {

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
        null);
  }

  /** The state folder, when state is to survive. */
  public Optional<Path> stateFolder() {
    return Optional.ofNullable(folder);
  }

  public SimulatorConfig withPort(int newPort) {
    return new SimulatorConfig(
        newPort,
        folder,
        quotas,
        delays,
        images,
        accountId,
        lambda,
        insightsInterval,
        restartPeriod);
  }

  public SimulatorConfig withStateFolder(Path newFolder) {
    return new SimulatorConfig(
        port,
        newFolder,
        quotas,
        delays,
        images,
        accountId,
        lambda,
        insightsInterval,
        restartPeriod);
  }

  public SimulatorConfig withQuotas(QuotaSettings newQuotas) {
    return new SimulatorConfig(
        port,
        folder,
        newQuotas,
        delays,
        images,
        accountId,
        lambda,
        insightsInterval,
        restartPeriod);
  }

  public SimulatorConfig withDelays(LifeCycleDelays newDelays) {
    return new SimulatorConfig(
        port,
        folder,
        quotas,
        newDelays,
        images,
        accountId,
        lambda,
        insightsInterval,
        restartPeriod);
  }

  public SimulatorConfig withImages(ImageCatalogue newImages) {
    return new SimulatorConfig(
        port,
        folder,
        quotas,
        delays,
        newImages,
        accountId,
        lambda,
        insightsInterval,
        restartPeriod);
  }

  public SimulatorConfig withAccountId(String newAccountId) {
    return new SimulatorConfig(
        port,
        folder,
        quotas,
        delays,
        images,
        newAccountId,
        lambda,
        insightsInterval,
        restartPeriod);
  }

  public SimulatorConfig withLambda(LambdaConfig newLambda) {
    return new SimulatorConfig(
        port,
        folder,
        quotas,
        delays,
        images,
        accountId,
        newLambda,
        insightsInterval,
        restartPeriod);
  }

  public SimulatorConfig withInsightsInterval(Duration newInterval) {
    return new SimulatorConfig(
        port, folder, quotas, delays, images, accountId, lambda, newInterval, restartPeriod);
  }

  /** ECS starts a container again that ran for this long, whatever its definition says. */
  public SimulatorConfig withRestartPeriod(Duration newPeriod) {
    return new SimulatorConfig(
        port, folder, quotas, delays, images, accountId, lambda, insightsInterval, newPeriod);
  }
}
