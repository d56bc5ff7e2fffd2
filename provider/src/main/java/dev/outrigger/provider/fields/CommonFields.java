package dev.outrigger.provider.fields;

import java.util.ArrayList;
import java.util.List;

/** Rows that several providers' tables share. */
public final class CommonFields {

  /** Of ephemeral containers, which the agent answers for. */
  public static final String NO_DEBUGGING =
      "none is added to what runs, and its status says so; use kubectl exec";

  private static final String SCHEDULER = "the scheduler's";

  private CommonFields() {}

  /** What says where a Pod goes: done when it arrives. */
  public static List<FieldRow> placement() {
    List<FieldRow> rows = new ArrayList<>();
    for (String field :
        List.of(
            "nodeSelector",
            "affinity",
            "tolerations",
            "topologySpreadConstraints",
            "schedulerName",
            "schedulingGates",
            "priority",
            "priorityClassName",
            "preemptionPolicy",
            "overhead",
            "workloadRef")) {
      rows.add(FieldRow.harmless("spec." + field, SCHEDULER));
    }
    rows.add(FieldRow.harmless("spec.nodeName", "where the Pod is"));
    rows.add(FieldRow.harmless("spec.runtimeClassName", "selects the node"));
    return List.copyOf(rows);
  }

  /**
   * Volumes that only a node with Kubernetes' storage drivers can mount, refused.
   *
   * @param hint what to use instead
   */
  public static List<FieldRow> driverVolumes(String hint) {
    List<FieldRow> rows = new ArrayList<>();
    for (String type :
        List.of(
            "awsElasticBlockStore",
            "azureDisk",
            "azureFile",
            "cephfs",
            "cinder",
            "csi",
            "ephemeral",
            "fc",
            "flexVolume",
            "flocker",
            "gcePersistentDisk",
            "gitRepo",
            "glusterfs",
            "image",
            "iscsi",
            "nfs",
            "persistentVolumeClaim",
            "photonPersistentDisk",
            "portworxVolume",
            "quobyte",
            "rbd",
            "scaleIO",
            "storageos",
            "vsphereVolume")) {
      rows.add(FieldRow.refused("spec.volumes[]." + type, hint));
    }
    return List.copyOf(rows);
  }

  /**
   * Security settings of a Linux or Windows host's own, in a Pod or a container, refused.
   *
   * @param securityContext the path, with a dot at its end
   * @param hint what to use instead
   */
  public static List<FieldRow> hostSecurity(String securityContext, String hint) {
    List<FieldRow> rows = new ArrayList<>();
    for (String field :
        List.of(
            "appArmorProfile",
            "seLinuxOptions",
            "seccompProfile.localhostProfile",
            "windowsOptions")) {
      rows.add(FieldRow.refused(securityContext + field, hint));
    }
    return List.copyOf(rows);
  }

  /** The Pod's own, refused: kernel parameters, groups of mounted volumes. */
  public static List<FieldRow> hostPodSecurity(String hint) {
    List<FieldRow> rows = new ArrayList<>();
    for (String field :
        List.of(
            "fsGroup",
            "fsGroupChangePolicy",
            "seLinuxChangePolicy",
            "supplementalGroups",
            "supplementalGroupsPolicy",
            "sysctls")) {
      rows.add(FieldRow.refused("spec.securityContext." + field, hint));
    }
    return List.copyOf(rows);
  }

  /**
   * What needs a kubelet beside the container, refused: devices, resizing in place.
   *
   * @param container the path, with a dot at its end
   * @param hint what to use instead
   */
  public static List<FieldRow> kubeletOnly(String container, String hint) {
    List<FieldRow> rows = new ArrayList<>();
    for (String field : List.of("resizePolicy", "resources.claims", "volumeDevices")) {
      rows.add(FieldRow.refused(container + field, hint));
    }
    rows.add(FieldRow.refused(container + "securityContext.procMount", hint));
    return List.copyOf(rows);
  }

  /**
   * The rows with those of restartable init containers in the place of what is said of the same
   * fields of containers. What a kubelet waits for before it starts the next container is the
   * agent's here, which does not start single containers.
   *
   * @param into what starts a sidecar again
   */
  public static List<FieldRow> withSidecars(List<FieldRow> rows, String into) {
    String init = "spec.initContainers[].";
    List<FieldRow> own =
        List.of(
            FieldRow.translatedOnly(init + "restartPolicy", List.of("Always"), into),
            FieldRow.refused(
                init + "startupProbe",
                "the next container starts as soon as the sidecar runs; let that one wait for what"
                    + " it needs, or use readinessProbe"),
            FieldRow.refused(
                init + "lifecycle.postStart",
                "the next container would not wait for it; do it in the sidecar's own command"));
    List<FieldRow> all = new ArrayList<>(rows);
    own.forEach(
        row ->
            all.removeIf(
                r -> r.path().equals(row.path()) || r.path().startsWith(row.path() + ".")));
    all.addAll(own);
    return List.copyOf(all);
  }

  /** The Pod's own of {@link #kubeletOnly}: devices, resources of the Pod as a whole, gates. */
  public static List<FieldRow> kubeletOnlyPod(String hint) {
    return List.of(
        FieldRow.refused("spec.resourceClaims", hint),
        FieldRow.refused("spec.resources", "give each container its own resources"),
        FieldRow.translated("spec.readinessGates", "Ready waits for these conditions"));
  }
}
