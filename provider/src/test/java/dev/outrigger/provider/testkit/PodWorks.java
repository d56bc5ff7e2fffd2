package dev.outrigger.provider.testkit;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.VolumeFile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerRestartRuleBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Pods for tests: one container named {@code main} that runs a shell, unless said otherwise. */
public final class PodWorks {

  public static final String CONTAINER = "main";
  public static final String IMAGE = "busybox:1.37";

  private PodWorks() {}

  /** The first attempt of a Pod that nobody has seen before. */
  public static PodAttempt newAttempt(String name) {
    return new PodAttempt(new PodKey(UUID.randomUUID().toString(), "default", name), 0);
  }

  /** The attempt after this one. */
  public static PodAttempt next(PodAttempt attempt) {
    return new PodAttempt(attempt.key(), attempt.number() + 1);
  }

  /** Runs for ten minutes, and dies of the first signal. */
  public static PodWork sleep(PodAttempt attempt) {
    return command(attempt, "sleep", "600");
  }

  /** Ends at once with this exit code. */
  public static PodWork exit(PodAttempt attempt, int code) {
    return shell(attempt, "exit " + code);
  }

  /** Writes these lines to its standard output and ends with 0. */
  public static PodWork print(PodAttempt attempt, String... lines) {
    return shell(attempt, printing(lines));
  }

  /** Writes these lines to its standard output and then runs for ten minutes. */
  public static PodWork printAndSleep(PodAttempt attempt, String... lines) {
    return shell(attempt, printing(lines) + "; exec sleep 600");
  }

  /** Runs a line of shell. */
  public static PodWork shell(PodAttempt attempt, String script) {
    return command(attempt, "sh", "-c", script);
  }

  public static PodWork command(PodAttempt attempt, String... command) {
    return pod(attempt, List.of(), List.of(container(CONTAINER, command)));
  }

  public static ContainerWork container(String name, String... command) {
    return new ContainerWork(name, IMAGE, List.of(command), List.of(), Optional.empty(), List.of());
  }

  /** A Pod of these containers, with a {@code spec} that says the same. */
  public static PodWork pod(
      PodAttempt attempt, List<ContainerWork> initContainers, List<ContainerWork> containers) {
    PodKey key = attempt.key();
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withUid(key.uid())
            .withNamespace(key.namespace())
            .withName(key.name())
            .endMetadata()
            .withNewSpec()
            .withRestartPolicy("Never")
            .withInitContainers(initContainers.stream().map(PodWorks::spec).toList())
            .withContainers(containers.stream().map(PodWorks::spec).toList())
            .endSpec()
            .build();
    return new PodWork(attempt, pod, initContainers, containers, List.of());
  }

  /** The same Pod with every one of these init containers started again whenever it ends. */
  public static PodWork withSidecars(PodWork work, String... names) {
    List<String> sidecars = List.of(names);
    var pod = new PodBuilder(work.pod()).build();
    pod.getSpec().getInitContainers().stream()
        .filter(c -> sidecars.contains(c.getName()))
        .forEach(c -> c.setRestartPolicy("Always"));
    return new PodWork(
        work.attempt(), pod, work.initContainers(), work.containers(), work.volumes());
  }

  /** The same Pod with a start-up probe of each of these sidecars. */
  public static PodWork withStartupProbes(PodWork work, String... names) {
    PodWork probed = withSidecars(work, names);
    for (Container each : probed.pod().getSpec().getInitContainers()) {
      if (List.of(names).contains(each.getName())) {
        each.setStartupProbe(
            new ProbeBuilder().withNewExec().withCommand("true").endExec().build());
      }
    }
    return probed;
  }

  /** The same Pod under another restart policy. */
  public static PodWork withRestartPolicy(PodWork work, String policy) {
    var pod = new PodBuilder(work.pod()).editSpec().withRestartPolicy(policy).endSpec().build();
    return new PodWork(
        work.attempt(), pod, work.initContainers(), work.containers(), work.volumes());
  }

