package dev.outrigger.agent.explain;

import dev.outrigger.provider.Suggestion;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplate;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Optional;

/**
 * What makes Pods.
 *
 * @param template where the Pod stands in it; empty for a Pod itself
 * @param restartPolicies those that the API server takes there
 * @param replaces whether its controller replaces Pods that have ended, and has a selector
 */
record Kind(
    String apiVersion,
    Class<? extends HasMetadata> type,
    String template,
    List<String> restartPolicies,
    boolean replaces) {

  /** Knows every kind that Kubernetes has. */
  private static final KubernetesSerialization MODELS = new KubernetesSerialization();

  private static final String ALWAYS = "Always";
  private static final List<String> ANY = List.of(ALWAYS, "OnFailure", "Never");
  private static final List<String> ENDING = List.of("OnFailure", "Never");
  private static final String SPEC = "spec.template";

  private static final List<Kind> ALL =
      List.of(
          new Kind("v1", Pod.class, "", ANY, false),
          new Kind("v1", PodTemplate.class, "template", ANY, false),
          new Kind("v1", ReplicationController.class, SPEC, List.of(ALWAYS), true),
          new Kind("apps/v1", Deployment.class, SPEC, List.of(ALWAYS), true),
          new Kind("apps/v1", ReplicaSet.class, SPEC, List.of(ALWAYS), true),
          new Kind("apps/v1", StatefulSet.class, SPEC, List.of(ALWAYS), true),
          new Kind("apps/v1", DaemonSet.class, SPEC, List.of(ALWAYS), true),
          new Kind("batch/v1", Job.class, SPEC, ENDING, false),
          new Kind("batch/v1", CronJob.class, "spec.jobTemplate.spec.template", ENDING, false));

  static Optional<Kind> of(String apiVersion, String kind) {
    return ALL.stream()
        .filter(k -> k.name().equals(kind) && k.apiVersion().equals(apiVersion))
        .findFirst();
  }

  /**
   * The kind that somebody means who writes another word; empty if it may well be one that makes no
   * Pods.
   */
  static Optional<String> meant(String apiVersion, String kind) {
    List<String> names =
        ALL.stream().filter(k -> k.apiVersion().equals(apiVersion)).map(Kind::name).toList();
    return names.isEmpty() || MODELS.getRegisteredKubernetesResource(apiVersion, kind) != null
        ? Optional.empty()
        : Suggestion.of(kind.replaceFirst("s$", ""), names);
  }

  String name() {
    return type.getSimpleName();
  }

  /** A ReplicationController's selector is its labels, if it names none. */
  boolean needsSelector() {
    return replaces && apiVersion.equals("apps/v1");
  }
}
