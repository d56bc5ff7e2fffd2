package dev.outrigger.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class CommandLineTest {

  private record Ended(int code, String out, String err) {}

  @TempDir Path folder;

  @Test
  void missingOrUnknownCommandsEndWithTwoAndSayWhatThereIs() {
    assertThat(run().code()).isEqualTo(2);
    assertThat(run("fly").err()).contains("fly", "Usage: outrigger");
    assertThat(run("provider").err()).contains("serve");
  }

  @Test
  void badOptionsEndWithTwoAndNameTheOption() {
    assertThat(run("run").err()).contains("--config");
    assertThat(run("run", "--config").code()).isEqualTo(2);
    assertThat(run("provider", "serve", "--provider", "local").err()).contains("--node");
  }

  @Test
  void unreadableConfigurationEndsWithTwo() {
    Ended ended = run("run", "--config", folder.resolve("none.yaml").toString());

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("none.yaml", "cannot be read");
  }

  @Test
  void aFolderIsNoConfiguration() {
    Ended ended = run("run", "--config", folder.toString());

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains(folder + " cannot be used", "is a folder, not a file");
  }

  @Test
  void aFileThatIsNoKubeconfigIsNamed() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("outrigger.yaml"), "nodes:\n- {name: a, provider: instant}\n");
    Path other = Files.writeString(folder.resolve("other.txt"), "# Title\n\ntext: [secret\n");

    Ended ended = run("run", "--config", config.toString(), "--kubeconfig", other.toString());

    assertThat(ended.code()).isNotZero();
    assertThat(ended.err()).contains("other.txt is no kubeconfig").doesNotContain("secret");
  }

  @Test
  void everyMistakeInTheConfigurationIsToldAtOnceWithItsPath() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("outrigger.yaml"),
            "nodes:\n- {name: a, provider: lambda}\n- {name: b, provider: ecs, ecs: {clutser: c}}\n");

    Ended ended = run("run", "--config", file.toString());

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err())
        .contains("nodes[0].lambda.region", "nodes[1].ecs.region", "nodes[1].ecs.clutser");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ecs", "ecss"})
  void aMistypedProviderHidesNoOtherMistake(String section) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("outrigger.yaml"),
            "nodes:\n- {name: a, provider: ecss, %s: {clutser: c}}\n".formatted(section));

    Ended ended = run("run", "--config", file.toString());

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err())
        .contains(
            "nodes[0].provider: must be one of",
            "did you mean ecs?",
            "nodes[0].%s.region".formatted(section),
            "nodes[0].%s.clutser".formatted(section));
  }

  @Test
  void helpEndsWithZeroForEveryCommand() {
    assertThat(run("--help").out()).contains("run", "provider", "generate-completion");
    assertThat(run("run", "--help").out()).contains("--config", "Exit codes");
    assertThat(run("provider", "serve", "--help").out()).contains("--listen", "Exit codes");
    assertThat(run("provider", "serve", "--help").code()).isZero();
  }

  @Test
  void completionKnowsTheCommands() {
    assertThat(run("generate-completion").out()).contains("provider", "--kubeconfig");
  }

  @Test
  void anAddressThatTheMachineDoesNotHaveEndsWithTwoAndIsNoTroubleForALookAtTheNodes()
      throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("outrigger.yaml"),
            "kubelet: {address: 192.0.2.7}\nnodes: [{name: a, provider: local, local: {root: %s}}]"
                .formatted(folder));

    Ended agent = run("run", "--config", config.toString());

    assertThat(agent.code()).isEqualTo(2);
    assertThat(agent.err()).contains("kubelet.address: must be an address of this machine");
    assertThat(run("policy", "--config", config.toString()).code()).isZero();
  }

  @Test
  void serveRefusesWhatItCannotUseBeforeItListens() throws IOException {
    Path file = Files.createFile(folder.resolve("some.pem"));

    assertThat(serve("martian", "127.0.0.1:0", file).err()).contains("ecs, instant, lambda, local");
    assertThat(serve("local", "127.0.0.1", file).err()).contains("--listen must be HOST:PORT");
    assertThat(serve("local", "127.0.0.1:0", folder.resolve("none")).err())
        .contains("--ca: must be a file that can be read", "--key: must be");
    assertThat(serve("local", "127.0.0.1:70000", file).code()).isEqualTo(2);
  }

  @Test
  void serveRefusesSettingsThatTheProviderDoesNotKnow() throws IOException {
    Path file = Files.createFile(folder.resolve("some.pem"));
    Path settings = Files.writeString(folder.resolve("s.yaml"), "kep: 1h\nroot: " + folder);

    Ended ended = serve("local", "127.0.0.1:0", file, "--settings", settings.toString());

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("s.yaml cannot be used", "kep");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ecs", "lambda"})
  void serveTellsAllThatAProviderLacksWithoutSettings(String provider) throws IOException {
    Path pair = KeyPairFiles.make(folder, "one");

    Ended ended =
        serve(provider, "127.0.0.1:0", pair, "--key", KeyPairFiles.keyOf(pair).toString());

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("cannot be used", "region: is required");
  }

  @Test
  void serveRefusesANameThatNoNodeCanHave() throws IOException {
    Path file = Files.createFile(folder.resolve("some.pem"));

    Ended ended = serve("instant", "127.0.0.1:0", file, "--node", "Edge_1");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("--node must be lower-case letters", "not 'Edge_1'");
  }

  @Test
  void serveTellsAWrongNameAndAWrongAddressAtOnce() throws IOException {
    Path file = Files.createFile(folder.resolve("some.pem"));

    Ended ended = serve("instant", "127.0.0.1:70000", file, "--node", "Edge_1");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err())
        .contains("--node must be lower-case letters", "not 'Edge_1'")
        .contains("--listen must be HOST:PORT", "not '127.0.0.1:70000'");
  }

  @Test
  void serveRefusesCertificatesThatItCouldNotServeWith() throws IOException {
    Path one = KeyPairFiles.make(folder, "one");
    Path other = KeyPairFiles.make(folder, "other");
    Path empty = Files.createFile(folder.resolve("some.pem"));

    Ended mixed =
        serve("instant", "127.0.0.1:0", one, "--key", KeyPairFiles.keyOf(other).toString());
    Ended none =
        serve("instant", "127.0.0.1:0", empty, "--key", KeyPairFiles.keyOf(one).toString());

    assertThat(mixed.code()).isEqualTo(2);
    assertThat(mixed.err())
        .contains("--key: must be the private key of --cert's certificate")
        .contains("the private key is not the certificate's");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err())
        .contains("--ca: must be PEM with a certificate", "--cert: must be", "no CERTIFICATE");
  }

  private static Ended serve(String provider, String listen, Path pem, String... more) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("--node", "edge-1");
    options.put("--provider", provider);
    options.put("--listen", listen);
    for (String option : List.of("--ca", "--cert", "--key")) {
      options.put(option, pem.toString());
    }
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    List<String> args = new ArrayList<>(List.of("provider", "serve"));
    options.forEach((option, value) -> args.addAll(List.of(option, value)));
    return run(args.toArray(String[]::new));
  }

  private static Ended run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return new Ended(line.execute(args), out.toString(), err.toString());
  }
}
