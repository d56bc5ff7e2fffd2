package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.testkit.PodWorks;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables whose names mean something to a shell. */
class ShellNamesTest extends HostFixture {

  @BeforeEach
  void openOne() {
    open();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PWD", "OLDPWD", "CDPATH", "IFS", "OPTARG", "PS4", "HOME", "ENV", "HOSTNAME"})
  void whatAShellUsesAndPassesOnArrivesAsItIs(String name) throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("name");
    create(printing(attempt, name, "/ 'a' $b"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(texts(attempt)).contains(name + "=/ 'a' $b");
  }

  @Test
  void aShellsOwnVariableIsRefusedByItsPathWithoutItsValue() {
    for (String name : ShellNames.SPECIAL) {
      PodWork work = printing(PodWorks.newAttempt("special"), name, "hush");
      work.pod().getSpec().getContainers().getFirst().setEnv(List.of(named("OTHER"), named(name)));

      assertThatThrownBy(() -> provider().check(work))
          .isInstanceOfSatisfying(
              ProviderException.Unsupported.class,
              u -> assertThat(u.path()).isEqualTo("spec.containers[0].env[1].name"))
          .hasMessageContaining(name)
          .hasMessageNotContaining("hush");
    }
  }

  @Test
  void aVariableThatIsNotTheContainersOwnIsRefusedAsOneOfManyAtOnce() {
    PodWork work = printing(PodWorks.newAttempt("many"), "UID", "1000");

    assertThatThrownBy(() -> provider().check(work))
        .isInstanceOfSatisfying(
            ProviderException.Unsupported.class,
            u -> assertThat(u.path()).isEqualTo("spec.containers[0].envFrom"));
  }

  @Test
  void keysThatAreNoVariablesAreToldWithTheirSecretAndWithoutTheirValues() {
    PodWork work =
        PodWorks.pod(
            PodWorks.newAttempt("keys"),
            List.of(),
            List.of(
                container(
                    EnvVariable.plain("P_has.dot", "shown"),
                    new EnvVariable("tls.key", SensitiveText.sensitive("hush")),
                    new EnvVariable("1st", SensitiveText.sensitive("hush")),
                    new EnvVariable("GOOD", SensitiveText.sensitive("hush")))));
    work.pod()
        .getSpec()
        .getContainers()
        .getFirst()
        .setEnvFrom(
            List.of(
                new EnvFromSourceBuilder()
                    .withPrefix("P_")
                    .withNewConfigMapRef("settings", false)
                    .build(),
                new EnvFromSourceBuilder().withNewSecretRef("certificate", false).build()));

    assertThatThrownBy(() -> provider().check(work))
        .hasMessageContaining(
            "spec.containers[0].envFrom[0] is not supported: the key 'has.dot' of ConfigMap"
                + " 'settings' cannot be a variable here")
        .hasMessageContaining(
            "spec.containers[0].envFrom[1] (the keys '1st' and 'tls.key' of Secret 'certificate'"
                + " cannot be variables here")
        .hasMessageNotContainingAny("hush", "shown", "GOOD");
  }

  @Test
  void aVariableFromAFileIsRefusedByItsIndexToo() {
    AtStart.FileKey variable = new AtStart.FileKey("a.b", "scratch", "some.env", "K", true);
    AtStart.FileKey before = new AtStart.FileKey("A", "scratch", "some.env", "K", true);
    PodWork work =
        PodWorks.withFileKeys(
            PodWorks.sleep(PodWorks.newAttempt("key")),
            "/keys",
            PodWorks.CONTAINER,
            new AtStart(List.of(before, variable), Map.of()));

    assertThatThrownBy(() -> provider().check(work))
        .isInstanceOfSatisfying(
            ProviderException.Unsupported.class,
            u -> assertThat(u.path()).isEqualTo("spec.containers[0].env[1].name"));
  }

  /** Should a shell know more names than these. */
  @Test
  void whatAShellSaysOfAVariableIsInNoLog() {
    ContainerWork container = container("OPTIND", "hush");

    assertThat(RunScript.of(container, PodWorks.newAttempt("silent").key()))
        .containsSubsequence("{\n", "export OPTIND='hush'\n", "} 2> /dev/null\n", "exec ");
  }

  private static EnvVar named(String name) {
    return new EnvVar(name, "v", null);
  }

  private static PodWork printing(PodAttempt attempt, String name, String value) {
    return PodWorks.pod(attempt, List.of(), List.of(container(name, value)));
  }

  /** No shell stands between the variables and what is printed. */
  private static ContainerWork container(String name, String value) {
    return container(new EnvVariable(name, SensitiveText.sensitive(value)));
  }

  private static ContainerWork container(EnvVariable... env) {
    return new ContainerWork(
        PodWorks.CONTAINER,
        PodWorks.IMAGE,
        List.of("env"),
        List.of(),
        Optional.empty(),
        List.of(env));
  }
}
