package dev.outrigger.agent.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.agent.status.StatusPatch;
import dev.outrigger.provider.PodKey;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An API server's Pods, by name, as it treats them: what was refused there is refused here. */
final class SteppedApi {

  /** Is told of each change, to tell the agent of it later. */
  interface Listener {
    void changed(Pod pod);

    void removed(Pod pod);
  }

  /** Looks at what the agent asks for, when it is done. */
  interface Judge {
    void patched(Pod before, PodStatus after);

    void confirmed(Pod pod);
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Pod> stored = new LinkedHashMap<>();
  private final Map<String, List<Pod>> history = new LinkedHashMap<>();
  private final Set<String> declaredFailed = new HashSet<>();
  private final Gate gate;
  private final Clock clock;
  private final Judge judge;
  private long version = 8;
  private Optional<Listener> watch = Optional.empty();

  SteppedApi(Gate gate, Clock clock, Judge judge) {
    this.gate = gate;
    this.clock = clock;
    this.judge = judge;
  }

  void watch(Optional<Listener> latest) {
    watch = latest;
  }

  Optional<Pod> pod(String name) {
    return Optional.ofNullable(stored.get(name));
  }

  Optional<Pod> withUid(String uid) {
    return stored.values().stream().filter(p -> p.getMetadata().getUid().equals(uid)).findFirst();
  }

  List<Pod> list() {
    return List.copyOf(stored.values());
  }

  /** Every state of this Pod so far. */
  List<Pod> history(String uid) {
    return history.getOrDefault(uid, List.of());
  }

  void put(Pod changed) {
    Pod pod = versioned(changed);
    stored.put(pod.getMetadata().getName(), pod);
    history.computeIfAbsent(pod.getMetadata().getUid(), u -> new ArrayList<>()).add(pod);
    watch.ifPresent(w -> w.changed(pod));
  }

  private void remove(Pod pod) {
    stored.remove(pod.getMetadata().getName());
    Pod last = versioned(pod);
    watch.ifPresent(w -> w.removed(last));
  }

  private Pod versioned(Pod pod) {
    return new PodBuilder(pod)
        .editMetadata()
        .withResourceVersion(String.valueOf(++version))
        .endMetadata()
        .build();
  }

  /** As DELETE does (pkg/registry/core/pod/strategy.go, CheckGracefulDelete). */
  void delete(Pod pod, long asked) {
    var metadata = pod.getMetadata();
    long grace = PodPhase.isTerminal(PodDecision.phase(pod.getStatus())) ? 0 : asked;
    Long before = metadata.getDeletionGracePeriodSeconds();
    boolean held = metadata.getFinalizers() != null && !metadata.getFinalizers().isEmpty();
    if (grace == 0 && !held) {
      remove(pod);
    } else if (before == null || grace < before) {
      put(
          new PodBuilder(pod)
              .editMetadata()
              .withDeletionTimestamp(clock.instant().plusSeconds(grace).toString())
              .withDeletionGracePeriodSeconds(grace)
              .endMetadata()
              .build());
    }
  }

  void dropFinalizer(Pod pod) {
    Pod free = new PodBuilder(pod).editMetadata().withFinalizers(List.of()).endMetadata().build();
    Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
    if (grace != null && grace == 0) {
      remove(free);
    } else {
      put(free);
    }
  }

  void declareFailed(Pod pod) {
    if (!PodPhase.isTerminal(PodDecision.phase(pod.getStatus()))) {
      declaredFailed.add(pod.getMetadata().getUid());
      PodStatus failed = new PodStatusBuilder(pod.getStatus()).withPhase("Failed").build();
      put(
          new PodBuilder(pod)
              .editMetadata()
              .addToAnnotations(SteppedWorld.DECLARED_FAILED, "true")
              .endMetadata()
              .withStatus(failed)
              .build());
    }
  }

  boolean wasDeclaredFailed(Pod pod) {
    return declaredFailed.contains(pod.getMetadata().getUid());
  }

  /** Whether somebody else wrote the phase, and the agent has not written over it since. */
  static boolean isDeclaredFailed(Pod pod) {
    return "true".equals(pod.getMetadata().getAnnotations().get(SteppedWorld.DECLARED_FAILED));
  }

  void declareUnready(Pod pod) {
    List<PodCondition> conditions =
        pod.getStatus().getConditions().stream()
            .map(
                c ->
                    c.getType().equals("Ready")
                        ? new PodConditionBuilder(c).withStatus("False").build()
                        : c)
            .toList();
    PodStatus unready = new PodStatusBuilder(pod.getStatus()).withConditions(conditions).build();
    put(new PodBuilder(pod).withStatus(unready).build());
  }

  boolean exists(PodKey key) {
    Optional<Step.Fault> fault = gate.enter(Step.Call.EXISTS, key.uid());
    return gate.call(fault, () -> withUid(key.uid()).isPresent(), SteppedApi::failure);
  }

  void confirm(PodKey key) {
    Optional<Step.Fault> fault = gate.enter(Step.Call.CONFIRM, key.uid());
    gate.call(
        fault,
        () -> {
          Optional<Pod> pod = withUid(key.uid());
          pod.ifPresent(judge::confirmed);
          pod.ifPresent(p -> delete(p, 0));
          return true;
        },
        SteppedApi::failure);
  }

  boolean patch(PodKey key, PodStatus before, PodStatus after) {
    Optional<String> patch = StatusPatch.between(key.uid(), before, after);
    if (patch.isEmpty()) {
      return true;
    }
    Optional<Step.Fault> fault = gate.enter(Step.Call.PATCH, key.uid() + " " + after.getPhase());
    return gate.call(
        fault,
        () -> {
          Optional<Pod> pod = withUid(key.uid());
          pod.ifPresent(p -> apply(p, patch.get()));
          return pod.isPresent();
        },
        SteppedApi::failure);
  }

  private void apply(Pod pod, String patch) {
    try {
      ObjectNode status = JSON.valueToTree(pod.getStatus());
      merge(status, JSON.readTree(patch).get("status"));
      PodStatus patched = JSON.treeToValue(status, PodStatus.class);
      judge.patched(pod, patched);
      boolean lost = !PodPhase.isTerminal(PodDecision.phase(patched));
      put(
          new PodBuilder(pod)
              .editMetadata()
              .addToAnnotations(
                  SteppedWorld.DECLARED_FAILED, String.valueOf(isDeclaredFailed(pod) && !lost))
              .endMetadata()
              .withStatus(patched)
              .build());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A strategic merge of a status: conditions by type, everything else replaced. */
  private static void merge(ObjectNode status, JsonNode changes) {
    changes
        .properties()
        .forEach(
            field -> {
              if (field.getKey().equals("conditions")) {
                field.getValue().forEach(c -> mergeCondition(status.withArray("conditions"), c));
              } else {
                status.set(field.getKey(), withoutDirectives(field.getValue()));
              }
            });
  }

  private static void mergeCondition(ArrayNode conditions, JsonNode change) {
    for (JsonNode known : conditions) {
      if (known.path("type").equals(change.path("type"))) {
        change.properties().forEach(f -> ((ObjectNode) known).set(f.getKey(), f.getValue()));
        return;
      }
    }
    conditions.add(change);
  }

  private static JsonNode withoutDirectives(JsonNode value) {
    if (value instanceof ArrayNode list) {
      ArrayNode clean = JSON.createArrayNode();
      list.forEach(
          item -> {
            if (!item.has("$patch")) {
              clean.add(item);
            }
          });
      return clean;
    }
    return value;
  }

  private static KubernetesClientException failure() {
    return new KubernetesClientException("no answer");
  }
}
