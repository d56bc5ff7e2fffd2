package dev.outrigger.agent.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodResolverTest {

  private static final NodeFacts NODE =
      new NodeFacts(
          "virtual",
          "10.0.0.9",
          Map.of(),
          false,
          Map.of("cpu", new BigDecimal("8"), "memory", new BigDecimal("1073741824")));

  private static final NodeFacts IN_CLUSTER_NETWORK =
      new NodeFacts("virtual", "10.0.0.9", Map.of(), true, Map.of());

  private static final ConfigSource SOURCE =
      new ConfigSource() {
        @Override
        public Optional<ConfigMap> configMap(String namespace, String name) {
          return "settings".equals(name)
              ? Optional.of(
                  new ConfigMapBuilder().addToData("colour", "blue").addToData("size", "5").build())
              : Optional.empty();
        }

        @Override
        public Optional<Secret> secret(String namespace, String name) {
          String value =
              Base64.getEncoder().encodeToString("hush".getBytes(StandardCharsets.UTF_8));
          return "keys".equals(name)
              ? Optional.of(new SecretBuilder().addToData("token", value).build())
              : Optional.empty();
        }

        @Override
        public List<Service> services(String namespace) {
          return "default".equals(namespace)
              ? List.of(service("kubernetes", "10.1.0.1", 443), service("other", "10.1.0.2", 1))
              : List.of(service("my-web", "10.1.0.3", 80), service("headless", "None", 80));
        }
      };

  @Test
  void environmentIsMadeInTheKubeletsOrder() throws Exception {
    Map<String, SensitiveText> env =
        env(
            """
            envFrom:
            - {prefix: CFG_, configMapRef: {name: settings}}
            - {configMapRef: {name: absent, optional: true}}
            env:
            - {name: FIRST, value: "$(CFG_colour)/$(LATER)"}
            - {name: LATER, value: "x"}
            - {name: CFG_size, value: "6"}
            - {name: TOKEN, valueFrom: {secretKeyRef: {name: keys, key: token}}}
            - {name: BOTH, value: "$(FIRST)-$(TOKEN)"}
            - {name: NONE, valueFrom: {configMapKeyRef: {name: settings, key: no, optional: true}}}
            """);
    assertThat(env.get("FIRST")).isEqualTo(SensitiveText.plain("blue/$(LATER)"));
    assertThat(env.get("CFG_size")).isEqualTo(SensitiveText.plain("6"));
    assertThat(env.get("TOKEN")).isEqualTo(SensitiveText.sensitive("hush"));
    assertThat(env.get("BOTH")).isEqualTo(SensitiveText.sensitive("blue/$(LATER)-hush"));
    assertThat(env).doesNotContainKey("NONE");
  }

  @Test
  void whatFollowsFromAFileIsLeftForTheStartInOrder() throws Exception {
    ContainerWork work =
        container(
            """
            command: [run, "$(FILE)", "$(COLOUR)"]
            args: ["-x=$(MADE)$$(FILE)", "$(PLAIN)"]
            envFrom:
            - {configMapRef: {name: settings}}
            env:
            - {name: PLAIN, value: "$(FILE)"}
            - name: FILE
              valueFrom: {fileKeyRef: {volumeName: v, path: d/a.env, key: K}}
            - name: colour
              valueFrom: {fileKeyRef: {volumeName: v, path: a.env, key: C, optional: true}}
            - {name: TOKEN, valueFrom: {secretKeyRef: {name: keys, key: token}}}
            - {name: MADE, value: "<$(TOKEN)$(FILE)$(size)>"}
            - {name: TWICE, value: "$(MADE)"}
            - {name: FILE, value: "$(PLAIN)"}
            """);
    assertThat(work.env())
        .containsExactlyInAnyOrder(
            EnvVariable.plain("colour", "blue"),
            EnvVariable.plain("size", "5"),
            EnvVariable.plain("PLAIN", "$(FILE)"),
            new EnvVariable("TOKEN", SensitiveText.sensitive("hush")));
    assertThat(work.atStart().env())
        .containsExactly(
            new AtStart.FileKey("FILE", "v", "d/a.env", "K", false),
            new AtStart.FileKey("colour", "v", "a.env", "C", true),
            new AtStart.Composed(
                "MADE",
                new AtStart.Text(
                    List.of(
                        new AtStart.Known(SensitiveText.sensitive("<hush")),
                        new AtStart.Reference("FILE"),
                        new AtStart.Known(SensitiveText.plain("5>"))))),
            new AtStart.Composed("TWICE", new AtStart.Text(List.of(new AtStart.Reference("MADE")))),
            new AtStart.Composed(
                "FILE",
                new AtStart.Text(List.of(new AtStart.Known(SensitiveText.plain("$(FILE)"))))));
    assertThat(work.command()).containsExactly("run", "$(FILE)", "$(COLOUR)");
    assertThat(work.atStart().words())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                1, new AtStart.Text(List.of(new AtStart.Reference("FILE"))),
                3,
                    new AtStart.Text(
                        List.of(
                            new AtStart.Known(SensitiveText.plain("-x=")),
                            new AtStart.Reference("MADE"),
                            new AtStart.Known(SensitiveText.plain("$(FILE)"))))));
    assertThat(work.toString()).doesNotContain("hush");
  }

  @Test
  void servicesAreToldOfUnlessTheyAreNotWantedAndTheApiServerAlways() throws Exception {
    Pod linked =
        pod(
            "env: [{name: URL, value: 'http://$(MY_WEB_SERVICE_HOST)'},"
                + " {name: MY_WEB_PORT, value: x}]",
            "");
    Map<String, SensitiveText> env = new LinkedHashMap<>();
    new PodResolver(SOURCE, IN_CLUSTER_NETWORK)
        .resolve(linked, 0)
        .containers()
        .getFirst()
        .env()
        .forEach(v -> env.put(v.name(), v.value()));
    assertThat(env)
        .containsEntry("URL", SensitiveText.plain("http://10.1.0.3"))
        .containsEntry("MY_WEB_PORT", SensitiveText.plain("x"))
        .containsEntry("MY_WEB_SERVICE_PORT", SensitiveText.plain("80"))
        .containsEntry("MY_WEB_SERVICE_PORT_HTTP", SensitiveText.plain("80"))
        .containsEntry("MY_WEB_PORT_80_TCP", SensitiveText.plain("tcp://10.1.0.3:80"))
        .containsEntry("MY_WEB_PORT_80_TCP_PROTO", SensitiveText.plain("tcp"))
        .containsEntry("MY_WEB_PORT_80_TCP_PORT", SensitiveText.plain("80"))
        .containsEntry("MY_WEB_PORT_80_TCP_ADDR", SensitiveText.plain("10.1.0.3"))
        .containsEntry("KUBERNETES_SERVICE_HOST", SensitiveText.plain("10.1.0.1"))
        .doesNotContainKeys("HEADLESS_SERVICE_HOST", "OTHER_SERVICE_HOST");
    assertThat(env.keySet().stream().limit(2)).containsExactly("URL", "MY_WEB_PORT");

    Pod unlinked = pod("{}", "");
    unlinked.getSpec().setEnableServiceLinks(false);
    assertThat(
            new PodResolver(SOURCE, IN_CLUSTER_NETWORK)
                .resolve(unlinked, 0)
                .containers()
                .getFirst()
                .env())
        .extracting(EnvVariable::name)
        .contains("KUBERNETES_SERVICE_HOST")
        .doesNotContain("MY_WEB_SERVICE_HOST");
  }

  private static Service service(String name, String address, int port) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withClusterIP(address)
        .addNewPort()
        .withName("http")
        .withPort(port)
        .endPort()
        .endSpec()
        .build();
  }

  @Test
  void downwardApiTellsOfPodAndNode() throws Exception {
    Map<String, SensitiveText> env =
        env(
            """
            resources: {limits: {cpu: 1500m, memory: "0"}, requests: {memory: 100Mi}}
            env:
            - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
            - {name: HOST, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}
            - {name: UID_, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}
            - {name: APP, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}
            - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
            - {name: MILLI, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}
            - {name: MEM, valueFrom: {resourceFieldRef: {resource: requests.memory, divisor: 1Mi}}}
            - {name: ALL, valueFrom: {resourceFieldRef: {resource: limits.memory}}}
            - {name: NOT, valueFrom: {resourceFieldRef: {resource: limits.ephemeral-storage}}}
            """);
    assertThat(
            env.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().reveal())))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "NODE",
                "virtual",
                "HOST",
                "10.0.0.9",
                "UID_",
                "u-1",
                "APP",
                "web",
                "CPU",
                "2",
                "MILLI",
                "1500",
                "MEM",
                "100",
                "ALL",
                "1073741824",
                "NOT",
                "0"));
  }

  @Test
  void missingMandatoryReferenceIsUnresolvedInTheKubeletsWords() {
    assertThatThrownBy(() -> env("envFrom:\n- {configMapRef: {name: absent}}\n"))
        .isInstanceOf(UnresolvedException.class)
        .hasMessage("configmap \"absent\" not found");
    assertThatThrownBy(
            () -> env("env:\n- {name: X, valueFrom: {secretKeyRef: {name: keys, key: nothing}}}\n"))
        .isInstanceOf(UnresolvedException.class)
        .hasMessage("couldn't find key nothing in Secret ns/keys");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/6n+gA==", "YQBi"})
  void secretThatIsNoTextIsRefusedAsAVariableInsteadOfChanged(String base64) {
    byte[] content = Base64.getDecoder().decode(base64);
    PodResolver resolver = new PodResolver(new FakeConfigs().secret("bin", "k", content), NODE);

    for (String env :
        List.of(
            "env:\n- {name: X, valueFrom: {secretKeyRef: {name: bin, key: k}}}\n",
            "envFrom:\n- {secretRef: {name: bin}}\n")) {
      assertThatThrownBy(() -> resolver.resolve(pod(env, ""), 0))
          .isInstanceOf(UnresolvedException.class)
          .hasMessageContaining("key k in Secret ns/bin is not UTF-8 text");
    }
  }

  @Test
  void whatLacksTheReferenceIsNamed() {
    assertThatThrownBy(() -> env("envFrom:\n- {configMapRef: {name: absent}}\n"))
        .isInstanceOfSatisfying(
            UnresolvedException.class,
            e -> assertThat(e.container()).contains("spec.containers{c}"));
    assertThatThrownBy(
            () ->
                new PodResolver(SOURCE, NODE)
                    .resolve(pod("{}", "volumes: [{name: v, configMap: {name: absent}}]\n"), 0))
        .isInstanceOfSatisfying(
            UnresolvedException.class, e -> assertThat(e.volume()).contains("v"))
        .hasMessage("configmap \"absent\" not found");
  }

  @Test
  void secretInArgumentsIsRefusedWithItsPath() {
    assertThatThrownBy(
            () ->
                env(
                    """
                    args: ["fine", "--token=$(TOKEN)"]
                    env:
                    - {name: TOKEN, valueFrom: {secretKeyRef: {name: keys, key: token}}}
                    """))
        .isInstanceOfSatisfying(
            ProviderException.Unsupported.class,
            e -> assertThat(e.path()).isEqualTo("spec.containers[0].args[1]"))
        .hasMessageNotContaining("hush");
  }

  @Test
  void volumesHoldTheFilesOfConfigMapsAndSecrets() throws Exception {
    var work =
        new PodResolver(SOURCE, NODE)
            .resolve(
                pod(
                    "{}",
                    """
                    volumes:
                    - {name: c, configMap: {name: settings, items: [{key: colour, path: a/b, mode: 256}]}}
                    - {name: s, secret: {secretName: keys, defaultMode: 384}}
                    - {name: e, emptyDir: {}}
                    """),
                0);
    assertThat(work.volumes()).hasSize(2);
    var file = work.volumes().getFirst().files().getFirst();
    assertThat(file.path()).isEqualTo("a/b");
    assertThat(file.mode()).isEqualTo(256);
    assertThat(new String(file.content(), StandardCharsets.UTF_8)).isEqualTo("blue");
    assertThat(work.volumes().get(1).files().getFirst().sensitive()).isTrue();
    assertThat(work.volumes().get(1).files().getFirst().mode()).isEqualTo(384);
  }

  private static Map<String, SensitiveText> env(String container) throws Exception {
    return container(container).env().stream()
        .collect(Collectors.toMap(EnvVariable::name, EnvVariable::value));
  }

  private static ContainerWork container(String container) throws Exception {
    return new PodResolver(SOURCE, NODE).resolve(pod(container, ""), 0).containers().getFirst();
  }

  private static Pod pod(String container, String spec) {
    String yaml =
        "metadata: {name: p, namespace: ns, uid: u-1, labels: {app: web}}\nspec:\n"
            + spec.indent(2)
            + "  containers:\n  - name: c\n    image: i\n"
            + ("{}".equals(container) ? "" : container.indent(4));
    return Serialization.unmarshal(yaml, Pod.class);
  }
}
