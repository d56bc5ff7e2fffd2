package dev.outrigger.ecs;

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

/** What becomes of every field of a Pod's spec on ECS. */
final class EcsFields {

  private static final List<String> NO = List.of("false");
  private static final String FARGATE_HOST = "Fargate has no host to share";
  private static final String NOT_ON_FARGATE = "Fargate has no such thing; leave it out";

  /** StatefulSets and indexed Jobs set it; to refuse it would be to refuse them. */
  private static final String UNNAMED =
      "ECS names the host itself on Fargate; the Pod's name is in metadata.name by fieldRef";

  private static final String NO_FILES =
      "only emptyDir volumes become task volumes; pass the content in the environment";

  private static final String NO_FILE_KEYS =
      "ECS fixes the environment before the task starts; read the file in the container itself";

  static final FieldTable TABLE =
      new FieldTable(
          rows(),
          "ECS has no such thing; leave it out or use another node",
          new AnnotationTable("ecs", List.of()));

  private EcsFields() {}

  private static List<FieldRow> rows() {
    List<FieldRow> rows = new ArrayList<>();
    rows.addAll(container("spec.containers[]."));
    rows.addAll(container("spec.initContainers[]."));
    rows.addAll(CommonFields.placement());
    rows.addAll(pod());
    rows.addAll(volumes());
    return CommonFields.withSidecars(
        rows,
        "containerDefinitions[].restartPolicy: ECS starts a sidecar again that ran for a minute");
  }

