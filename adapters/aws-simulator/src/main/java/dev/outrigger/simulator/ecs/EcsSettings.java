package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.docker.ContainerEngine;
import dev.outrigger.simulator.image.ImageCatalogue;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of the simulator decides about ECS.
 *
 * @param insightsInterval how often Container Insights reports of each container
 * @param restartPeriod in the place of that of restart policies; null leaves them as they are
 * @param engine where tasks are containers; without it they are processes
 * @param onlyEngine whether they are that also when the engine cannot get their images
 */
public record EcsSettings(
    LifeCycleDelays delays,
    ImageCatalogue images,
    Duration insightsInterval,
    @Nullable Duration restartPeriod,
    Optional<ContainerEngine> engine,
    boolean onlyEngine) {}
