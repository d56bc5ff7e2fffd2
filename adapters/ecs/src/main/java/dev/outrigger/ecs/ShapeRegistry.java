package dev.outrigger.ecs;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.aws.AwsCalls;
import dev.outrigger.provider.ProviderException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

/**
 * One task definition per shape: looked for by its family first, since an earlier process may have
 * registered it, and registered once however many Pods ask at the same time. Blocks.
 */
final class ShapeRegistry {

  private final EcsClient client;
  private final AwsCalls calls;

  /** By family: the ARN, or that somebody is on it. */
  private final Map<String, CompletableFuture<String>> arns = new ConcurrentHashMap<>();

  ShapeRegistry(EcsClient client, AwsCalls calls) {
    this.client = client;
    this.calls = calls;
  }

  /** The ARN of an active task definition of this shape. */
  String ensure(RegisterTaskDefinitionRequest shape) throws ProviderException {
    CompletableFuture<String> mine = new CompletableFuture<>();
    CompletableFuture<String> first = arns.putIfAbsent(shape.family(), mine);
    if (first != null) {
      return await(first);
    }
    try {
      Optional<String> found = find(shape.family());
      String arn = found.isPresent() ? found.get() : register(shape);
      mine.complete(arn);
      return arn;
    } catch (ProviderException | RuntimeException e) {
      arns.remove(shape.family(), mine);
      mine.completeExceptionally(e);
      throw e;
    }
  }

  /**
   * Whether a definition that RunTask refused was deregistered behind our back; it is then looked
   * for, or registered, anew the next time.
   */
  boolean forgetIfInactive(String family, String arn) throws ProviderException {
    if (describe(arn).filter(d -> d.status() == TaskDefinitionStatus.ACTIVE).isPresent()) {
      return false;
    }
    arns.remove(family);
    return true;
  }

  private static String await(CompletableFuture<String> first) throws ProviderException {
    try {
      return first.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ProviderException cause) {
        throw cause;
      }
      throw new ProviderException.Unavailable("ecs:RegisterTaskDefinition failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProviderException.Unavailable("ecs:RegisterTaskDefinition was interrupted", e);
    }
  }

  private Optional<String> find(String family) throws ProviderException {
    return describe(family)
        .filter(d -> d.status() == TaskDefinitionStatus.ACTIVE)
        .map(TaskDefinition::taskDefinitionArn);
  }

  /** ECS answers a family that it does not know with a plain ClientException. */
  private Optional<TaskDefinition> describe(String name) throws ProviderException {
    try {
      return Optional.of(
          calls
              .call(
                  "ecs:DescribeTaskDefinition",
                  ApiBucket.ECS_TASK_DEFINITION_READ,
                  () -> client.describeTaskDefinition(r -> r.taskDefinition(name)))
              .taskDefinition());
    } catch (ProviderException.Invalid | ProviderException.NotFound absent) {
      return Optional.empty();
    }
  }

  /** Another process may register the same family at this moment, which ECS refuses for one. */
  private String register(RegisterTaskDefinitionRequest shape) throws ProviderException {
    try {
      return calls
          .call(
              "ecs:RegisterTaskDefinition",
              ApiBucket.ECS_TASK_DEFINITION_WRITE,
              () -> client.registerTaskDefinition(shape))
          .taskDefinition()
          .taskDefinitionArn();
    } catch (ProviderException.Invalid e) {
      Optional<String> found = find(shape.family());
      if (found.isPresent()) {
        return found.get();
      }
      throw e;
    }
  }
}