  private static List<FieldRow> container(String c) {
    List<FieldRow> rows = new ArrayList<>();
    rows.add(translated(c + "name", "containerDefinitions[].name"));
    rows.add(translated(c + "image", "containerDefinitions[].image"));
    rows.add(
        translated(
            c + "command",
            "containerDefinitions[].entryPoint, and what follows its first word before args"));
    rows.add(translated(c + "args", "containerOverrides[].command"));
    rows.add(translated(c + "workingDir", "containerDefinitions[].workingDirectory"));
    rows.add(translated(c + "env", "containerOverrides[].environment; Secrets: secrets[]"));
    rows.add(refused(c + "env[].valueFrom.fileKeyRef", NO_FILE_KEYS));
    rows.add(translated(c + "envFrom", "containerOverrides[].environment; Secrets: secrets[]"));
    for (String resource : List.of("cpu", "memory", "ephemeral-storage")) {
      rows.add(translated(c + "resources.requests." + resource, "the Fargate size"));
      rows.add(translated(c + "resources.limits." + resource, "the Fargate size, memory"));
    }
    rows.add(refused(c + "resources.requests.*", NOT_ON_FARGATE));
    rows.add(refused(c + "resources.limits.*", NOT_ON_FARGATE));
    rows.addAll(CommonFields.kubeletOnly(c, NOT_ON_FARGATE));
    rows.add(refused(c + "restartPolicyRules", "the Pod's restartPolicy counts"));
    rows.addAll(CommonFields.hostSecurity(c + "securityContext.", NOT_ON_FARGATE));
    rows.add(harmless(c + "ports", "every port of the task's own address is open"));
    rows.add(refused(c + "ports[].hostPort", FARGATE_HOST + "; use the Pod's address"));
    for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
      rows.add(translated(c + probe, "the agent asks the task's address"));
      rows.add(refused(c + probe + ".exec", "use httpGet, tcpSocket or grpc"));
    }
    for (String hook : List.of("postStart", "preStop")) {
      rows.add(translated(c + "lifecycle." + hook, "the agent asks the task's address, or waits"));
      rows.add(refused(c + "lifecycle." + hook + ".exec", "use httpGet, or do it in the process"));
      rows.add(refused(c + "lifecycle." + hook + ".tcpSocket", "no kubelet runs it; use httpGet"));
    }
    rows.add(refused(c + "lifecycle.stopSignal", "handle SIGTERM in the process"));
    rows.add(onlyWith(c + "imagePullPolicy", List.of("Always", "IfNotPresent"), "always pulls"));
    rows.add(
        onlyWith(
            c + "terminationMessagePath",
            List.of("/dev/termination-log"),
            "the file cannot be read; the message is the backend's reason"));
    rows.add(
        translated(c + "terminationMessagePolicy", "the reason of ECS, or the end of the log"));
    rows.add(onlyWith(c + "stdin", NO, "a task has no standard input"));
    rows.add(onlyWith(c + "stdinOnce", NO, "a task has no standard input"));
    rows.add(onlyWith(c + "tty", NO, "a task has no terminal"));
    rows.addAll(mounts(c + "volumeMounts[]."));
    rows.addAll(security(c + "securityContext."));
    rows.add(onlyWith(c + "securityContext.privileged", NO, "not on Fargate"));
    rows.add(
        onlyWith(
            c + "securityContext.allowPrivilegeEscalation",
            List.of("true"),
            "Fargate cannot forbid it; run as a user without setuid binaries"));
    rows.add(translated(c + "securityContext.readOnlyRootFilesystem", "readonlyRootFilesystem"));
    rows.add(
        translated(c + "securityContext.capabilities.drop", "linuxParameters.capabilities.drop"));
    rows.add(
        onlyWith(
            c + "securityContext.capabilities.add[]",
            List.of("SYS_PTRACE"),
            "Fargate adds SYS_PTRACE only"));
    return rows;
  }

  private static List<FieldRow> mounts(String m) {
    return List.of(
        translated(m + "name", "mountPoints[].sourceVolume"),
        translated(m + "mountPath", "mountPoints[].containerPath"),
        translated(m + "readOnly", "mountPoints[].readOnly"),
        refused(m + "subPath", "mount the whole volume"),
        refused(m + "subPathExpr", "mount the whole volume"),
        onlyWith(m + "recursiveReadOnly", List.of("Disabled"), "a task volume has no such mode"),
        onlyWith(m + "mountPropagation", List.of("None"), FARGATE_HOST));
  }

  private static List<FieldRow> security(String s) {
    return List.of(
        translated(s + "runAsUser", "containerDefinitions[].user"),
        translated(s + "runAsGroup", "containerDefinitions[].user"),
        translated(s + "runAsNonRoot", "kept by the runAsUser that must stand beside it"),
        onlyWith(
            s + "seccompProfile.type", List.of("RuntimeDefault"), "Fargate has its own profile"));
  }

  private static List<FieldRow> pod() {
    List<FieldRow> rows = new ArrayList<>();
    rows.add(translated("spec.restartPolicy", "the agent starts the next attempt"));
    rows.add(translated("spec.terminationGracePeriodSeconds", "stopTimeout, 2 to 120 s"));
    rows.add(translated("spec.activeDeadlineSeconds", "the agent ends the Pod then"));
    rows.add(onlyWith("spec.dnsPolicy", List.of("ClusterFirst", "Default"), "the VPC's resolver"));
    rows.add(
        harmless(
            "spec.enableServiceLinks", "a task reaches no ClusterIP: use DNS names of the VPC"));
    rows.add(harmless("spec.serviceAccount", "the task role is the identity on AWS"));
    rows.add(harmless("spec.serviceAccountName", "the task role is the identity on AWS"));
    rows.add(harmless("spec.automountServiceAccountToken", "no token is mounted"));
    rows.add(refused("spec.imagePullSecrets", "pull from ECR by the node's executionRoleArn"));
    rows.add(harmless("spec.hostname", UNNAMED));
    rows.add(refused("spec.hostAliases", "not on Fargate; use DNS"));
    rows.add(onlyWith("spec.hostUsers", List.of("true"), "not on Fargate"));
    for (String flag : List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")) {
      rows.add(onlyWith("spec." + flag, NO, FARGATE_HOST));
    }
    rows.add(onlyWith("spec.setHostnameAsFQDN", NO, "ECS names the host itself on Fargate"));
    rows.add(onlyWith("spec.os.name", List.of("linux"), "this node runs Linux"));
    rows.addAll(security("spec.securityContext."));
    rows.addAll(CommonFields.hostSecurity("spec.securityContext.", NOT_ON_FARGATE));
    rows.addAll(CommonFields.hostPodSecurity(NOT_ON_FARGATE));
    rows.addAll(CommonFields.kubeletOnlyPod(NOT_ON_FARGATE));
    rows.add(refused("spec.dnsConfig", "the VPC's resolver answers; set its DHCP options"));
    rows.add(
        harmless(
            "spec.subdomain",
            "the cluster's DNS leads to the task's address by it; /etc/hosts gets no entry"));
    rows.add(refused("spec.hostnameOverride", "ECS names the host itself on Fargate"));
    rows.add(refused("spec.containers[].restartPolicy", "the Pod's restartPolicy counts"));
    rows.add(harmless("spec.ephemeralContainers", CommonFields.NO_DEBUGGING));
    return rows;
  }

  private static List<FieldRow> volumes() {
    List<FieldRow> rows = new ArrayList<>();
    rows.add(translated("spec.volumes[].name", "volumes[].name"));
    rows.add(translated("spec.volumes[].emptyDir", "a task volume"));
    rows.add(onlyWith("spec.volumes[].emptyDir.medium", List.of(""), "Fargate has no tmpfs"));
    rows.add(translated("spec.volumes[].emptyDir.sizeLimit", "ephemeralStorage.sizeInGiB"));
    for (String type : List.of("configMap", "secret", "downwardAPI", "projected")) {
      rows.add(refused("spec.volumes[]." + type, NO_FILES));
    }
    rows.add(refused("spec.volumes[].hostPath", FARGATE_HOST));
    rows.addAll(CommonFields.driverVolumes("only emptyDir volumes become task volumes"));
    return rows;
  }
}
