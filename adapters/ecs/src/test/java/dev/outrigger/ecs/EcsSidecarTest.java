package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.PodWorks;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;

/** Restartable init containers as containers of a task. */
class EcsSidecarTest {

  private final EcsTaskMapper mapper = new EcsTaskMapper(Configs.config(Map.of()));

  @Test
  void sidecarsAreStartedInOrderAndStoppedAfterAllThatFollowsThem() throws Exception {
    List<ContainerDefinition> all = definitions(pod());

    assertThat(all).extracting(ContainerDefinition::name).containsExactly("s", "i", "t", "main");
    assertThat(dependencies(all.get(0))).isEmpty();
    assertThat(dependencies(all.get(1))).containsExactly("s START");
    assertThat(dependencies(all.get(2))).containsExactly("s START", "i SUCCESS");
    assertThat(dependencies(all.get(3))).containsExactly("s START", "i SUCCESS", "t START");
  }

  @Test
  void theEndOfASidecarStopsNothingAndEcsStartsItAgain() throws Exception {
    List<ContainerDefinition> all = definitions(pod());

    assertThat(all)
        .extracting(ContainerDefinition::essential)
        .containsExactly(false, false, false, true);
    for (int sidecar : List.of(0, 2)) {
      assertThat(all.get(sidecar).restartPolicy().enabled()).isTrue();
      assertThat(all.get(sidecar).restartPolicy().restartAttemptPeriod()).isEqualTo(60);
    }
    assertThat(all.get(1).restartPolicy()).isNull();
    assertThat(all.get(3).restartPolicy()).isNull();
  }

  @Test
  void theTaskHoldsSidecarsBesideWhatFollowsThem() throws Exception {
    PodWork work =
        changed(
            pod(),
            pod -> {
              pod.getSpec().getInitContainers().forEach(c -> requests(c, "1"));
              requests(pod.getSpec().getContainers().getFirst(), "250m");
            });

    // s and t beside main: 2.25; s beside i: 2.
    assertThat(mapper.plan(work, Map.of()).shape().cpu()).isEqualTo("4096");
  }

  @Test
  void whatTheNextContainerWouldHaveToWaitForIsRefusedByItsPath() {
    assertRefused("spec.initContainers[0].startupProbe", c -> c.setStartupProbe(probe()));
    assertRefused(
        "spec.initContainers[0].lifecycle.postStart",
        c ->
            c.setLifecycle(
                new io.fabric8.kubernetes.api.model.LifecycleBuilder()
                    .withNewPostStart()
                    .withNewSleep(1L)
                    .endPostStart()
                    .build()));
    assertRefused("spec.initContainers[0].restartPolicy", c -> c.setRestartPolicy("OnFailure"));
  }

  @Test
  void readinessAndLivenessOfASidecarAreProbed() throws Exception {
    mapper.check(
        changed(
            pod(),
            pod -> {
              Container sidecar = pod.getSpec().getInitContainers().getFirst();
              sidecar.setReadinessProbe(probe());
              sidecar.setLivenessProbe(probe());
            }));
  }

  private void assertRefused(String path, Consumer<Container> change) {
    PodWork work =
        changed(pod(), pod -> change.accept(pod.getSpec().getInitContainers().getFirst()));
    assertThatThrownBy(() -> mapper.check(work))
        .isInstanceOfSatisfying(
            ProviderException.Unsupported.class,
            refusal -> assertThat(refusal.path()).isEqualTo(path));
  }

  private static io.fabric8.kubernetes.api.model.Probe probe() {
    return new io.fabric8.kubernetes.api.model.ProbeBuilder()
        .withNewTcpSocket()
        .withNewPort(80)
        .endTcpSocket()
        .build();
  }

  private static PodWork pod() {
    return PodWorks.withSidecars(
        PodWorks.pod(
            PodWorks.newAttempt("sidecars"),
            List.of(
                PodWorks.container("s", "serve"),
                PodWorks.container("i", "prepare"),
                PodWorks.container("t", "proxy")),
            List.of(PodWorks.container("main", "work"))),
        "s",
        "t");
  }

  private static PodWork changed(PodWork work, Consumer<Pod> change) {
    Pod pod = new PodBuilder(work.pod()).build();
    change.accept(pod);
    return new PodWork(
        work.attempt(), pod, work.initContainers(), work.containers(), work.volumes());
  }

  private static void requests(Container container, String cpu) {
    container.setResources(
        new io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder()
            .addToRequests("cpu", new Quantity(cpu))
            .build());
  }

  private List<ContainerDefinition> definitions(PodWork work) throws Exception {
    mapper.check(work);
    return mapper.plan(work, Map.of()).shape().containerDefinitions();
  }

  private static List<String> dependencies(ContainerDefinition definition) {
    return definition.dependsOn().stream()
        .map(d -> d.containerName() + " " + d.conditionAsString())
        .toList();
  }
}
