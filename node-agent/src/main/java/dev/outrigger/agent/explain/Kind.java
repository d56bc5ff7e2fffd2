package dev.outrigger.agent.explain;

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

  String name() {
    return type.getSimpleName();
  }

  /** A ReplicationController's selector is its labels, if it names none. */
  boolean needsSelector() {
    return replaces && apiVersion.equals("apps/v1");
  }
}
