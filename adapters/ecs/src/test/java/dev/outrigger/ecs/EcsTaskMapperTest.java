package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.TokenVolumes;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodFluent;
import io.fabric8.kubernetes.api.model.PodSpecFluent;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;

class EcsTaskMapperTest {

  private static final SensitiveText PASSWORD = SensitiveText.sensitive("hunter2-canary");
  private static final Map<SensitiveText, String> SECRETS = Map.of(PASSWORD, "arn:secret");
  private final EcsTaskMapper mapper = new EcsTaskMapper(Configs.config(Map.of()));

  @Test
  void aPlainPodIsOneContainerOnTheSmallestSize() throws Exception {
    TaskPlan plan = mapper.plan(PodWorks.sleep(attempt(0)), Map.of());
    assertThat(SdkJson.canonical(plan.shape().toBuilder().family("F").build()))
        .isEqualTo(
            "{\"containerDefinitions\":[{\"dependsOn\":[],\"entryPoint\":[\"sleep\"],"
                + "\"essential\":true,\"image\":\"busybox:1.37\",\"logConfiguration\":"
                + "{\"logDriver\":\"awslogs\",\"options\":{\"awslogs-create-group\":\"true\","
                + "\"awslogs-group\":\"/outrigger/ecs\",\"awslogs-region\":\"eu-west-1\","
                + "\"awslogs-stream-prefix\":\"outrigger\"}},\"name\":\"main\",\"stopTimeout\":30}],"
                + "\"cpu\":\"256\",\"executionRoleArn\":"
                + "\"arn:aws:iam::000000000000:role/execution\",\"family\":\"F\",\"memory\":\"512\",\"networkMode\":\"awsvpc\","
                + "\"requiresCompatibilities\":[\"FARGATE\"],\"runtimePlatform\":"
                + "{\"cpuArchitecture\":\"X86_64\",\"operatingSystemFamily\":\"LINUX\"}}");
    assertThat(plan.shape().family()).matches("outrigger-[0-9a-f]{32}");
  }

