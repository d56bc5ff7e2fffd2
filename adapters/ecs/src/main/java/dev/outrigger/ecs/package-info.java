/**
 * Pods as Amazon ECS tasks on Fargate.
 *
 * <pre>
 *   check:  Pod -> EcsFields (every set field judged) -> EcsTaskMapper
 *   create: PodWork -> SecretStore -> EcsTaskMapper -> TaskPlan
 *           -> ShapeRegistry (one task definition per shape) -> TaskLauncher (RunTask, clientToken)
 *   watch:  TaskPoller -> EcsTasks (ListTasks, DescribeTasks) -> EcsStatusMapper -> TaskIndex -> sink
 *   logs:   TaskIndex -> awslogs stream name -> LogGroupReader
 * </pre>
 */
@NullMarked
package dev.outrigger.ecs;

import org.jspecify.annotations.NullMarked;
