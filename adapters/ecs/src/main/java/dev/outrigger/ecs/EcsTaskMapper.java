package dev.outrigger.ecs;

import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.ImageName;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Refusals;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.Sidecars;
import dev.outrigger.provider.fields.AutomaticToken;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/**
 * A Pod as a task definition and its overrides. Pure.
 *
 * <p>Registering task definitions is the scarcest of ECS's calls, so that Pods share one wherever
 * they can: arguments and plain environment stand in the overrides when these stay under ECS's
 * limit of 8,192 characters, and in the task definition, all of them, when not. Everything else,
 * and references to secrets, which cannot be overridden, is the shape.
 */
final class EcsTaskMapper {

  private static final int OVERRIDES_LIMIT = 8_192;
  private static final int LEAST_GRACE = 2;
  private static final int MOST_GRACE = 120;

  private final EcsConfig config;
  private final ContainerMapper containers;

  EcsTaskMapper(EcsConfig config) {
    this.config = config;
    this.containers = new ContainerMapper(config);
  }

  /** Refuses what cannot be mapped whatever its references lead to; calls nothing. */
  static void checkFields(Pod pod) throws ProviderException {
    Refusals refusals = new Refusals();
    mappable(pod, refusals);
    PodChecks.check(pod.getSpec(), refusals);
    refusals.raise();
    ImageName.check(pod);
  }

  /** Refuses what cannot be mapped; calls nothing. */
  void check(PodWork work) throws ProviderException {
    Refusals refusals = new Refusals();
    boolean mappable = mappable(work.pod(), refusals);
    PodChecks.check(work.pod().getSpec(), refusals);
    PlanSize.checkSecrets(work, refusals);
    if (mappable) {
      refusals.of(() -> PlanSize.check(work, plan(work, PlanSize.placeholders(work)).shape()));
    }
    refusals.raise();
    ImageName.check(work.pod());
  }

  /** Whether a task can be made of it, so that its size can be told. */
  private static boolean mappable(Pod pod, Refusals refusals) throws ProviderException {
    PodSpec spec = pod.getSpec();
    refusals.of(() -> EcsFields.TABLE.check(pod));
    refusals.from(() -> PodResources.size(spec));
    refusals.from(() -> PodResources.ephemeralStorage(spec));
    return refusals.isEmpty();
  }

  /**
   * What the task would be, and how it is charged (Fargate pricing: per second, a minute at least).
   */
  Map<String, String> describe(PodWork work) throws ProviderException {
    check(work);
    PodSpec spec = work.pod().getSpec();
    Map<String, String> shape = new LinkedHashMap<>();
    shape.put("task size", PodResources.size(spec).toString());
    OptionalInt storage = PodResources.ephemeralStorage(spec);
    shape.put("ephemeral storage", storage.orElse(PodResources.INCLUDED_STORAGE_GIB) + " GiB");
    shape.put(
        "price class",
        "%s, Linux/%s, per second, at least a minute"
            .formatted(
                config.launch() == EcsConfig.Launch.FARGATE_SPOT
                    ? "Fargate Spot (may be interrupted)"
                    : "Fargate on demand",
                config.architecture().label()));
    limit(spec).ifPresent(text -> shape.put("limit", text));
    return shape;
  }

  /** What the Pod asked for and gets otherwise. */
  static Optional<String> limit(PodSpec spec) {
    Long grace = spec.getTerminationGracePeriodSeconds();
    return grace != null && (grace > MOST_GRACE || grace < LEAST_GRACE)
        ? Optional.of(
            "terminationGracePeriodSeconds %d becomes %d s"
                .formatted(grace, Math.clamp(grace, LEAST_GRACE, MOST_GRACE)))
        : Optional.empty();
  }

  /**
   * @param secrets where each sensitive value of the Pod stands
   */
  TaskPlan plan(PodWork work, Map<SensitiveText, String> secrets) throws ProviderException {
    TaskOverride full = overrides(work, true);
    boolean fits = SdkJson.canonical(full).length() <= OVERRIDES_LIMIT;
    RegisterTaskDefinitionRequest shape = shape(work, secrets, !fits);
    return new TaskPlan(shape, fits ? full : overrides(work, false));
  }

