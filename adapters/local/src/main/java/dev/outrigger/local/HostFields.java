package dev.outrigger.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What becomes of each field of a Pod's spec on a host's processes. A field that stands in no list
 * is refused with its path: nothing is dropped in silence.
 */
final class HostFields {

  /** Has its effect here, or in the agent before the Pod gets here. */
  private static final Set<String> TRANSLATED =
      Set.of(
          "spec.activeDeadlineSeconds",
          "spec.containers[].args",
          "spec.containers[].command",
          "spec.containers[].env",
          "spec.containers[].envFrom",
          "spec.containers[].name",
          "spec.containers[].stdin",
          "spec.containers[].stdinOnce",
          "spec.containers[].workingDir",
          "spec.hostIPC",
          "spec.hostNetwork",
          "spec.hostPID",
          "spec.nodeName",
          "spec.restartPolicy",
          "spec.terminationGracePeriodSeconds");

  /** Needs no effect on a host's processes, or is for the scheduler. */
  private static final Set<String> HARMLESS =
      Set.of(
          "spec.affinity",
          "spec.automountServiceAccountToken",
          "spec.containers[].image", // recorded; nothing is pulled
          "spec.containers[].imagePullPolicy",
          "spec.containers[].ports", // the process listens on the host itself
          "spec.containers[].resources", // the scheduler counts them; no limit is enforced
          "spec.containers[].terminationMessagePath",
          "spec.containers[].terminationMessagePolicy",
          "spec.dnsPolicy", // the host's resolver is used
          "spec.enableServiceLinks",
          "spec.imagePullSecrets",
          "spec.nodeSelector",
          "spec.os",
          "spec.preemptionPolicy",
          "spec.priority",
          "spec.priorityClassName",
          "spec.runtimeClassName",
          "spec.schedulerName",
          "spec.schedulingGates",
          "spec.serviceAccount",
          "spec.serviceAccountName",
          "spec.tolerations",
          "spec.topologySpreadConstraints");

  private static final String INJECTED_TOKEN = "kube-api-access-";
  private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final String NO_FILES =
      "processes see the host's files; pass values as environment variables";
  private static final ObjectMapper JSON = new ObjectMapper();

  private HostFields() {}

  static void check(PodWork work) throws ProviderException {
    JsonNode spec = JSON.valueToTree(work.pod().getSpec());
    walk("spec", "spec", spec);
    checkContainers("spec.initContainers", work.initContainers());
    checkContainers("spec.containers", work.containers());
  }

  private static void checkContainers(String path, List<ContainerWork> containers)
      throws ProviderException {
    for (int i = 0; i < containers.size(); i++) {
      ContainerWork container = containers.get(i);
      String at = path + "[" + i + "]";
      if (container.command().isEmpty()) {
        throw new ProviderException.Unsupported(
            at + ".command", "give a command: a process of the host has no image to take one from");
      }
      for (int e = 0; e < container.env().size(); e++) {
        if (!SHELL_NAME.matcher(container.env().get(e).name()).matches()) {
          throw new ProviderException.Unsupported(
              at + ".env[" + e + "].name", "use letters, digits and underscores");
        }
      }
    }
  }

  private static void walk(String path, String pattern, JsonNode node) throws ProviderException {
    if (isUnset(node) || TRANSLATED.contains(pattern) || HARMLESS.contains(pattern)) {
      return;
    }
    if (isInjectedToken(pattern, node)) {
      return;
    }
    if (isWalkedInto(pattern)) {
      for (var field : node.properties()) {
        String key = field.getKey();
        String row = key.equals("initContainers") ? "containers" : key;
        walk(path + "." + key, pattern + "." + row, field.getValue());
      }
      for (int i = 0; node.isArray() && i < node.size(); i++) {
        walk(path + "[" + i + "]", pattern + "[]", node.get(i));
      }
      return;
    }
    throw new ProviderException.Unsupported(path, hint(pattern));
  }

  /** Container lists share their rows: an init container is a container. */
  private static boolean isWalkedInto(String pattern) {
    return Set.of("spec", "spec.containers", "spec.containers[]", "spec.volumes").contains(pattern)
        || pattern.equals("spec.containers[].volumeMounts");
  }

  /** The token that the API server mounts into every Pod is not given to the host's processes. */
  private static boolean isInjectedToken(String pattern, JsonNode node) {
    return Set.of("spec.volumes[]", "spec.containers[].volumeMounts[]").contains(pattern)
        && node.path("name").asText().startsWith(INJECTED_TOKEN);
  }

  private static boolean isUnset(JsonNode node) {
    return node.isNull()
        || (node.isContainerNode() && node.isEmpty())
        || (node.isBoolean() && !node.booleanValue());
  }

  private static String hint(String pattern) {
    if (pattern.contains("olume")) {
      return NO_FILES;
    }
    if (pattern.endsWith("Probe")) {
      return "leave it out: the local provider runs no probes";
    }
    if (pattern.endsWith("ecurityContext")) {
      return "leave it out: processes run as the agent's user, without isolation";
    }
    if (pattern.endsWith(".tty")) {
      return "leave it out: a container here has no terminal; kubectl exec -t gives one";
    }
    return "leave it out: processes of the host cannot honour it";
  }
}
