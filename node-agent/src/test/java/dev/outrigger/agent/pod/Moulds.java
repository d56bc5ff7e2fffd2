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
    List<Container> containers = new ArrayList<>();
    for (int i = 0; i < mould.containers(); i++) {
      containers.add(container("c" + i, "1"));
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
        .withContainers(container("c", "10"))
        .endSpec()
        .build();
  }

  private static Container container(String name, String cpus) {
    return new ContainerBuilder()
        .withName(name)
        .withImage("i")
        .withNewResources()
        .addToRequests("cpu", new Quantity(cpus))
        .endResources()
        .build();
  }
}
