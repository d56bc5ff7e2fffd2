/** ECS: task definitions, tasks with their life cycle, and their containers as real processes. */
@NullMarked
package dev.outrigger.simulator.ecs;

import org.jspecify.annotations.NullMarked;
