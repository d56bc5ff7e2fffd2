package dev.outrigger.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {

  @TempDir Path folder;

  @Test
  void goodFileIsReadWithDefaults() throws Exception {
    AgentConfig config = read("nodes:\n- {name: virtual-kubelet, provider: lambda}\n").finish();
    assertThat(config.kubelet().address()).isEqualTo("10.0.0.9");
    assertThat(config.kubelet().port()).isEqualTo(10250);
    assertThat(config.nodes().getFirst().taints().getFirst())
        .satisfies(
            t -> {
              assertThat(t.getKey()).isEqualTo("virtual-kubelet.io/provider");
              assertThat(t.getValue()).isEqualTo("lambda");
              assertThat(t.getEffect()).isEqualTo("NoSchedule");
            });
  }

  @Test
  void everyProblemIsToldAtOnceWithItsPath() {
    assertThatThrownBy(
            () ->
                read("""
                        kubelet: {port: 70000, adress: x}
                        orphanGrace: soon
                        nodes:
                        - {name: Bad_Name, provider: lambda, capacity: {cpu: lots}}
                        - {name: two, provider: lamda}
                        - {provider: ecs, taints: [{key: a, effect: Maybe}]}
                        """)
                    .finish())
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "kubelet.port: must be a whole number from 0 to 65535",
            "kubelet.adress: is not known here (did you mean address?); known: address,",
            "orphanGrace: must be a duration",
            "nodes[0].name: must be lower-case",
            "nodes[0].capacity.cpu: must be a Kubernetes quantity",
            "nodes[1].provider: must be one of ecs, lambda, not 'lamda'",
            "nodes[2].name: is required",
            "nodes[2].taints[0].effect: must be one of NoSchedule");
  }

  @Test
  void whatTheApiServerWouldRefuseOfANodeIsToldBeforeItIsAsked() {
    assertThatThrownBy(
            () ->
                read("""
                        nodes:
                        - name: one
                          provider: lambda
                          capacity: {cpu: -1, memory: 4 GB, pods: 1.5, cpus: 4, example.com/gpu: 2}
                          labels:
                            "bad key": x
                            team: "not allowed!"
                            node-role.kubernetes.io/control-plane: ""
                            kubernetes.io/hostname: other
                            topology.kubernetes.io/zone: b
                            node.kubernetes.io/instance-type: fargate
                            example.com/pool: cheap
                          taints:
                          - {key: "no/such/key"}
                          - {key: a, value: "b c"}
                          - {key: d, value: x}
                          - {key: d, value: y}
                        """)
                    .finish())
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "nodes[0].capacity.cpu: must not be negative",
            "nodes[0].capacity.memory: must be a Kubernetes quantity such as",
            "nodes[0].capacity.pods: must be a whole number, not '1.5'",
            "nodes[0].capacity.cpus: the resource's name must be cpu, memory",
            "nodes[0].labels.bad key: the key must be at most 63",
            "nodes[0].labels.team: the value must be at most 63",
            "nodes[0].labels.node-role.kubernetes.io/control-plane: is not a label that a node may",
            "nodes[0].labels.kubernetes.io/hostname: must be the node's name",
            "nodes[0].taints[0].key: must be at most 63",
            "nodes[0].taints[1].value: must be at most 63",
            "nodes[0].taints[3].key: has this effect already: d:NoSchedule")
        .hasMessageNotContainingAny("gpu:", "zone", "instance-type", "pool", "taints[2]");
  }

  @Test
  void unknownKeyIsAnErrorThatNamesTheOneMeant() {
    assertThatThrownBy(
            () ->
                read("kubelet: {prot: 1}\nnodes: [{name: a, provider: ecs, lables: {}, foo: 1}]")
                    .finish())
        .hasMessageContainingAll(
            "kubelet.prot: is not known here (did you mean port?); known: ",
            "nodes[0].lables: is not known here (did you mean labels?)",
            "nodes[0].foo: is not known here; known: capacity, ");
  }

  @Test
  void fileThatIsNotYamlOrNotThereIsTold() {
    assertThatThrownBy(() -> read("nodes: [")).hasMessageContaining("is not YAML");
    assertThatThrownBy(
            () -> new ConfigReader(Set.of(), "x", a -> true).read(folder.resolve("absent.yaml")))
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> read("")).hasMessageContaining("is empty");
    assertThatThrownBy(() -> read("[]")).hasMessageContaining("must be a map of settings");
  }

  @Test
  void aMistakeOfYamlIsToldWithoutTheLineWhichMayHoldASecret() {
    assertThatThrownBy(() -> read("kubelet: {}\nkey: wJalrXUtnFEMI: K7MDENG"))
        .hasMessageContaining("is not YAML: mapping values are not allowed here (line 2, column")
        .message()
        .doesNotContain("wJalr", "K7MD");
    assertThatThrownBy(() -> read("key: \"hunter2\nnodes: []"))
        .hasMessageContaining("is not YAML")
        .message()
        .doesNotContain("hunter2");
  }

  @Test
  void aNumberThatWouldBecomeAnotherTextIsAMistake() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    nodes:
                    - {name: 0123, provider: ecs, labels: {example.com/version: 1.10, b: 1.5, c: 7}}
                    """))
        .hasMessageContainingAll(
            "nodes[0].name: is read as the number 83: put 0123 in quotes",
            "nodes[0].labels.example.com/version: is read as the number 1.1: put 1.10 in quotes")
        .message()
        .hasLineCount(3);
  }

  @Test
  void anEmptySectionIsAsGoodAsNone() throws Exception {
    assertThat(read("kubelet:\nnodes: [{name: a, provider: ecs}]").config().kubelet().port())
        .isEqualTo(10250);
  }

  @Test
  void whatWouldNotCountIsAMistake() {
    assertThatThrownBy(() -> read("nodes: [{name: a, name: b, provider: ecs}]"))
        .hasMessageContaining("uplicate");
    assertThatThrownBy(() -> read("nodes: [{name: a, provider: ecs}]\n---\nnodes: []"))
        .hasMessageContaining("is not YAML");
  }

  @Test
  void wherePeersReachTheAgentAndWhatItServesWithAreLookedAtWhenTheFileIsRead() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    assertThatThrownBy(
            () ->
                read("""
                        kubelet: {address: 10.0.0.x, certFile: %1$s, keyFile: %1$s, clientCaFile: %2$s}
                        nodes: [{name: a, provider: lamda}]
                        """
                        .formatted(empty, folder.resolve("absent.crt")))
                    .finish())
        .hasMessageContainingAll(
            "kubelet.address: must be an IP address, not '10.0.0.x'",
            "kubelet.certFile: must be PEM with a certificate",
            "kubelet.keyFile: must be PEM with a private key, PKCS#8, PKCS#1 or SEC1",
            "kubelet.clientCaFile: must be a file that can be read, not '",
            "nodes[0].provider: must be one of ecs, lambda, not 'lamda' (did you mean lambda?)");
    assertThatThrownBy(
            () ->
                read("kubelet: {address: 192.0.2.7, keyFile: k}\nnodes: [{name: a, provider: ecs}]")
                    .finish())
        .hasMessageContainingAll(
            "kubelet.address: must be an address of this machine",
            "kubelet.certFile: certFile and keyFile are given together or not at all");
    assertThat(
            read("kubelet: {address: 127.0.0.1}\nnodes: [{name: a, provider: ecs}]")
                .finish()
                .kubelet()
                .address())
        .isEqualTo("127.0.0.1");
  }

  private ConfigReader.Document read(String yaml) throws Exception {
    Path file = Files.writeString(folder.resolve("outrigger.yaml"), yaml);
    return new ConfigReader(Set.of("ecs", "lambda"), "10.0.0.9", InetAddress::isLoopbackAddress)
        .read(file);
  }
}
