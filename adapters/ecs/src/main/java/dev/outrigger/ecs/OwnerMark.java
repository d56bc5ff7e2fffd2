package dev.outrigger.ecs;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;

/**
 * How a task says whose it is. {@code startedBy} names the node; the Pod stands in the environment
 * that the first container is started with, since StopTask deletes a task's tags. The tags say it
 * too, for people and bills.
 */
final class OwnerMark {

  private static final String UID = "OUTRIGGER_POD_UID";
  private static final String ATTEMPT = "OUTRIGGER_POD_ATTEMPT";
  private static final String NAMESPACE = "OUTRIGGER_POD_NAMESPACE";
  private static final String NAME = "OUTRIGGER_POD_NAME";

  private OwnerMark() {}

  /**
   * Letters, digits, hyphens, slashes and underscores only (RunTask, API reference). A node's name
   * has no underscore, so that turning its dots into them stays unambiguous. 128 characters.
   */
  static String startedBy(String node) {
    String mark = "outrigger/" + node.replace('.', '_');
    return mark.length() <= 128 ? mark : "outrigger/" + Digests.sha256(node);
  }

  static List<KeyValuePair> environment(PodAttempt attempt) {
    PodKey key = attempt.key();
    return List.of(
        pair(UID, key.uid()),
        pair(ATTEMPT, String.valueOf(attempt.number())),
        pair(NAMESPACE, key.namespace()),
        pair(NAME, key.name()));
  }

  static List<Tag> tags(String node, PodAttempt attempt) {
    PodKey key = attempt.key();
    List<Tag> tags = new ArrayList<>();
    tags.add(tag("outrigger.dev/pod-uid", key.uid()));
    tags.add(tag("outrigger.dev/namespace", key.namespace()));
    tags.add(tag("outrigger.dev/name", key.name()));
    tags.add(tag("outrigger.dev/attempt", String.valueOf(attempt.number())));
    tags.add(tag("outrigger.dev/node", node));
    return List.copyOf(tags);
  }

  /** Whose task it is; empty when it bears no complete mark. */
  static Optional<PodAttempt> read(Task task) {
    Map<String, String> marks = new HashMap<>();
    if (task.overrides() != null) {
      for (ContainerOverride container : task.overrides().containerOverrides()) {
        container.environment().forEach(e -> marks.putIfAbsent(e.name(), e.value()));
      }
    }
    String uid = marks.getOrDefault(UID, "");
    String number = marks.getOrDefault(ATTEMPT, "");
    String namespace = marks.getOrDefault(NAMESPACE, "");
    String name = marks.getOrDefault(NAME, "");
    if (uid.isBlank() || namespace.isBlank() || name.isBlank() || !number.matches("\\d{1,9}")) {
      return Optional.empty();
    }
    return Optional.of(new PodAttempt(new PodKey(uid, namespace, name), Integer.parseInt(number)));
  }

  private static KeyValuePair pair(String name, String value) {
    return KeyValuePair.builder().name(name).value(value).build();
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }
}
