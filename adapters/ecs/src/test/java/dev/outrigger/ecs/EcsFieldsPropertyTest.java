package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.fields.FieldRow.Verdict;
import dev.outrigger.provider.fields.FieldTable.Finding;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Nothing that is set in a Pod's spec gets past the table, whatever is combined with what. */
class EcsFieldsPropertyTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> POD =
      List.of(
          "'hostNetwork':true",
          "'hostNetwork':false",
          "'nodeName':'n'",
          "'nodeSelector':{'kubernetes.io/arch':'amd64'}",
          "'tolerations':[{'key':'a','operator':'Exists'}]",
          "'affinity':{'nodeAffinity':{}}",
          "'restartPolicy':'Always'",
          "'dnsPolicy':'ClusterFirst'",
          "'dnsPolicy':'None','dnsConfig':{'nameservers':['1.1.1.1']}",
          "'hostAliases':[{'ip':'1.2.3.4','hostnames':['x']}]",
          "'volumes':[{'name':'v','emptyDir':{}}]",
          "'volumes':[{'name':'v','emptyDir':{'medium':'Memory'}}]",
          "'volumes':[{'name':'v','configMap':{'name':'c'}}]",
          "'volumes':[{'name':'v','hostPath':{'path':'/'}}]",
          "'securityContext':{}",
          "'securityContext':{'fsGroup':7}",
          "'securityContext':{'runAsUser':7}",
          "'somethingNew':{'deep':[1]}",
          "'priority':3,'schedulerName':'s'",
          "'imagePullSecrets':[{'name':'x'}]",
          "'activeDeadlineSeconds':3");

  private static final List<String> CONTAINER =
      List.of(
          "'command':['a']",
          "'args':['b']",
          "'env':[{'name':'A','valueFrom':{'secretKeyRef':{'name':'s','key':'k'}}}]",
          "'livenessProbe':{'exec':{'command':['x']}}",
          "'readinessProbe':{'tcpSocket':{'port':80}}",
          "'lifecycle':{'preStop':{'exec':{'command':['x']}}}",
          "'ports':[{'containerPort':80}]",
          "'ports':[{'containerPort':80,'hostPort':80}]",
          "'resources':{'limits':{'cpu':'1','memory':'1Gi'}}",
          "'resources':{'limits':{'nvidia.com/gpu':'1'}}",
          "'securityContext':{'privileged':true}",
          "'securityContext':{'capabilities':{'add':['SYS_PTRACE'],'drop':['ALL']}}",
          "'securityContext':{'capabilities':{'add':['NET_ADMIN']}}",
          "'tty':true",
          "'volumeMounts':[{'name':'v','mountPath':'/v'}]",
          "'volumeMounts':[{'name':'v','mountPath':'/v','subPath':'x'}]",
          "'restartPolicy':'Always'",
          "'imagePullPolicy':'Never'");

  @Property(tries = 200)
  void everySetPathIsTranslatedHarmlessOrRefused(@ForAll("specs") String json) throws Exception {
    PodSpec spec = JSON.readValue(json, PodSpec.class);
    List<Finding> findings = EcsFields.TABLE.explain(spec);
    for (String leaf : leaves("spec", JSON.valueToTree(spec))) {
      assertThat(findings.stream().filter(f -> speaksFor(f.path(), leaf)).count())
          .as(leaf)
          .isEqualTo(1);
    }
    assertThat(findings).allMatch(f -> !f.note().isBlank());
    Optional<Finding> refused =
        findings.stream().filter(f -> f.verdict() == Verdict.REFUSED).findFirst();
    Throwable refusal = catchThrowable(() -> EcsFields.TABLE.check(spec));
    assertThat(Optional.ofNullable(refusal).map(r -> ((ProviderException.Unsupported) r).path()))
        .isEqualTo(refused.map(Finding::path));
  }

  @Provide
  Arbitrary<String> specs() {
    Arbitrary<String> container =
        fragments(CONTAINER).map(f -> "{'name':'c','image':'i'" + f + "}");
    Arbitrary<String> pod = fragments(POD);
    return pod.flatMap(
            p ->
                container
                    .list()
                    .ofMinSize(1)
                    .ofMaxSize(2)
                    .flatMap(
                        main ->
                            container
                                .list()
                                .ofMaxSize(1)
                                .map(
                                    init ->
                                        "{'containers':["
                                            + String.join(",", main)
                                            + "],'initContainers':["
                                            + String.join(",", init)
                                            + "]"
                                            + p
                                            + "}")))
        .map(s -> s.replace('\'', '"'));
  }

  /** Some of these, at most one for each field, each after a comma. */
  private static Arbitrary<String> fragments(List<String> all) {
    return Arbitraries.of(all)
        .list()
        .uniqueElements(f -> f.substring(0, f.indexOf(':')))
        .ofMaxSize(6)
        .map(chosen -> String.join("", chosen.stream().map(f -> "," + f).toList()));
  }

  private static boolean speaksFor(String finding, String leaf) {
    return leaf.equals(finding) || leaf.startsWith(finding + ".") || leaf.startsWith(finding + "[");
  }

  private static List<String> leaves(String path, JsonNode node) {
    List<String> found = new ArrayList<>();
    if (node.isObject()) {
      node.properties().forEach(e -> found.addAll(leaves(path + "." + e.getKey(), e.getValue())));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        found.addAll(leaves(path + "[" + i + "]", node.get(i)));
      }
    } else if (!node.isNull()) {
      found.add(path);
    }
    return found;
  }
}
