package dev.outrigger.local;

import static dev.outrigger.provider.fields.FieldRow.harmless;
import static dev.outrigger.provider.fields.FieldRow.onlyWith;
import static dev.outrigger.provider.fields.FieldRow.refused;
import static dev.outrigger.provider.fields.FieldRow.translated;

import dev.outrigger.provider.fields.AnnotationTable;
import dev.outrigger.provider.fields.CommonFields;
import dev.outrigger.provider.fields.FieldRow;
import dev.outrigger.provider.fields.FieldTable;
import java.util.ArrayList;
import java.util.List;

/** What becomes of each field of a Pod's spec on a host's processes. */
final class HostFields {

  private static final List<String> NO = List.of("false");
  private static final String LEAVE_OUT = "leave it out: processes of the host cannot honour it";
  private static final String NO_ISOLATION =
      "leave it out: processes run as the agent's user, without isolation";
  private static final String AS_AGENT = "processes run as the agent's user, without isolation";
  private static final String FILES = "its files, where the host permits mount namespaces";
  private static final String NO_FILES =
      "processes see the host's files: use them by their own paths";
  private static final String ON_DISK = "the folder is on the host's disk";
  private static final String THE_HOST = "processes are the host's own";
  private static final String HOST_NAME = "processes have the host's name";
  private static final String COUNTED = "the scheduler counts it; no limit is enforced";

  static final FieldTable TABLE =
      new FieldTable(rows(), LEAVE_OUT, new AnnotationTable("local", List.of()));

  private HostFields() {}

  private static List<FieldRow> rows() {
    List<FieldRow> rows = new ArrayList<>(CommonFields.placement());
    rows.addAll(pod());
    rows.addAll(volumes());
    for (String containers : List.of("spec.containers[].", "spec.initContainers[].")) {
      rows.addAll(container(containers));
      rows.addAll(security(containers + "securityContext."));
      rows.addAll(containerSecurity(containers + "securityContext."));
    }
    String own = "its own instead of the Pod's";
    rows.add(translated("spec.containers[].restartPolicy", own));
    rows.add(
        translated("spec.initContainers[].restartPolicy", own + "; Always makes it a sidecar"));
    rows.addAll(security("spec.securityContext."));
    rows.addAll(CommonFields.hostPodSecurity(NO_ISOLATION));
    rows.addAll(CommonFields.kubeletOnlyPod(LEAVE_OUT));
    return List.copyOf(rows);
  }

  private static List<FieldRow> pod() {
    return List.of(
        translated("spec.activeDeadlineSeconds", "the agent ends the Pod then"),
        translated("spec.restartPolicy", "each container is started again by itself"),
        translated("spec.terminationGracePeriodSeconds", "from SIGTERM to SIGKILL"),
        translated("spec.hostIPC", THE_HOST),
        translated("spec.hostNetwork", THE_HOST),
        translated("spec.hostPID", THE_HOST),
        onlyWith("spec.hostUsers", List.of("true"), THE_HOST),
        onlyWith("spec.shareProcessNamespace", NO, "every process sees the host's others already"),
        harmless(
            "spec.automountServiceAccountToken", "the API server's; the volume is what counts"),
        harmless("spec.serviceAccount", "spec.serviceAccountName counts"),
        translated("spec.serviceAccountName", "whose tokens are mounted"),
        harmless("spec.dnsPolicy", "the host's resolver answers"),
        refused("spec.dnsConfig", "the host's resolver answers"),
        translated("spec.enableServiceLinks", "part of the environment"),
        harmless("spec.imagePullSecrets", "nothing is pulled"),
        onlyWith("spec.os.name", List.of("linux"), "this host runs Linux"),
        refused("spec.hostAliases", "the host's /etc/hosts is not the Pod's"),
        onlyWith(
            "spec.hostname",
            List.of(FieldRow.POD_NAME),
            "processes have the host's name, and the Pod's in HOSTNAME"),
        refused("spec.hostnameOverride", HOST_NAME),
        harmless(
            "spec.subdomain",
            "only DNS uses it, for Pods with an address; /etc/hosts gets no entry"),
        onlyWith("spec.setHostnameAsFQDN", NO, HOST_NAME),
        harmless("spec.ephemeralContainers", CommonFields.NO_DEBUGGING));
  }

