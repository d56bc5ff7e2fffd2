package dev.outrigger.agent.explain;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a Pod of what stands in an object, as the API server, the admission and the object's
 * controller would leave it ({@code pkg/controller/statefulset/stateful_set_utils.go}, {@code
 * pkg/controller/job/job_controller.go}).
 */
final class PodMaker {

  private final Kind kind;
  private final Place object;
  private final Map<String, String> origins = new HashMap<>();

  private PodMaker(Kind kind, Place object) {
    this.kind = kind;
    this.object = object;
  }

  /**
   * @param object the whole manifest
   * @param template what stands in it as its Pod; changed
   */
  static PodManifest make(
      String source, Kind kind, Place object, String namespace, String name, Pod template) {
    PodMaker maker = new PodMaker(kind, object);
    maker.prepare(template, namespace, name);
    return new PodManifest(source, kind.template(), maker.origins, template);
  }

  private void prepare(Pod pod, String namespace, String name) {
    if (pod.getMetadata() == null) {
      pod.setMetadata(new ObjectMeta());
    }
    pod.getMetadata().setNamespace(namespace);
    pod.getMetadata().setName(kind.template().isEmpty() ? name : name + "-xxxxx");
    pod.getMetadata().setUid("00000000-0000-0000-0000-000000000000");
    if (kind.replaces()) {
      pod.getMetadata()
          .setOwnerReferences(
              List.of(
                  new OwnerReferenceBuilder()
                      .withKind(kind.name())
                      .withName(name)
                      .withController(true)
                      .build()));
      if (pod.getSpec().getRestartPolicy() == null) {
        pod.getSpec().setRestartPolicy(kind.restartPolicies().getFirst());
      }
    }
    if (kind.type() == StatefulSet.class) {
      identity(pod, name);
      claims(pod);
    }
    index(pod, name);
  }

  /** The first of a StatefulSet's Pods. */
  private void identity(Pod pod, String name) {
    Place spec = object.child("spec");
    String first = name + "-" + spec.child("ordinals").child("start").value().asInt(0);
    pod.getMetadata().setName(first);
    pod.getSpec().setHostname(first);
    origins.put("spec.hostname", "metadata.name");
    Place service = spec.child("serviceName");
    pod.getSpec().setSubdomain(service.isEmpty() ? null : service.text());
    origins.put("spec.subdomain", service.path());
  }

  /** The controller has them before the template's own volumes, whose indices are kept here. */
  private void claims(Pod pod) {
    List<Volume> volumes = new ArrayList<>(pod.getSpec().getVolumes());
    for (Place claim : object.set("spec.volumeClaimTemplates[]")) {
      String name = claim.child("metadata").child("name").text();
      Volume volume =
          new VolumeBuilder()
              .withName(name)
              .withNewPersistentVolumeClaim()
              .withClaimName(name + "-" + pod.getMetadata().getName())
              .endPersistentVolumeClaim()
              .build();
      int at = volumes.stream().map(Volume::getName).toList().indexOf(name);
      if (at < 0) {
        at = volumes.size();
        volumes.add(volume);
      } else {
        volumes.set(at, volume);
      }
      origins.put("spec.volumes[" + at + "].name", claim.path() + ".metadata.name");
      origins.put("spec.volumes[" + at + "].persistentVolumeClaim", claim.path() + ".spec");
    }
    pod.getSpec().setVolumes(volumes);
  }

  /** An indexed Job's Pods have a host name, which is not their own name. */
  private void index(Pod pod, String name) {
    if (kind.template().isEmpty()) {
      return;
    }
    Place owner = object;
    for (String step : kind.template().replaceFirst("\\.?template$", "").split("\\.")) {
      owner = step.isEmpty() ? owner : owner.child(step);
    }
    Place mode = owner.child("completionMode");
    if (mode.text().equals("Indexed")) {
      pod.getSpec().setHostname(name + "-0");
      origins.put("spec.hostname", mode.path());
    }
  }
}
