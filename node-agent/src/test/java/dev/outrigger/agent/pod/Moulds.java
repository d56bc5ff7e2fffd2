package dev.outrigger.agent.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes Pods. */
final class Moulds {

  private Moulds() {}

  static Pod pod(String name, String uid, Step.Mould mould) {
    Map<String, String> labels = new TreeMap<>();
    if (mould.preStop()) {
      labels.put("preStop", "");
    }
    if (mould.postStart()) {
      labels.put("postStart", "");
    }
    Step.Words words = mould.containers().words();
    List<Container> containers = new ArrayList<>();
    for (int i = 0; i < mould.containers().mains(); i++) {
      containers.add(with(mould.containers().own(i), container("c" + i, words)));
    }
    List<Container> inits = new ArrayList<>();
    for (Step.Init init : mould.containers().inits()) {
      int number = inits.size();
      inits.add(
          switch (init) {
            case ORDINARY ->
                with(ofInit(mould.containers().own(2 + number)), container("i" + number, words));
            case SIDECAR -> container("s" + number, words).withRestartPolicy("Always").build();
            case AWAITED ->
                container("s" + number, words)
                    .withRestartPolicy("Always")
                    .withNewStartupProbe()
                    .endStartupProbe()
                    .build();
          });
    }
    return new PodBuilder()
        .withNewMetadata()
        .withUid(uid)
        .withNamespace("ns")
        .withName(name)
        .withLabels(labels)
        .withAnnotations(Map.of())
        .withFinalizers(mould.finalizer() ? List.of("example.com/held") : List.of())
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy(mould.policy().name())
        .withTerminationGracePeriodSeconds(5L)
        .withActiveDeadlineSeconds(mould.deadline() == 0 ? null : (long) mould.deadline())
        .withHostNetwork(mould.refused() ? true : null)
        .withInitContainers(inits)
        .withContainers(containers)
        .endSpec()
        .withStatus(new PodStatus())
        .build();
  }

  /** One that needs all of the node. */
  static Pod largest() {
    return new PodBuilder()
        .withNewMetadata()
        .withUid("largest")
        .withNamespace("ns")
        .withName("largest")
        .endMetadata()
        .withNewSpec()
        .withContainers(container("c", "10").build())
        .endSpec()
        .build();
  }

  /** Always would make it a sidecar. */
  private static Step.Own ofInit(Step.Own own) {
    return own.policy() == Step.Policy.Always ? Step.Own.NONE : own;
  }

  private static Container with(Step.Own own, ContainerBuilder container) {
    if (own.policy() != null) {
      container.withRestartPolicy(own.policy().name());
    }
    if (!own.codes().isEmpty()) {
      container
          .addNewRestartPolicyRule()
          .withAction("Restart")
          .withNewExitCodes()
          .withOperator(own.operator())
          .withValues(own.codes())
          .endExitCodes()
          .endRestartPolicyRule();
    }
    return container.build();
  }

  private static ContainerBuilder container(String name, Step.Words words) {
    ContainerBuilder container = container(name, "1");
    return switch (words) {
      case NONE -> container;
      case FILE -> container.withTerminationMessagePath("/dev/termination-log");
      case LOG -> container.withTerminationMessagePolicy("FallbackToLogsOnError");
    };
  }

  private static ContainerBuilder container(String name, String cpus) {
    return new ContainerBuilder()
        .withName(name)
        .withImage("i")
        .withNewResources()
        .addToRequests("cpu", new Quantity(cpus))
        .endResources();
  }
}
