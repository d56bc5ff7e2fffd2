package dev.outrigger.ecs;

import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.Sidecars;
import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerDependency;
import software.amazon.awssdk.services.ecs.model.ContainerRestartPolicy;
import software.amazon.awssdk.services.ecs.model.LogConfiguration;
import software.amazon.awssdk.services.ecs.model.LogDriver;
import software.amazon.awssdk.services.ecs.model.MountPoint;
import software.amazon.awssdk.services.ecs.model.Secret;

/** One container of a Pod as a container definition. Pure. */
final class ContainerMapper {

  /** Fargate's range of stopTimeout, in seconds. */
  private static final int SHORTEST_STOP = 2;

  static final int LONGEST_STOP = 120;

  /** Seconds (API reference, ContainerRestartPolicy). */
  private static final int SHORTEST_RESTART_PERIOD = 60;

  private final EcsConfig config;

  ContainerMapper(EcsConfig config) {
    this.config = config;
  }

  ContainerDefinition.Builder definition(
      ContainerWork work,
      Container spec,
      PodSpec pod,
      Map<SensitiveText, String> secrets,
      boolean withValues) {
    ContainerDefinition.Builder definition =
        ContainerDefinition.builder()
            .name(work.name())
            .image(work.image())
            .stopTimeout(stopTimeout(pod))
            .logConfiguration(log());
    if (!work.command().isEmpty()) {
      definition.entryPoint(work.command().getFirst());
    }
    work.workingDir().ifPresent(definition::workingDirectory);
    if (withValues) {
      values(work, definition);
    }
    List<Secret> references = references(work, secrets);
    if (!references.isEmpty()) {
      definition.secrets(references);
    }
    resources(spec, definition);
    mounts(spec, definition);
    security(spec, pod, definition);
    return definition;
  }

  /**
   * What follows the entry point. Only the first word of a Pod's command is the entry point: what
   * runs is the same, and the rest can be given to each task, so that Pods whose commands differ
   * share a definition (ECS registers one a second).
   */
  static List<String> arguments(ContainerWork work) {
    List<String> arguments = new ArrayList<>(work.command());
    if (!arguments.isEmpty()) {
      arguments.removeFirst();
    }
    arguments.addAll(work.args());
    return arguments;
  }

  /**
   * What comes before the container at this position: the init container before it has to succeed,
   * and all sidecars before it have to be started. All of them, since ECS turns the order round
   * when it stops a task: a sidecar is stopped after everything that names it.
   */
  static List<ContainerDependency> after(List<Container> inits, int position) {
    List<ContainerDependency> dependencies = new ArrayList<>();
    boolean succeeded = false;
    for (Container init : inits.subList(0, position).reversed()) {
      if (Sidecars.is(init)) {
        dependencies.addFirst(dependency(init, ContainerCondition.START));
      } else if (!succeeded) {
        dependencies.addFirst(dependency(init, ContainerCondition.SUCCESS));
        succeeded = true;
      }
    }
    return dependencies;
  }

  private static ContainerDependency dependency(Container on, ContainerCondition condition) {
    return ContainerDependency.builder().containerName(on.getName()).condition(condition).build();
  }

  /** ECS starts a sidecar again that ran for this long, the shortest that it takes. */
  static ContainerRestartPolicy restarts() {
    return ContainerRestartPolicy.builder()
        .enabled(true)
        .restartAttemptPeriod(SHORTEST_RESTART_PERIOD)
        .build();
  }

  static Collection<EnvVariable> lastOfEach(List<EnvVariable> variables) {
    Map<String, EnvVariable> last = new LinkedHashMap<>();
    variables.forEach(v -> last.put(v.name(), v));
    return last.values();
  }

  private static int stopTimeout(PodSpec pod) {
    Long grace = pod.getTerminationGracePeriodSeconds();
    long seconds = grace == null ? 30 : grace;
    return Math.clamp(seconds, SHORTEST_STOP, LONGEST_STOP);
  }

  private LogConfiguration log() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("awslogs-group", config.logGroup());
    options.put("awslogs-region", config.aws().region());
    options.put("awslogs-stream-prefix", config.logStreamPrefix());
    if (config.createLogGroup()) {
      options.put("awslogs-create-group", "true");
    }
    return LogConfiguration.builder().logDriver(LogDriver.AWSLOGS).options(options).build();
  }

  private static void values(ContainerWork work, ContainerDefinition.Builder definition) {
    List<String> arguments = arguments(work);
    if (!arguments.isEmpty()) {
      definition.command(arguments);
    }
    var plain = EcsTaskMapper.plain(work);
    if (!plain.isEmpty()) {
      definition.environment(plain);
    }
  }

  private static List<Secret> references(ContainerWork work, Map<SensitiveText, String> secrets) {
    return lastOfEach(work.env()).stream()
        .filter(v -> SecretStore.keeps(v.value()))
        .map(v -> Secret.builder().name(v.name()).valueFrom(secrets.get(v.value())).build())
        .toList();
  }

  private static void resources(Container spec, ContainerDefinition.Builder definition) {
    int cpu = PodResources.cpuUnits(spec);
    if (cpu > 0) {
      definition.cpu(cpu);
    }
    PodResources.memoryLimit(spec).ifPresent(definition::memory);
    PodResources.memoryRequest(spec).ifPresent(definition::memoryReservation);
  }

  private static void mounts(Container spec, ContainerDefinition.Builder definition) {
    List<MountPoint> mounts =
        spec.getVolumeMounts().stream()
            .map(
                m ->
                    MountPoint.builder()
                        .sourceVolume(m.getName())
                        .containerPath(m.getMountPath())
                        .readOnly(Boolean.TRUE.equals(m.getReadOnly()))
                        .build())
            .toList();
    if (!mounts.isEmpty()) {
      definition.mountPoints(mounts);
    }
  }

  private void security(Container spec, PodSpec pod, ContainerDefinition.Builder definition) {
    PodChecks.user(spec, pod)
        .ifPresent(
            user ->
                definition.user(
                    PodChecks.group(spec, pod).map(group -> user + ":" + group).orElse("" + user)));
    Optional<SecurityContext> security = Optional.ofNullable(spec.getSecurityContext());
    security
        .map(SecurityContext::getReadOnlyRootFilesystem)
        .ifPresent(definition::readonlyRootFilesystem);
    Optional<Capabilities> capabilities =
        security
            .map(SecurityContext::getCapabilities)
            .filter(c -> !c.getAdd().isEmpty() || !c.getDrop().isEmpty());
    if (capabilities.isPresent() || config.withExec()) {
      definition.linuxParameters(
          l -> {
            capabilities.ifPresent(c -> l.capabilities(k -> k.add(c.getAdd()).drop(c.getDrop())));
            if (config.withExec()) {
              // Reaps what commands leave behind, as AWS recommends beside ECS Exec.
              l.initProcessEnabled(true);
            }
          });
    }
  }
}
