package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.image.ImageCatalogue;

/** What the owner of the simulator decides about ECS. */
public record EcsSettings(LifeCycleDelays delays, ImageCatalogue images) {}
