package dev.outrigger.ecs;

import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/**
 * A Pod attempt as ECS takes it.
 *
 * @param shape the task definition to register unless it exists; its family holds the hash of the
 *     rest
 * @param overrides what is of this attempt alone
 */
record TaskPlan(RegisterTaskDefinitionRequest shape, TaskOverride overrides) {}