  private static List<FieldRow> volumes() {
    List<FieldRow> rows = new ArrayList<>(CommonFields.driverVolumes(NO_FILES));
    rows.add(translated("spec.volumes[].name", "what mounts call it"));
    for (String type : List.of("configMap", "secret", "downwardAPI")) {
      rows.add(translated("spec.volumes[]." + type, FILES));
    }
    String sources = "spec.volumes[].projected.sources[].";
    rows.add(translated("spec.volumes[].projected.defaultMode", FILES));
    for (String type : List.of("configMap", "secret", "downwardAPI", "serviceAccountToken")) {
      rows.add(translated(sources + type, FILES));
    }
    rows.add(refused(sources + "clusterTrustBundle", "put the certificates into a ConfigMap"));
    rows.add(refused(sources + "podCertificate", "mount a Secret with the certificate"));
    rows.add(translated("spec.volumes[].emptyDir", "a folder, where the host permits namespaces"));
    rows.add(onlyWith("spec.volumes[].emptyDir.medium", List.of(""), ON_DISK));
    rows.add(harmless("spec.volumes[].emptyDir.sizeLimit", "not enforced"));
    rows.add(refused("spec.volumes[].hostPath", NO_FILES));
    return rows;
  }

  private static List<FieldRow> mounts(String m) {
    return List.of(
        translated(m + "name", "the volume"),
        translated(m + "mountPath", "bound there, for this container alone"),
        translated(m + "subPath", "what is bound"),
        translated(m + "subPathExpr", "what is bound"),
        translated(m + "readOnly", "a read-only mount"),
        onlyWith(m + "mountPropagation", List.of("None"), "mounts stay in their container"),
        onlyWith(
            m + "recursiveReadOnly",
            List.of("Disabled", "IfPossible"),
            "what is mounted in a mount has a readOnly of its own"));
  }

  private static List<FieldRow> container(String c) {
    List<FieldRow> rows = new ArrayList<>();
    rows.add(translated(c + "name", "the container's name in the status"));
    rows.add(harmless(c + "image", "recorded; nothing is pulled"));
    rows.add(harmless(c + "imagePullPolicy", "nothing is pulled"));
    rows.add(translated(c + "command", "the program"));
    rows.add(translated(c + "args", "its arguments"));
    rows.add(translated(c + "env", "its environment"));
    rows.add(
        translated(
            c + "env[].valueFrom.fileKeyRef",
            "read when the container starts, where the host permits namespaces"));
    rows.add(translated(c + "envFrom", "its environment"));
    rows.add(translated(c + "workingDir", "its working directory"));
    rows.add(translated(c + "restartPolicyRules", "the first that matches its exit code counts"));
    rows.add(
        onlyWith(
            c + "restartPolicyRules[].action",
            List.of("Restart"),
            "processes are started again one by one: give each container a rule"));
    rows.add(translated(c + "stdin", "kubectl attach -i writes to it"));
    rows.add(translated(c + "stdinOnce", "the end of the first attach ends it"));
    rows.add(onlyWith(c + "tty", NO, "use kubectl exec -t, whose command gets a terminal"));
    rows.add(harmless(c + "ports", "the process listens on the host itself"));
    rows.add(harmless(c + "resources.limits", COUNTED));
    rows.add(harmless(c + "resources.requests", COUNTED));
    rows.add(
        translated(
            c + "terminationMessagePath",
            "a file of the container's own, read in the end, where the host permits namespaces"));
    rows.add(translated(c + "terminationMessagePolicy", "the end of the log, if it says so"));
    for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
      rows.add(translated(c + probe, "the agent runs it"));
      rows.add(
          refused(c + probe + ".grpc", "a process has no address of its own; use exec or httpGet"));
    }
    for (String hook : List.of("postStart", "preStop")) {
      rows.add(translated(c + "lifecycle." + hook, "the agent runs it"));
      rows.add(refused(c + "lifecycle." + hook + ".tcpSocket", "no kubelet runs it; use httpGet"));
    }
    rows.add(refused(c + "lifecycle.stopSignal", "handle SIGTERM in the process"));
    rows.addAll(mounts(c + "volumeMounts[]."));
    rows.addAll(CommonFields.kubeletOnly(c, LEAVE_OUT));
    return rows;
  }

  /** What a Pod and a container may both say. */
  private static List<FieldRow> security(String s) {
    List<FieldRow> rows = new ArrayList<>(CommonFields.hostSecurity(s, NO_ISOLATION));
    for (String field : List.of("runAsUser", "runAsGroup", "seccompProfile.type")) {
      rows.add(refused(s + field, NO_ISOLATION));
    }
    rows.add(onlyWith(s + "runAsNonRoot", NO, AS_AGENT));
    return rows;
  }

  private static List<FieldRow> containerSecurity(String s) {
    return List.of(
        onlyWith(s + "privileged", NO, AS_AGENT),
        onlyWith(s + "allowPrivilegeEscalation", List.of("true"), AS_AGENT),
        onlyWith(s + "readOnlyRootFilesystem", NO, AS_AGENT),
        refused(s + "capabilities", NO_ISOLATION));
  }
}
