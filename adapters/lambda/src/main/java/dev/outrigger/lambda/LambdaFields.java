package dev.outrigger.lambda;

import static dev.outrigger.provider.fields.FieldRow.harmless;
import static dev.outrigger.provider.fields.FieldRow.onlyWith;
import static dev.outrigger.provider.fields.FieldRow.refused;
import static dev.outrigger.provider.fields.FieldRow.translated;
import static dev.outrigger.provider.fields.FieldRow.translatedOnly;

import dev.outrigger.provider.fields.AnnotationTable;
import dev.outrigger.provider.fields.CommonFields;
import dev.outrigger.provider.fields.FieldRow;
import dev.outrigger.provider.fields.FieldTable;
import java.util.ArrayList;
import java.util.List;

/** What becomes of every field of a Pod's spec on Lambda. */
final class LambdaFields {

  private static final String USE_ECS = "run this Pod on an ECS node";
  private static final String NO_SUCH_THING = "an invocation has no such thing; leave it out";
  private static final String NO_HOST = "an invocation has no host to share";
  private static final String OWN_SANDBOX = "Lambda has its own sandbox; leave it out";
  private static final String OTHER_RESOURCE =
      "Lambda has memory and /tmp only; use a node that offers this resource";
  private static final String ONE_RUN = "an invocation is a single run; use spec.restartPolicy";
  private static final String C = "spec.containers[].";

  static final FieldTable TABLE =
      new FieldTable(
          rows(),
          "Lambda has no such thing; leave it out or use another node",
          new AnnotationTable("lambda", annotations()));

  private LambdaFields() {}

  private static List<FieldRow> rows() {
    List<FieldRow> rows = new ArrayList<>(own());
    rows.addAll(volumes());
    rows.addAll(CommonFields.placement());
    rows.addAll(CommonFields.kubeletOnly(C, NO_SUCH_THING));
    rows.addAll(CommonFields.kubeletOnlyPod(NO_SUCH_THING));
    for (String context : List.of("spec.securityContext.", C + "securityContext.")) {
      rows.addAll(CommonFields.hostSecurity(context, OWN_SANDBOX));
      rows.add(refused(context + "runAsUser", "Lambda chooses the user; leave it out"));
      rows.add(refused(context + "runAsGroup", "Lambda chooses the user; leave it out"));
    }
    rows.addAll(CommonFields.hostPodSecurity(OWN_SANDBOX));
    rows.add(refused(C + "securityContext.capabilities.add", "Lambda gives none"));
    rows.add(harmless("spec.hostnameOverride", "nobody can reach an invocation by name"));
    return rows;
  }

  private static List<FieldRow> annotations() {
    return List.of(
        translated(LambdaFunctionMapper.PAYLOAD, "the payload: JSON, at most 6 MB"),
        translated(
            LambdaFunctionMapper.FUNCTION,
            "this function is invoked, by its name or ARN with or without :qualifier, and none is"
                + " made"),
        translated(
            CodeSource.RUNTIME,
            "the runtime of code from a ConfigMap, instead of the node's lambda.runtime"),
        translatedOnly(
            LambdaFunctionMapper.LOG_ANSWER,
            List.of("true", "false"),
            "whether the answer stands at the end of the log; it does by default"),
        translatedOnly(
            FunctionEnvironment.SENSITIVE,
            List.of(FunctionEnvironment.IN_FUNCTION),
            "values of Secrets may stand in the function's environment, where everyone who may read"
                + " the function reads them"));
  }

  private static List<FieldRow> volumes() {
    String v = "spec.volumes[].";
    String whole = "mount the whole ConfigMap as the code";
    List<FieldRow> rows = new ArrayList<>(CommonFields.driverVolumes(CodeSource.HINT));
    rows.add(translated(v + "name", "which ConfigMap is the code, by the mount at /var/task"));
    rows.add(translated(v + "configMap", "the code, mounted at /var/task; refused elsewhere"));
    rows.add(refused(v + "emptyDir", "use /tmp; limits.ephemeral-storage is its size"));
    rows.add(refused(v + "secret", "let the handler read it from Secrets Manager"));
    rows.add(refused(v + "downwardAPI", "use env with fieldRef"));
    rows.add(refused(v + "projected", "mount the code from one ConfigMap; use env for the rest"));
    rows.add(
        refused(v + "hostPath", "an invocation has no host; use /tmp, or fetch the files from S3"));
    rows.add(translated(C + "volumeMounts", "the code, at /var/task; refused elsewhere"));
    rows.add(refused(C + "volumeMounts[].subPath", whole));
    rows.add(refused(C + "volumeMounts[].subPathExpr", whole));
    return rows;
  }