  private RegisterTaskDefinitionRequest shape(
      PodWork work, Map<SensitiveText, String> secrets, boolean withValues)
      throws ProviderException {
    PodSpec spec = AutomaticToken.without(work.pod().getSpec());
    FargateSize size = PodResources.size(spec);
    OptionalInt storage = PodResources.ephemeralStorage(spec);
    RegisterTaskDefinitionRequest.Builder request =
        RegisterTaskDefinitionRequest.builder()
            .executionRoleArn(config.executionRoleArn())
            .networkMode(NetworkMode.AWSVPC)
            .requiresCompatibilities(Compatibility.FARGATE)
            .cpu(String.valueOf(size.cpuUnits()))
            .memory(String.valueOf(size.memoryMiB()))
            .runtimePlatform(
                p -> p.operatingSystemFamily("LINUX").cpuArchitecture(config.architecture().name()))
            .containerDefinitions(definitions(work, spec, secrets, withValues));
    List<software.amazon.awssdk.services.ecs.model.Volume> volumes =
        spec.getVolumes().stream().map(Volume::getName).map(EcsTaskMapper::volume).toList();
    if (!volumes.isEmpty()) {
      request.volumes(volumes);
    }
    config.taskRoleArn().ifPresent(request::taskRoleArn);
    storage.ifPresent(gib -> request.ephemeralStorage(s -> s.sizeInGiB(gib)));
    String hash = Digests.sha256(SdkJson.canonical(request.build())).substring(0, 32);
    return request.family("outrigger-" + hash).build();
  }

  private static software.amazon.awssdk.services.ecs.model.Volume volume(String name) {
    return software.amazon.awssdk.services.ecs.model.Volume.builder().name(name).build();
  }

  private List<ContainerDefinition> definitions(
      PodWork work, PodSpec spec, Map<SensitiveText, String> secrets, boolean withValues) {
    List<ContainerDefinition> all = new ArrayList<>();
    List<Container> before = spec.getInitContainers();
    for (int i = 0; i < work.initContainers().size(); i++) {
      ContainerDefinition.Builder init =
          containers
              .definition(work.initContainers().get(i), before.get(i), spec, secrets, withValues)
              .essential(false)
              .dependsOn(ContainerMapper.after(before, i));
      if (Sidecars.is(before.get(i))) {
        init.restartPolicy(ContainerMapper.restarts());
      }
      all.add(init.build());
    }
    int inits = work.initContainers().size();
    for (int i = 0; i < work.containers().size(); i++) {
      all.add(
          containers
              .definition(
                  work.containers().get(i), spec.getContainers().get(i), spec, secrets, withValues)
              .essential(true)
              .dependsOn(ContainerMapper.after(before, inits))
              .build());
    }
    return all;
  }

  private static TaskOverride overrides(PodWork work, boolean withValues) {
    List<ContainerOverride> overrides = new ArrayList<>();
    List<ContainerWork> all = new ArrayList<>(work.initContainers());
    all.addAll(work.containers());
    for (ContainerWork container : all) {
      List<KeyValuePair> environment = new ArrayList<>();
      if (overrides.isEmpty()) {
        environment.addAll(OwnerMark.environment(work.attempt()));
      }
      ContainerOverride.Builder override = ContainerOverride.builder().name(container.name());
      if (withValues) {
        environment.addAll(plain(container));
        List<String> arguments = ContainerMapper.arguments(container);
        if (!arguments.isEmpty()) {
          override.command(arguments);
        }
      }
      if (!environment.isEmpty()) {
        override.environment(environment);
      }
      overrides.add(override.build());
    }
    return TaskOverride.builder().containerOverrides(overrides).build();
  }

  /** The variables that hide nothing. Of two with one name the last counts, as in Kubernetes. */
  static List<KeyValuePair> plain(ContainerWork container) {
    return ContainerMapper.lastOfEach(container.env()).stream()
        .filter(v -> !SecretStore.keeps(v.value()))
        .map(EcsTaskMapper::pair)
        .toList();
  }

  private static KeyValuePair pair(EnvVariable variable) {
    return KeyValuePair.builder().name(variable.name()).value(variable.value().reveal()).build();
  }
}
