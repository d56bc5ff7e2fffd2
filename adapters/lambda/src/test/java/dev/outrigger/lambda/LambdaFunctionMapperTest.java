package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.aws.AwsSettings;
import dev.outrigger.lambda.InvocationPlan.Target;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RowPods;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LambdaFunctionMapperTest {

  private final LambdaFunctionMapper mapper =
      new LambdaFunctionMapper(
          SimulatedLambda.config(AwsSettings.of("eu-west-1", Optional.empty())));

  @Test
  void theFirstSampleBecomesAFunctionOfItsImageInItsCallersName() throws Exception {
    InvocationPlan plan = mapper.plan(SampleWork.of(PodWorks.newAttempt("sample")));

    FunctionSpec spec = ((Target.Managed) plan.target()).spec();
    assertThat(spec.code())
        .isEqualTo(
            new FunctionSpec.Code.Image(
                "amazon/aws-lambda-base-docker:latest", List.of("my_handler"), Optional.empty()));
    assertThat(spec.memory()).isEqualTo(512);
    assertThat(spec.environment()).isEmpty();
    assertThat(plan.caller().region()).isEqualTo("us-west-2");
    assertThat(plan.caller().identity().orElseThrow().accessKeyId()).isEqualTo("<your-access-key>");
    assertThat(plan.toString()).doesNotContain("<your-secret-key>");
    assertThat(plan.payload()).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void podsOfOneShapeShareAFunctionAndOthersDoNot() throws Exception {
    String one = name(pod(List.of("h"), List.of("{\"a\":1}"), List.of()));
    String same = name(pod(List.of("h"), List.of("{\"a\":2}"), List.of()));
    String other = name(pod(List.of("g"), List.of("{\"a\":1}"), List.of()));
    String env = name(pod(List.of("h"), List.of(), List.of(EnvVariable.plain("STAGE", "test"))));

    assertThat(one).isEqualTo(same).isNotEqualTo(other).isNotEqualTo(env).hasSize(42);
  }

  @Test
  void whoAskedForMoreThanLambdaGivesIsTold() throws Exception {
    PodWork work = pod(List.of("h"), List.of(), List.of());
    assertThat(mapper.plan(work).warning()).isEmpty();
    work.pod().getSpec().setActiveDeadlineSeconds(2000L);
    String time = "activeDeadlineSeconds 2000 becomes 900 s, the longest that Lambda runs";
    assertThat(mapper.plan(work).warning()).contains(time);

    var limits = Map.of("cpu", new Quantity("1"));
    work.pod()
        .getSpec()
        .getContainers()
        .getFirst()
        .setResources(new ResourceRequirementsBuilder().withLimits(limits).build());
    assertThat(mapper.plan(work).warning())
        .get()
        .asString()
        .startsWith(time + "; Lambda gives CPU by memory");
  }

  @Test
  void argsAreThePayloadUnlessAnAnnotationIs() throws Exception {
    assertThat(payload(pod(List.of("h"), List.of("[1,2]"), List.of()))).isEqualTo("[1,2]");
    assertThat(payload(pod(List.of("h"), List.of("a", "b"), List.of()))).isEqualTo("[\"a\",\"b\"]");
    assertThat(payload(pod(List.of("h"), List.of("hello"), List.of()))).isEqualTo("[\"hello\"]");
    PodWork annotated =
        SimulatedLambda.annotated(
            pod(List.of("h"), List.of("1"), List.of()),
            Map.of(LambdaFunctionMapper.PAYLOAD, "{\"x\":1}"));
    assertThat(payload(annotated)).isEqualTo("{\"x\":1}");
  }

  @Test
  void anExistingFunctionIsInvokedByNameOrArnWithItsQualifier() throws Exception {
    String arn = "arn:aws:lambda:eu-west-1:123456789012:function:mine";
    assertThat(existing("mine")).isEqualTo(new Target.Existing("mine", Optional.empty()));
    assertThat(existing("mine:live")).isEqualTo(new Target.Existing("mine", Optional.of("live")));
    assertThat(existing(arn)).isEqualTo(new Target.Existing(arn, Optional.empty()));
    assertThat(existing(arn + ":7")).isEqualTo(new Target.Existing(arn, Optional.of("7")));
  }

  @Test
  void everythingThatIsWrongWithAPodIsToldAtOnce() {
    PodWork work =
        SimulatedLambda.annotated(
            pod(
                List.of("h"),
                List.of(),
                List.of(EnvVariable.plain("_HANDLER", "x"), EnvVariable.plain("a-b", "x"))),
            Map.of(LambdaFunctionMapper.PAYLOAD, "no JSON"));
    PodWork wrong =
        new PodWork(
            work.attempt(),
            new PodBuilder(work.pod())
                .editSpec()
                .withShareProcessNamespace(true)
                .editFirstContainer()
                .addNewEnv()
                .withName("_HANDLER")
                .endEnv()
                .addNewEnv()
                .withName("a-b")
                .endEnv()
                .withNewResources()
                .addToLimits("memory", new Quantity("20Gi"))
                .endResources()
                .endContainer()
                .endSpec()
                .build(),
            List.of(),
            work.containers(),
            List.of());

    assertThatThrownBy(() -> mapper.plan(wrong))
        .hasMessageStartingWith("spec.shareProcessNamespace is not supported")
        .hasMessageContaining("; also refused: spec.containers[0].resources.limits.memory")
        .hasMessageContaining("spec.containers[0].env[0]")
        .hasMessageContaining("spec.containers[0].env[1]")
        .hasMessageContaining("metadata.annotations[" + LambdaFunctionMapper.PAYLOAD + "]");
  }

  @Test
  void anImageThatNobodyCanPullIsToldUnlessTheFunctionIsMadeOfSomethingElse() {
    PodWork work = pod("UPPER case", List.of("h"), List.of(), List.of());

    assertThatThrownBy(() -> mapper.plan(work))
        .isInstanceOf(ProviderException.InvalidImage.class)
        .hasMessageStartingWith("spec.containers[0].image: Failed to apply default image tag");
    PodWork existing = pod("UPPER case", List.of(), List.of(), List.of());
    assertThatCode(
            () ->
                mapper.plan(
                    SimulatedLambda.annotated(
                        existing, Map.of(LambdaFunctionMapper.FUNCTION, "mine"))))
        .doesNotThrowAnyException();
  }

  @Test
  void imagesAreRewritten() throws Exception {
    FunctionSpec spec =
        ((Target.Managed)
                mapper.plan(pod("docker.io/library/x:1", List.of(), List.of(), List.of())).target())
            .spec();

    assertThat(spec.code())
        .isInstanceOfSatisfying(
            FunctionSpec.Code.Image.class,
            i -> assertThat(i.uri()).isEqualTo("1.dkr.ecr.us-west-2/hub/library/x:1"));
  }

  @Test
  void aSecretsValueInTheFunctionsEnvironmentIsRefusedUnlessAccepted() throws Exception {
    PodWork work =
        pod(
            List.of("h"),
            List.of(),
            List.of(new EnvVariable("PASSWORD", SensitiveText.sensitive("geheim"))));

    assertThatThrownBy(() -> mapper.plan(work))
        .isInstanceOf(ProviderException.Unsupported.class)
        .hasMessageContaining("spec.containers[0].env")
        .hasMessageNotContaining("geheim");
    mapper.plan(
        SimulatedLambda.annotated(
            work, Map.of(FunctionEnvironment.SENSITIVE, FunctionEnvironment.IN_FUNCTION)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"AWS_REGION", "AWS_DEFAULT_REGION"})
  void aRegionFromASecretIsRefusedWhereItIsNamedEvenIfOthersAreAccepted(String name) {
    PodWork bare =
        pod(
            List.of("h"),
            List.of(),
            List.of(new EnvVariable(name, SensitiveText.sensitive("geheim"))));
    var named =
        RowPods.with(
            bare.pod(),
            "spec.containers[0].env = [{\"name\": \"A\", \"value\": \"b\"}, {\"name\": \"%s\","
                    .formatted(name)
                + " \"valueFrom\": {\"secretKeyRef\": {\"name\": \"s\", \"key\": \"k\"}}}]");
    PodWork work =
        SimulatedLambda.annotated(
            new PodWork(bare.attempt(), named, List.of(), bare.containers(), List.of()),
            Map.of(FunctionEnvironment.SENSITIVE, FunctionEnvironment.IN_FUNCTION));

    assertThatThrownBy(() -> mapper.plan(work))
        .isInstanceOf(ProviderException.Unsupported.class)
        .hasMessageContaining("spec.containers[0].env[1].valueFrom.secretKeyRef")
        .hasMessageContaining("ConfigMap")
        .hasMessageNotContaining("geheim");
  }

  @Test
  void namesThatLambdaSetsItselfAreRefused() {
    for (String name : List.of("_HANDLER", "AWS_LAMBDA_X", "LAMBDA_TASK_ROOT")) {
      PodWork work = pod(List.of("h"), List.of(), List.of(EnvVariable.plain(name, "x")));
      assertThatThrownBy(() -> mapper.plan(work)).isInstanceOf(ProviderException.Unsupported.class);
    }
  }

  @Test
  void nameFromAConfigMapThatLambdaCannotTakeIsRefusedWithItsKeyAndItsMap() {
    PodWork bare = pod(List.of("h"), List.of(), List.of(EnvVariable.plain("APP_a.b", "x")));
    var from =
        RowPods.with(
            bare.pod(),
            "spec.containers[0].envFrom = [{\"configMapRef\": {\"name\": \"other\"}, \"prefix\": \"X_\"},"
                + " {\"secretRef\": {\"name\": \"keys\"}},"
                + " {\"configMapRef\": {\"name\": \"settings\"}, \"prefix\": \"APP_\"}]");
    from.getSpec().getContainers().getFirst().setEnv(List.of());
    PodWork work = new PodWork(bare.attempt(), from, List.of(), bare.containers(), List.of());

    assertThatThrownBy(() -> mapper.plan(work))
        .isInstanceOf(ProviderException.Invalid.class)
        .hasMessage(
            "spec.containers[0].envFrom[2]: the key a.b of ConfigMap settings is no name for"
                + " Lambda: a letter and at least one more letter, digit or underscore");
  }

  @Test
  void volumesOtherThanTheCodeAreRefusedWithTheirPath() {
    PodWork plain = pod(List.of("h"), List.of(), List.of());
    var pod =
        new PodBuilder(plain.pod())
            .editSpec()
            .addNewVolume()
            .withName("data")
            .withNewEmptyDir()
            .endEmptyDir()
            .endVolume()
            .endSpec()
            .build();
    PodWork work = new PodWork(plain.attempt(), pod, List.of(), plain.containers(), List.of());

    assertThatThrownBy(() -> mapper.plan(work)).hasMessageContaining("spec.volumes[0]");
  }

  @Test
  void aProbeAnInitContainerAndASecondContainerAreRefused() {
    PodWork plain = pod(List.of("h"), List.of(), List.of());
    PodWork two =
        PodWorks.pod(
            plain.attempt(),
            List.of(),
            List.of(PodWorks.container("a", "x"), PodWorks.container("b", "y")));
    PodWork init =
        PodWorks.pod(plain.attempt(), List.of(PodWorks.container("i", "x")), plain.containers());

    assertThatThrownBy(() -> mapper.plan(two)).hasMessageContaining("spec.containers[1]");
    assertThatThrownBy(() -> mapper.plan(init)).hasMessageContaining("spec.initContainers");
  }

  @Test
  void equalFilesGiveEqualZips() throws Exception {
    PodWork one = SimulatedLambda.pod(PodWorks.newAttempt("one"), "1");
    PodWork two = SimulatedLambda.pod(PodWorks.newAttempt("two"), "2");

    assertThat(name(one)).isEqualTo(name(two));
  }

  private Target existing(String function) throws ProviderException {
    return mapper
        .plan(
            SimulatedLambda.annotated(
                pod(List.of(), List.of(), List.of()),
                Map.of(LambdaFunctionMapper.FUNCTION, function)))
        .target();
  }

  private String name(PodWork work) throws ProviderException {
    return ((Target.Managed) mapper.plan(work).target()).spec().name();
  }

  private String payload(PodWork work) throws ProviderException {
    return new String(mapper.plan(work).payload(), StandardCharsets.UTF_8);
  }

  private static PodWork pod(List<String> command, List<String> args, List<EnvVariable> env) {
    return pod("image:1", command, args, env);
  }

  private static PodWork pod(
      String image, List<String> command, List<String> args, List<EnvVariable> env) {
    return PodWorks.pod(
        PodWorks.newAttempt("pod"),
        List.of(),
        List.of(
            new ContainerWork(PodWorks.CONTAINER, image, command, args, Optional.empty(), env)));
  }
}