  private static List<FieldRow> own() {
    return List.of(
        translated(C + "name", "the container's name in the status"),
        translated(C + "image", "PackageType Image, after the node's imageRewrite rules"),
        translated(C + "command", "ImageConfig.Command, or the handler of code from a ConfigMap"),
        translated(C + "args", "the payload, unless outrigger.dev/lambda-payload gives it"),
        translated(C + "workingDir", "ImageConfig.WorkingDirectory"),
        translated(C + "env", "the function's environment; AWS keys and region are the caller's"),
        refused(
            C + "env[].valueFrom.fileKeyRef",
            "an invocation has no other container that could write the file"),
        translated(C + "envFrom", "the function's environment"),
        translated(C + "resources.limits.memory", "MemorySize"),
        translated(C + "resources.requests.memory", "MemorySize, where no limit is set"),
        harmless(C + "resources.limits.cpu", "memory decides: 1,769 MB is one vCPU; a warning"),
        harmless(C + "resources.requests.cpu", "memory decides: 1,769 MB is one vCPU; a warning"),
        translated(C + "resources.limits.ephemeral-storage", "EphemeralStorage (/tmp)"),
        harmless(C + "resources.requests.ephemeral-storage", "the limit decides"),
        refused(C + "resources.limits.*", OTHER_RESOURCE),
        refused(C + "resources.requests.*", OTHER_RESOURCE),
        translated("spec.activeDeadlineSeconds", "Timeout, at most 900 s"),
        harmless(C + "imagePullPolicy", "Lambda keeps its own copy of the image"),
        harmless(C + "terminationMessagePath", "the answer is the message"),
        translated(C + "terminationMessagePolicy", "the answer, or the end of the log"),
        harmless(C + "ports", "informational; an invocation listens to nothing"),
        onlyWith(C + "stdin", List.of("false"), "the payload is the input; use the annotation"),
        onlyWith(C + "stdinOnce", List.of("false"), "the payload is the input"),
        onlyWith(C + "tty", List.of("false"), "an invocation has no terminal"),
        refused(C + "livenessProbe", "Lambda ends what hangs by its timeout: remove the probe"),
        refused(C + "readinessProbe", "an invocation serves nobody: remove the probe"),
        refused(C + "startupProbe", "an invocation serves nobody: remove the probe"),
        refused(C + "lifecycle", "Lambda has no hooks; call it from the handler"),
        refused(C + "restartPolicy", ONE_RUN),
        refused(C + "restartPolicyRules", ONE_RUN),
        refused("spec.initContainers", "one invocation is one container; " + USE_ECS),
        harmless("spec.ephemeralContainers", CommonFields.NO_DEBUGGING),
        harmless(
            "spec.restartPolicy",
            "an invocation is a single run: Always runs once, OnFailure and a Job try again"),
        harmless(
            "spec.terminationGracePeriodSeconds",
            "an invocation cannot be signalled; a deletion waits so long for its end"),
        harmless("spec.dnsPolicy", "Lambda resolves by its own network"),
        refused("spec.dnsConfig", "Lambda resolves by its own network"),
        refused("spec.hostAliases", "Lambda's /etc/hosts cannot be written"),
        harmless("spec.enableServiceLinks", "an invocation reaches no ClusterIP"),
        harmless("spec.serviceAccount", "the execution role is the identity on AWS"),
        harmless("spec.serviceAccountName", "the execution role is the identity on AWS"),
        harmless("spec.automountServiceAccountToken", "no token is mounted"),
        refused("spec.imagePullSecrets", "the execution role pulls from ECR; remove it"),
        harmless("spec.hostname", "nobody can reach an invocation by name"),
        harmless("spec.subdomain", "nobody can reach an invocation by name"),
        harmless("spec.setHostnameAsFQDN", "nobody can reach an invocation by name"),
        onlyWith("spec.hostNetwork", List.of("false"), NO_HOST),
        onlyWith("spec.hostPID", List.of("false"), NO_HOST),
        onlyWith("spec.hostIPC", List.of("false"), NO_HOST),
        onlyWith("spec.shareProcessNamespace", List.of("false"), "an invocation is one container"),
        harmless("spec.hostUsers", "every invocation has a machine of its own"),
        onlyWith("spec.os.name", List.of("linux"), "Lambda runs Linux"),
        onlyWith("spec.securityContext.runAsNonRoot", List.of("true", "false"), ""),
        onlyWith(
            "spec.securityContext.seccompProfile.type",
            List.of("RuntimeDefault"),
            "Lambda has its own"),
        onlyWith(C + "securityContext.runAsNonRoot", List.of("true", "false"), ""),
        onlyWith(C + "securityContext.privileged", List.of("false"), "no invocation is"),
        harmless(C + "securityContext.allowPrivilegeEscalation", "Lambda never allows it"),
        harmless(C + "securityContext.readOnlyRootFilesystem", "Lambda's always is, but /tmp"),
        onlyWith(
            C + "securityContext.seccompProfile.type",
            List.of("RuntimeDefault"),
            "Lambda has its own"),
        harmless(C + "securityContext.capabilities.drop", "Lambda gives none"));
  }
}
