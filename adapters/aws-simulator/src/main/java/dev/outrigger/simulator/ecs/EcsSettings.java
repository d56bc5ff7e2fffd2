package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.image.ImageCatalogue;
import java.time.Duration;

/**
 * What the owner of the simulator decides about ECS.
 *
 * @param insightsInterval how often Container Insights reports of each container
 */
public record EcsSettings(
    LifeCycleDelays delays, ImageCatalogue images, Duration insightsInterval) {}
