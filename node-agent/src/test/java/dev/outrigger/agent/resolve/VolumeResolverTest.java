package dev.outrigger.agent.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.VolumeFile;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every source of a volume's files, with the kubelet's words for what is missing. */
class VolumeResolverTest {

  private static final NodeFacts NODE =
      new NodeFacts("virtual", "10.0.0.9", Map.of(), false, Map.of("cpu", new BigDecimal("8")));

  private final FakeConfigs configs =
      new FakeConfigs()
          .map("settings", false, Map.of("colour", "blue", "size", "5"))
          .binary("blob", "bytes", new byte[] {0, -1, 7})
          .secret("keys", "token", "hush");
  private final List<TokenSource.Order> orders = new ArrayList<>();

  /** A line for each file: path, mode, whether it is sensitive, content. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "configMap: {name: settings}|colour 644 open blue; size 644 open 5",
        "configMap: {name: settings, defaultMode: 256}|colour 400 open blue; size 400 open 5",
        "configMap: {name: settings, items: [{key: size, path: a/b, mode: 384}]}|a/b 600 open 5",
        "configMap: {name: settings, optional: true, items: [{key: no, path: n}]}|''",
        "configMap: {name: absent, optional: true}|''",
        "secret: {secretName: keys}|token 644 secret hush",
        "secret: {secretName: keys, items: [{key: token, path: t, mode: 256}]}|t 400 secret hush",
        "secret: {secretName: keys, optional: true, items: [{key: no, path: n}]}|''",
        "secret: {secretName: absent, optional: true}|''",
        "downwardAPI: {items: [{path: app, fieldRef: {fieldPath: \"metadata.labels['app']\"}}]}"
            + "|app 644 open web",
        "downwardAPI: {items: [{path: l, mode: 288, fieldRef: {fieldPath: metadata.labels}}]}"
            + "|l 440 open app=\"web\"",
        "downwardAPI: {items: [{path: l, fieldRef: {fieldPath: metadata.annotations}}]}"
            + "|l 644 open note=\"a\\tb\\r\\x01\\\"é\"",
        "downwardAPI: {items: [{path: c, resourceFieldRef: {containerName: c, resource:"
            + " limits.cpu}}]}|c 644 open 8",
        "projected: {defaultMode: 256, sources: [{configMap: {name: settings, items: [{key: size,"
            + " path: s}]}}, {secret: {name: keys}}, {downwardAPI: {items: [{path: n, fieldRef:"
            + " {fieldPath: metadata.name}}]}}]}|s 400 open 5; token 400 secret hush; n 400 open p",
        "projected: {sources: [{configMap: {name: absent, optional: true}}, {secret: {name: absent,"
            + " optional: true}}]}|''",
        "projected: {sources: [{serviceAccountToken: {path: t, audience: vault, expirationSeconds:"
            + " 600}}]}|t 644 secret token for vault",
      })
  void filesAreThoseOfTheirSource(String volume, String files) throws Exception {
    assertThat(resolve(volume)).hasSize(1);
    assertThat(
            String.join("; ", resolve(volume).getFirst().files().stream().map(this::line).toList()))
        .isEqualTo(files);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "configMap: {name: absent}|configmap \"absent\" not found",
        "configMap: {name: settings, items: [{key: no, path: n}]}"
            + "|configmap references non-existent config key: no",
        "secret: {secretName: absent}|secret \"absent\" not found",
        "secret: {secretName: keys, items: [{key: no, path: n}]}"
            + "|references non-existent secret key: no",
        "projected: {sources: [{configMap: {name: absent}}]}|configmap \"absent\" not found",
        "projected: {sources: [{configMap: {name: absent}}, {secret: {name: absent}}]}"
            + "|[configmap \"absent\" not found, secret \"absent\" not found]",
        "projected: {sources: [{serviceAccountToken: {path: t, audience: none}}]}"
            + "|failed to fetch token: no audience",
      })
  void whatIsMissingIsToldInTheKubeletsWords(String volume, String message) {
    assertThatThrownBy(() -> resolve(volume))
        .isInstanceOfSatisfying(
            UnresolvedException.class, e -> assertThat(e.volume()).contains("v"))
        .hasMessage(message);
  }

  @Test
  void bytesArriveAsTheyAre() throws Exception {
    assertThat(resolve("configMap: {name: blob}").getFirst().files().getFirst().content())
        .containsExactly(0, -1, 7);
  }

  @Test
  void aTokenIsForThePodAndItsAccount() throws Exception {
    resolve("projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 900}}]}");

    assertThat(orders).hasSize(1);
    assertThat(orders.getFirst().pod().uid()).isEqualTo("u-1");
    assertThat(orders.getFirst().serviceAccount()).isEqualTo("worker");
    assertThat(orders.getFirst().audience()).isEmpty();
    assertThat(orders.getFirst().expirationSeconds()).isEqualTo(900);
  }

  @Test
  void aBackendThatTakesNoTokensIsGivenNoneAndNoneIsAskedFor() throws Exception {
    Pod pod = pod("projected: {sources: [{serviceAccountToken: {path: t}}]}");

    assertThat(new PodResolver(configs, NODE).volumes(pod)).isEmpty();
    assertThat(orders).isEmpty();
  }

  private List<ResolvedVolume> resolve(String volume) throws Exception {
    return new PodResolver(configs, Optional.of(this::token), NODE).volumes(pod(volume));
  }

  private SensitiveText token(TokenSource.Order order) throws UnresolvedException {
    orders.add(order);
    if ("none".equals(order.audience())) {
      throw new UnresolvedException("failed to fetch token: no audience");
    }
    return SensitiveText.sensitive("token for " + order.audience());
  }

  private String line(VolumeFile file) {
    return "%s %s %s %s"
        .formatted(
            file.path(),
            Integer.toOctalString(file.mode()),
            file.sensitive() ? "secret" : "open",
            new String(file.content(), StandardCharsets.UTF_8));
  }

  private static Pod pod(String volume) {
    return Serialization.unmarshal(
        """
        metadata: {name: p, namespace: ns, uid: u-1, labels: {app: web},
                   annotations: {note: "a\\tb\\r\\x01\\"é"}}
        spec:
          serviceAccountName: worker
          containers: [{name: c, image: i}]
          volumes:
          - name: v
            %s
        """
            .formatted(volume),
        Pod.class);
  }
}