  @Test
  void whatIsTooLargeForATaskDefinitionIsNamed() {
    String large = "x".repeat(40_000);
    PodWork two =
        withEnv(plainVariable("SMALL", "y".repeat(30_000)), plainVariable("LARGE", large));
    assertThatThrownBy(() -> mapper.check(two))
        .isInstanceOf(ProviderException.Invalid.class)
        .hasMessageStartingWith("spec.containers[0].env[1]: is 40,000 bytes")
        .hasMessageContaining("of which ECS takes 64,512: keep large values in a Secret");
    assertThatThrownBy(() -> mapper.check(PodWorks.shell(attempt(0), large + "y".repeat(30_000))))
        .hasMessageStartingWith("spec.containers[0].command: is 70,00");
    assertThatThrownBy(
            () ->
                mapper.check(
                    withEnv(new EnvVariable("KEY", SensitiveText.sensitive("s".repeat(65_537))))))
        .hasMessageStartingWith("spec.containers[0].env[0]: is 65,537 bytes, and Secrets Manager");

    assertThatCode(() -> mapper.check(withEnv(plainVariable("ONE", large))))
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                mapper.check(
                    withEnv(
                        plainVariable("ONE", large),
                        new EnvVariable("KEY", SensitiveText.sensitive("s".repeat(65_536))))))
        .doesNotThrowAnyException();
  }

  private static EnvVariable plainVariable(String name, String value) {
    return new EnvVariable(name, SensitiveText.plain(value));
  }

  /** With the variables in the Pod too, as the API server holds it. */
  private static PodWork withEnv(EnvVariable... variables) {
    PodWork work = PodWorks.sleep(attempt(0));
    ContainerWork main = work.containers().getFirst();
    var container =
        new ContainerWork(
            main.name(),
            main.image(),
            main.command(),
            main.args(),
            main.workingDir(),
            List.of(variables));
    Pod pod = new PodBuilder(work.pod()).build();
    for (EnvVariable variable : variables) {
      pod.getSpec()
          .getContainers()
          .getFirst()
          .getEnv()
          .add(new EnvVarBuilder().withName(variable.name()).build());
    }
    return new PodWork(work.attempt(), pod, List.of(), List.of(container), List.of());
  }

  @Test
  void podsWhoseCommandsDifferShareOneShapeAndRunWhatTheyWereGiven() throws Exception {
    TaskPlan one = mapper.plan(PodWorks.shell(attempt(0), "exit 1"), Map.of());
    TaskPlan two = mapper.plan(PodWorks.shell(attempt(0), "exit 2"), Map.of());
    assertThat(one.shape()).isEqualTo(two.shape());
    assertThat(one.shape().containerDefinitions().getFirst().entryPoint()).containsExactly("sh");
    assertThat(one.overrides().containerOverrides().getFirst().command())
        .containsExactly("-c", "exit 1");
  }

  @Test
  void podsThatDifferInNameArgumentsAndEnvironmentShareOneShape() throws Exception {
    TaskPlan one = mapper.plan(pod(attempt(0), List.of("a"), variable("X", "1")), Map.of());
    TaskPlan two = mapper.plan(pod(attempt(1), List.of("b"), variable("X", "2")), Map.of());
    assertThat(one.shape()).isEqualTo(two.shape());
    assertThat(one.overrides().containerOverrides().getFirst().command()).containsExactly("a");
    assertThat(environment(one))
        .containsEntry("X", "1")
        .containsEntry("OUTRIGGER_POD_UID", "uid-1");
  }

  @Test
  void whatDoesNotFitTheOverridesStandsInTheShape() throws Exception {
    TaskPlan plan =
        mapper.plan(pod(attempt(0), List.of("a"), variable("BIG", "x".repeat(9000))), Map.of());
    assertThat(SdkJson.canonical(plan.overrides()).length()).isLessThan(8192);
    assertThat(environment(plan)).containsKey("OUTRIGGER_POD_UID").doesNotContainKey("BIG");
    ContainerDefinition main = plan.shape().containerDefinitions().getFirst();
    assertThat(main.environment()).extracting(KeyValuePair::name).containsExactly("BIG");
    assertThat(main.command()).containsExactly("a");
  }

  @Test
  void aSensitiveValueIsAReferenceAndNowhereInClear() throws Exception {
    TaskPlan plan =
        mapper.plan(pod(attempt(0), List.of(), new EnvVariable("PASSWORD", PASSWORD)), SECRETS);
    String all = SdkJson.canonical(plan.shape()) + SdkJson.canonical(plan.overrides());
    assertThat(all).contains("\"secrets\":[{\"name\":\"PASSWORD\",\"valueFrom\":\"arn:secret\"}]");
    assertThat(all).doesNotContain("hunter2-canary");
  }

  @Test
  void initContainersRunOneAfterTheOtherBeforeTheRest() throws Exception {
    PodWork work =
        PodWorks.pod(
            attempt(0),
            List.of(PodWorks.container("one"), PodWorks.container("two")),
            List.of(PodWorks.container("main")));
    List<ContainerDefinition> all = mapper.plan(work, Map.of()).shape().containerDefinitions();
    assertThat(all).extracting(ContainerDefinition::essential).containsExactly(false, false, true);
    assertThat(all.get(0).dependsOn()).isEmpty();
    assertThat(all.get(1).dependsOn().toString()).contains("one").contains("SUCCESS");
    assertThat(all.get(2).dependsOn().toString()).contains("two").contains("SUCCESS");
  }

  @ParameterizedTest
  @CsvSource({
    "250m, 512Mi, 256, 512",
    "0.1, 1Gi, 256, 1024",
    "100m, 3Gi, 512, 3072",
    "1, 1Gi, 1024, 2048",
    "1500m, 4097Mi, 2048, 5120",
    "4, 30Gi, 4096, 30720",
    "5, 17Gi, 8192, 20480",
    "16, 121Gi, 32768, 249856",
  })
  void theSmallestSizeThatHoldsThePodIsTaken(String cpu, String memory, String units, String mib)
      throws Exception {
    var shape = mapper.plan(sized(cpu, memory), Map.of()).shape();
    assertThat(shape.cpu() + "/" + shape.memory()).isEqualTo(units + "/" + mib);
  }

  @Test
  void aPodThatNoSizeHoldsIsRefusedWithTheNearest() {
    assertThatThrownBy(() -> mapper.check(sized("33", "1Gi")))
        .isInstanceOf(ProviderException.Invalid.class)
        .hasMessageContaining("33 vCPU")
        .hasMessageContaining("the nearest is");
  }

  @Test
  void whatEveryRealPodHasIsNotRefused() {
    assertThatCode(() -> mapper.check(edited(EcsTaskMapperTest::asTheApiServerMakesIt)))
        .doesNotThrowAnyException();
  }

  @Test
  void theAutomaticTokenIsNotMounted() throws Exception {
    var shape = mapper.plan(edited(EcsTaskMapperTest::asTheApiServerMakesIt), Map.of()).shape();
    assertThat(SdkJson.canonical(shape)).doesNotContain("kube-api-access");
  }

  @Test
  void aProjectedVolumeThatIsNamedLikeTheAutomaticTokenIsRefusedAsAnyOther() {
    PodWork work = edited(spec -> spec.addToVolumes(TokenVolumes.lookalike()));
    assertThatThrownBy(() -> mapper.check(work))
        .hasMessageStartingWith("spec.volumes[0].projected");
  }

  @Test
  void anEmptyDirBecomesATaskVolume() throws Exception {
    PodWork work =
        edited(
            spec ->
                spec.addNewVolume()
                    .withName("scratch")
                    .withNewEmptyDir()
                    .withSizeLimit(new Quantity("30Gi"))
                    .endEmptyDir()
                    .endVolume()
                    .editFirstContainer()
                    .addNewVolumeMount()
                    .withName("scratch")
                    .withMountPath("/scratch")
                    .endVolumeMount()
                    .endContainer());
    String shape = SdkJson.canonical(mapper.plan(work, Map.of()).shape());
    assertThat(shape)
        .contains("\"volumes\":[{\"name\":\"scratch\"}]")
        .contains("\"containerPath\":\"/scratch\"")
        .contains("\"ephemeralStorage\":{\"sizeInGiB\":30}");
  }

  /** The agent refuses true references when it resolves them. */
  @Test
  void anEscapedReferenceToASecretIsPlainText() throws Exception {
    Pod pod =
        new PodBuilder(PodWorks.sleep(attempt(0)).pod())
            .editSpec()
            .editFirstContainer()
            .withArgs("$$(PASSWORD)")
            .endContainer()
            .endSpec()
            .build();
    PodWork plain = pod(attempt(0), List.of("$(PASSWORD)"), new EnvVariable("PASSWORD", PASSWORD));
    PodWork work = new PodWork(plain.attempt(), pod, List.of(), plain.containers(), List.of());

    mapper.check(work);
    assertThat(mapper.plan(work, SECRETS).overrides().containerOverrides().getFirst().command())
        .containsExactly("$(PASSWORD)");
  }

  @Test
  void twoContainersThatAreToRunToTheirEndAreRefused() {
    PodWork work =
        PodWorks.pod(
            attempt(0), List.of(), List.of(PodWorks.container("a"), PodWorks.container("b")));
    assertThatThrownBy(() -> mapper.check(work)).hasMessageStartingWith("spec.containers[1]");
  }

  @Test
  void everythingThatIsWrongWithAPodIsToldAtOnce() {
    PodWork work =
        edited(
            spec ->
                spec.withHostNetwork(true)
                    .withRestartPolicy("Never")
                    .withNewSecurityContext()
                    .withRunAsNonRoot(true)
                    .endSecurityContext()
                    .editFirstContainer()
                    .withNewResources()
                    .addToRequests("cpu", new Quantity("33"))
                    .endResources()
                    .endContainer()
                    .addNewContainer()
                    .withName("second")
                    .withImage("i")
                    .endContainer());

    assertThatThrownBy(() -> mapper.check(work))
        .hasMessageStartingWith("spec.hostNetwork is not supported")
        .hasMessageContaining("spec.containers[0].resources")
        .hasMessageContaining("spec.containers[0].securityContext.runAsNonRoot")
        .hasMessageContaining("spec.containers[1]");
    assertThatThrownBy(() -> EcsTaskMapper.checkFields(work.pod()))
        .hasMessageStartingWith("spec.hostNetwork is not supported")
        .hasMessageContaining("spec.containers[1]");
  }

  private static PodAttempt attempt(int number) {
    return new PodAttempt(new PodKey("uid-1", "default", "pod"), number);
  }

  private static EnvVariable variable(String name, String value) {
    return EnvVariable.plain(name, value);
  }

  private static PodWork pod(PodAttempt attempt, List<String> args, EnvVariable... env) {
    return PodWorks.pod(
        attempt,
        List.of(),
        List.of(
            new ContainerWork("main", "busybox", List.of(), args, Optional.empty(), List.of(env))));
  }

  private static PodWork sized(String cpu, String memory) {
    return edited(
        spec ->
            spec.editFirstContainer()
                .withNewResources()
                .addToRequests("cpu", new Quantity(cpu))
                .addToLimits("memory", new Quantity(memory))
                .endResources()
                .endContainer());
  }

  private static PodWork edited(UnaryOperator<PodFluent<PodBuilder>.SpecNested<PodBuilder>> edit) {
    PodWork work = PodWorks.sleep(attempt(0));
    Pod pod = edit.apply(new PodBuilder(work.pod()).editSpec()).endSpec().build();
    return new PodWork(work.attempt(), pod, List.of(), work.containers(), List.of());
  }

  private static <T extends PodSpecFluent<T>> T asTheApiServerMakesIt(T spec) {
    return spec.withDnsPolicy("ClusterFirst")
        .withEnableServiceLinks(true)
        .withPreemptionPolicy("PreemptLowerPriority")
        .withPriority(0)
        .withSchedulerName("default-scheduler")
        .withServiceAccountName("default")
        .withServiceAccount("default")
        .withTerminationGracePeriodSeconds(30L)
        .withNodeName("virtual-kubelet-ecs")
        .withNewSecurityContext()
        .endSecurityContext()
        .addNewToleration()
        .withKey("node.kubernetes.io/not-ready")
        .withEffect("NoExecute")
        .withTolerationSeconds(300L)
        .endToleration()
        .addToVolumes(TokenVolumes.volume())
        .editFirstContainer()
        .withImagePullPolicy("IfNotPresent")
        .withTerminationMessagePath("/dev/termination-log")
        .withTerminationMessagePolicy("File")
        .addNewPort()
        .withContainerPort(80)
        .withProtocol("TCP")
        .endPort()
        .addToVolumeMounts(TokenVolumes.mount())
        .endContainer();
  }

  private static Map<String, String> environment(TaskPlan plan) {
    Map<String, String> all = new java.util.HashMap<>();
    plan.overrides()
        .containerOverrides()
        .getFirst()
        .environment()
        .forEach(e -> all.put(e.name(), e.value()));
    return all;
  }
}