  /**
   * The same Pod with a policy of a container's own.
   *
   * @param rule one that starts it again, before that policy: {@code In} or {@code NotIn} and the
   *     exit codes; null for none
   */
  public static PodWork withOwnPolicy(
      PodWork work, String container, String policy, @Nullable String rule, Integer... codes) {
    var pod = new PodBuilder(work.pod()).build();
    for (Container each : all(pod.getSpec())) {
      if (each.getName().equals(container)) {
        each.setRestartPolicy(policy);
        each.setRestartPolicyRules(
            rule == null
                ? List.of()
                : List.of(
                    new ContainerRestartRuleBuilder()
                        .withAction("Restart")
                        .withNewExitCodes()
                        .withOperator(rule)
                        .withValues(codes)
                        .endExitCodes()
                        .build()));
      }
    }
    return new PodWork(
        work.attempt(), pod, work.initContainers(), work.containers(), work.volumes());
  }

  private static List<Container> all(PodSpec spec) {
    return Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream()).toList();
  }

  /** The same Pod asking for the host's network, which no backend here can give. */
  public static PodWork withHostNetwork(PodWork work) {
    var pod = new PodBuilder(work.pod()).editSpec().withHostNetwork(true).endSpec().build();
    return new PodWork(
        work.attempt(), pod, work.initContainers(), work.containers(), work.volumes());
  }

  /** The same Pod with an input for clients that attach. */
  public static PodWork withStdin(PodWork work, boolean once) {
    var pod =
        new PodBuilder(work.pod())
            .editSpec()
            .editFirstContainer()
            .withStdin(true)
            .withStdinOnce(once)
            .endContainer()
            .endSpec()
            .build();
    return new PodWork(
        work.attempt(), pod, work.initContainers(), work.containers(), work.volumes());
  }

  /**
   * The same Pod with a scratch volume {@code scratch}, mounted in every container, and a container
   * that takes something from its files.
   */
  public static PodWork withFileKeys(
      PodWork work, String mountPath, String container, AtStart atStart) {
    var pod = new PodBuilder(work.pod()).build();
    pod.getSpec().setVolumes(List.of(scratch()));
    for (Container each : all(pod.getSpec())) {
      each.setVolumeMounts(
          List.of(new VolumeMountBuilder().withName("scratch").withMountPath(mountPath).build()));
      if (each.getName().equals(container)) {
        each.setEnv(atStart.env().stream().flatMap(PodWorks::fileKey).toList());
      }
    }
    return new PodWork(
        work.attempt(),
        pod,
        withAtStart(work.initContainers(), container, atStart),
        withAtStart(work.containers(), container, atStart),
        work.volumes());
  }

  private static Volume scratch() {
    return new VolumeBuilder().withName("scratch").withNewEmptyDir().endEmptyDir().build();
  }

  private static Stream<EnvVar> fileKey(AtStart.Variable variable) {
    return variable instanceof AtStart.FileKey from
        ? Stream.of(
            new EnvVarBuilder()
                .withName(from.name())
                .withNewValueFrom()
                .withNewFileKeyRef(from.key(), from.optional(), from.path(), from.volume())
                .endValueFrom()
                .build())
        : Stream.empty();
  }

  private static List<ContainerWork> withAtStart(
      List<ContainerWork> containers, String name, AtStart atStart) {
    return containers.stream()
        .map(
            c ->
                c.name().equals(name)
                    ? new ContainerWork(
                        c.name(),
                        c.image(),
                        c.command(),
                        c.args(),
                        c.workingDir(),
                        c.env(),
                        atStart)
                    : c)
        .toList();
  }

  /** The same Pod with a ConfigMap volume whose file {@code colour} holds this. */
  public static PodWork withFile(PodWork work, String mountPath, String content) {
    var pod =
        new PodBuilder(work.pod())
            .editSpec()
            .addNewVolume()
            .withName("files")
            .withNewConfigMap()
            .withName("settings")
            .endConfigMap()
            .endVolume()
            .editFirstContainer()
            .addNewVolumeMount()
            .withName("files")
            .withMountPath(mountPath)
            .endVolumeMount()
            .endContainer()
            .endSpec()
            .build();
    return new PodWork(
        work.attempt(), pod, work.initContainers(), work.containers(), List.of(volume(content)));
  }

  /** The content of that volume. */
  public static ResolvedVolume volume(String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new ResolvedVolume("files", List.of(new VolumeFile("colour", bytes, 0644, false)));
  }

  private static Container spec(ContainerWork work) {
    return new ContainerBuilder()
        .withName(work.name())
        .withImage(work.image())
        .withCommand(work.command())
        .withArgs(work.args())
        .build();
  }

  private static String printing(String... lines) {
    return "printf '%s\\n' '" + String.join("' '", lines) + "'";
  }
}
