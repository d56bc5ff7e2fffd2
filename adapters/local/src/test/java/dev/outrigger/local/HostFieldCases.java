package dev.outrigger.local;

import dev.outrigger.provider.testkit.RowCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A case of each row of {@link HostFields} that is translated. */
final class HostFieldCases {

  private static final String AT = "/outrigger-row";
  private static final String ANSWERING =
      "read -r line; echo \"got $line\"; read -r line; echo \"then got $line.\"";
  private static final List<String> CONTAINERS =
      List.of("spec.containers[]", "spec.initContainers[]");

  private HostFieldCases() {}

  static List<RowCase> all() {
    List<RowCase> cases = new ArrayList<>();
    for (String container : CONTAINERS) {
      cases.addAll(process(container));
      cases.addAll(mounts(container));
      cases.addAll(restarts(container));
    }
    cases.add(
        RowCase.of("spec.initContainers[].restartPolicy", "\"Always\"", "first was started again"));
    cases.addAll(volumes());
    return cases;
  }

  /** Namespaces that processes share with the agent, and so with this test. */
  static List<RowCase> ofAnyProcess() {
    List<RowCase> cases = new ArrayList<>();
    Map.of("hostIPC", "ipc", "hostNetwork", "net", "hostPID", "pid")
        .forEach(
            (field, namespace) -> {
              Path own = Path.of("/proc/self/ns", namespace);
              cases.add(
                  RowCase.of("spec." + field, "true", "main said: " + target(own))
                      .given(shell("spec.containers[]", "readlink " + own)));
            });
    return cases;
  }

  private static Path target(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<RowCase> process(String c) {
    String listens = RowCase.first(c) + ".stdin = true";
    return List.of(
        RowCase.of(c + ".name", "\"other\"", "other ended: OptionalInt[0]"),
        RowCase.of(c + ".command", "[\"echo\", \"commanded\"]", "said: commanded"),
        RowCase.of(c + ".args", "[\"argued\"]", "said: argued").given(command(c, "echo")),
        RowCase.of(c + ".env", "[{\"name\": \"COLOUR\", \"value\": \"red\"}]", "said: red")
            .given(shell(c, "echo $COLOUR")),
        RowCase.of(c + ".workingDir", "\"/usr\"", "said: /usr").given(command(c, "pwd")),
        RowCase.of(c + ".stdin", "true", "said: got one").given(shell(c, ANSWERING)),
        RowCase.of(c + ".stdinOnce", "true", "said: then got .")
            .given(shell(c, ANSWERING), listens),
        RowCase.of(c + ".terminationMessagePath", quoted(AT), "last words: goodbye")
            .given(shell(c, "[ ! -e " + AT + " ] || echo goodbye > " + AT)));
  }

  /** Fails in its first run, in the folder that it has for all of them. */
  private static List<RowCase> restarts(String c) {
    String fails = shell(c, "[ -e again ] || { : > again; exit 42; }");
    String rules =
        "[{\"action\": \"Restart\", \"exitCodes\": {\"operator\": \"In\", \"values\": [42]}}]";
    return List.of(
        RowCase.of(c + ".restartPolicy", "\"OnFailure\"", "was started again").given(fails),
        RowCase.of(c + ".restartPolicyRules", rules, "was started again")
            .given(fails, RowCase.first(c) + ".restartPolicy = \"Never\""));
  }

  private static List<RowCase> mounts(String c) {
    String volumes =
        "spec.volumes = [{\"name\": \"u\", \"configMap\": {}}, {\"name\": \"v\", \"configMap\": {}},"
            + " {\"name\": \"s\", \"emptyDir\": {}}]";
    String mount = RowCase.first(c) + ".volumeMounts[0]";
    String part = RowCase.first(c) + ".env = [{\"name\": \"PART\", \"value\": \"file\"}]";
    String field = c + ".volumeMounts[].";
    return List.of(
        RowCase.of(field + "name", "\"v\"", "said: file of v")
            .given(volumes, mounted(mount, "u"), shell(c, "cat " + AT + "/file")),
        RowCase.of(field + "mountPath", quoted(AT + "-2"), "said: file of v")
            .given(volumes, mounted(mount, "v"), shell(c, "cat " + AT + "-2/file")),
        RowCase.of(field + "subPath", "\"file\"", "said: file of v")
            .given(volumes, mounted(mount, "v"), shell(c, "cat " + AT)),
        RowCase.of(field + "subPathExpr", "\"$(PART)\"", "said: file of v")
            .given(volumes, mounted(mount, "v"), part, shell(c, "cat " + AT)),
        RowCase.of(field + "readOnly", "true", "said: not written")
            .given(
                volumes,
                mounted(mount, "s"),
                shell(c, "echo x > " + AT + "/x && echo written || echo not written")));
  }

  private static List<RowCase> volumes() {
    String mount = mounted("spec.containers[0].volumeMounts[0]", "v");
    String reads = shell("spec.containers[]", "cat " + AT + "/file");
    List<RowCase> cases = new ArrayList<>();
    cases.add(
        RowCase.of("spec.volumes[].name", "\"v\"", "said: file of v")
            .given("spec.volumes[0] = {\"name\": \"u\", \"configMap\": {}}", mount, reads));
    for (String type : List.of("configMap", "secret", "downwardAPI")) {
      String volume = "spec.volumes[0] = {\"name\": \"v\", \"%s\": {}}".formatted(type);
      cases.add(
          RowCase.settings("spec.volumes[]." + type, "said: file of v", volume)
              .given(mount, reads));
    }
    for (String type : List.of("configMap", "secret", "downwardAPI", "serviceAccountToken")) {
      String volume =
          "spec.volumes[0] = {\"name\": \"v\", \"projected\": {\"sources\": [{\"%s\": {}}]}}"
              .formatted(type);
      cases.add(
          RowCase.settings("spec.volumes[].projected.sources[]." + type, "said: file of v", volume)
              .given(mount, reads));
    }
    cases.add(
        RowCase.settings(
                "spec.volumes[].emptyDir",
                "said: kept",
                "spec.volumes[0] = {\"name\": \"v\", \"emptyDir\": {}}")
            .given(
                mount,
                shell(
                    "spec.containers[]",
                    "[ ! -d %1$s ] || echo kept > %1$s/x; cat %1$s/x".formatted(AT))));
    return cases;
  }

  private static String mounted(String mount, String volume) {
    return "%s = {\"name\": \"%s\", \"mountPath\": \"%s\"}".formatted(mount, volume, AT);
  }

  private static String command(String container, String program) {
    return RowCase.first(container) + ".command = [" + quoted(program) + "]";
  }

  private static String shell(String container, String script) {
    return RowCase.first(container) + ".command = [\"sh\", \"-c\", " + quoted(script) + "]";
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\"", "\\\"") + "\"";
  }
}
