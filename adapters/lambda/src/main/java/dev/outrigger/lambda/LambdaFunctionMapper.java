package dev.outrigger.lambda;

import dev.outrigger.lambda.FunctionSpec.Code;
import dev.outrigger.lambda.InvocationPlan.Target;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.ImageName;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Refusals;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A Pod as a Lambda invocation. Pure. */
final class LambdaFunctionMapper {

  static final String PAYLOAD = "outrigger.dev/lambda-payload";
  static final String FUNCTION = "outrigger.dev/lambda-function";
  static final String LOG_ANSWER = "outrigger.dev/lambda-log-answer";

  private static final String C = "spec.containers[0]";
  private static final int MB_PER_VCPU = 1769;
  private static final BigDecimal MIB = BigDecimal.valueOf(1024 * 1024);

  private final LambdaConfig config;
  private final CodeSource codeSource;

  LambdaFunctionMapper(LambdaConfig config) {
    this.config = config;
    this.codeSource = new CodeSource(config);
  }

  /** Refuses what no invocation can honour, whatever the Pod's references lead to. */
  void checkFields(Pod pod) throws ProviderException {
    Refusals refusals = new Refusals();
    fields(pod, refusals);
    refusals.raise();
    checkImage(pod);
  }

  /** Only where a function is made of it: elsewhere the name means nothing. */
  private void checkImage(Pod pod) throws ProviderException {
    if (existing(pod).isEmpty() && CodeSource.isImage(pod)) {
      String image = Objects.requireNonNullElse(container(pod).getImage(), "");
      ImageName.check(C + ".image", config.rewrite(image));
    }
  }

  /**
   * @throws ProviderException.Unsupported naming a field that an invocation cannot honour
   * @throws ProviderException.Invalid naming a field whose value cannot work
   */
  InvocationPlan plan(PodWork work) throws ProviderException {
    Refusals refusals = new Refusals();
    fields(work.pod(), refusals);
    boolean fieldsRefused = !refusals.isEmpty();
    ContainerWork container = work.containers().getFirst();
    FunctionEnvironment env = FunctionEnvironment.of(work, config, refusals);
    Optional<byte[]> payload = refusals.from(() -> payload(work, container));
    Optional<String> existing = existing(work.pod());
    Optional<Code> code = Optional.empty();
    if (existing.isPresent() && !env.variables().isEmpty()) {
      refusals.unsupported(
          env.firstPath(), "the existing function has its own environment; use the payload");
    } else if (existing.isEmpty() && !fieldsRefused) {
      code = refusals.from(() -> codeSource.of(work));
    }
    refusals.raise();
    checkImage(work.pod());
    Target target =
        existing.isPresent()
            ? target(existing.get())
            : new Target.Managed(spec(work, code.orElseThrow(), env));
    return new InvocationPlan(
        target,
        payload.orElseThrow(),
        container.name(),
        env.caller(),
        !work.annotation(LOG_ANSWER).filter("false"::equals).isPresent(),
        warning(work, target));
  }

  private void fields(Pod pod, Refusals refusals) throws ProviderException {
    for (int i = 1; i < pod.getSpec().getContainers().size(); i++) {
      refusals.unsupported(
          "spec.containers[" + i + "]",
          "one invocation is one container; run this Pod on an ECS node");
    }
    refusals.of(() -> LambdaFields.TABLE.check(pod));
    Optional<String> existing = existing(pod);
    CodeSource.checkVolumes(pod, existing.isPresent(), refusals);
    if (existing.isPresent()) {
      checkExisting(existing.get(), pod, refusals);
      return;
    }
    if (config.role().isEmpty()) {
      refusals.unsupported(
          C + ".image",
          "this node has no execution role to make functions with: set its lambda.role, or name a"
              + " function in the annotation "
              + FUNCTION);
    }
    refusals.from(() -> memory(pod));
    refusals.from(() -> storage(pod));
  }

  private static Optional<String> existing(Pod pod) {
    return Optional.ofNullable(pod.getMetadata().getAnnotations())
        .map(all -> all.get(FUNCTION))
        .map(String::strip);
  }

  private static void checkExisting(String name, Pod pod, Refusals refusals) {
    if (!container(pod).getCommand().isEmpty()) {
      refusals.unsupported(
          C + ".command", "the existing function has its own handler; leave command out");
    }
    int parts = name.split(":").length;
    boolean arn = name.startsWith("arn:");
    if (name.isEmpty() || (arn ? parts < 7 || parts > 8 : parts > 2)) {
      refusals.invalid(
          "metadata.annotations[" + FUNCTION + "]", "must be a name or an ARN, with :qualifier");
    }
  }

  private static Target.Existing target(String name) {
    String[] parts = name.split(":");
    boolean qualified = name.startsWith("arn:") ? parts.length == 8 : parts.length == 2;
    return qualified
        ? new Target.Existing(
            name.substring(0, name.lastIndexOf(':')), Optional.of(parts[parts.length - 1]))
        : new Target.Existing(name, Optional.empty());
  }

  private FunctionSpec spec(PodWork work, Code code, FunctionEnvironment env)
      throws ProviderException {
    return new FunctionSpec(
        code,
        config.role().orElseThrow(),
        memory(work.pod()),
        timeout(work),
        storage(work.pod()),
        env.variables(),
        config.architecture(),
        config.jsonLogs(),
        config.logGroup());
  }

  private static byte[] payload(PodWork work, ContainerWork container) throws ProviderException {
    Optional<String> annotated = work.annotation(PAYLOAD);
    String path = annotated.isPresent() ? "metadata.annotations[" + PAYLOAD + "]" : C + ".args";
    List<String> args = container.args();
    String text;
    if (annotated.isPresent()) {
      text = annotated.get();
      if (!Payload.isJson(bytes(text))) {
        throw new ProviderException.Invalid(path, "must be JSON");
      }
    } else if (args.isEmpty()) {
      text = "{}";
    } else {
      text =
          args.size() == 1 && Payload.isJson(bytes(args.getFirst()))
              ? args.getFirst()
              : Payload.array(args);
    }
    byte[] bytes = bytes(text);
    if (bytes.length > Payload.MOST) {
      throw new ProviderException.Invalid(path, "is larger than Lambda's 6 MB");
    }
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private int memory(Pod pod) throws ProviderException {
    Optional<Quantity> limit = limit(pod, "memory");
    Optional<Quantity> asked = limit.isPresent() ? limit : request(pod, "memory");
    if (asked.isEmpty()) {
      return config.memory();
    }
    int megabytes = megabytes(asked.get());
    if (megabytes > LambdaConfig.MAXIMUM_MEMORY) {
      throw new ProviderException.Invalid(
          C + ".resources." + (limit.isPresent() ? "limits" : "requests") + ".memory",
          "Lambda has at most 10240Mi; run this Pod on an ECS node");
    }
    return Math.max(LambdaConfig.MINIMUM_MEMORY, megabytes);
  }

  private static int storage(Pod pod) throws ProviderException {
    Optional<Quantity> limit = limit(pod, "ephemeral-storage");
    if (limit.isPresent() && megabytes(limit.get()) > 10_240) {
      throw new ProviderException.Invalid(
          C + ".resources.limits.ephemeral-storage", "Lambda has at most 10240Mi in /tmp");
    }
    return limit.map(l -> Math.max(512, megabytes(l))).orElse(512);
  }

  private int timeout(PodWork work) {
    Long deadline = work.pod().getSpec().getActiveDeadlineSeconds();
    long most = LambdaConfig.MAXIMUM_TIMEOUT.toSeconds();
    return (int) Math.min(most, deadline == null ? config.timeout().toSeconds() : deadline);
  }

  /** What the Pod asked for and gets less of. */
  private static Optional<String> warning(PodWork work, Target target) throws ProviderException {
    return Stream.of(lessTime(work, target), lessCpu(work, target))
        .flatMap(Optional::stream)
        .reduce((one, other) -> one + "; " + other);
  }

  private static Optional<String> lessTime(PodWork work, Target target) {
    Long deadline = work.pod().getSpec().getActiveDeadlineSeconds();
    long most = LambdaConfig.MAXIMUM_TIMEOUT.toSeconds();
    return deadline != null && deadline > most && target instanceof Target.Managed
        ? Optional.of(
            "activeDeadlineSeconds %d becomes %d s, the longest that Lambda runs"
                .formatted(deadline, most))
        : Optional.empty();
  }

  /** Memory decides how much CPU there is. */
  private static Optional<String> lessCpu(PodWork work, Target target) throws ProviderException {
    Optional<Quantity> limit = limit(work.pod(), "cpu");
    Optional<Quantity> cpu = limit.isPresent() ? limit : request(work.pod(), "cpu");
    if (cpu.isEmpty() || !(target instanceof Target.Managed managed)) {
      return Optional.empty();
    }
    double asked = cpu.get().getNumericalAmount().doubleValue();
    double share = managed.spec().memory() / (double) MB_PER_VCPU;
    if (asked <= share + 0.005) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            java.util.Locale.ROOT,
            "Lambda gives CPU by memory: %d MB is %.2f vCPU, less than the %s asked for; %d MB"
                + " would be enough",
            managed.spec().memory(),
            share,
            cpu.get(),
            (int) Math.ceil(asked * MB_PER_VCPU)));
  }

  private static int megabytes(Quantity quantity) {
    return quantity
        .getNumericalAmount()
        .divide(MIB, 0, java.math.RoundingMode.CEILING)
        .min(BigDecimal.valueOf(Integer.MAX_VALUE))
        .intValue();
  }

  private static Optional<Quantity> limit(Pod pod, String resource) {
    return Optional.ofNullable(container(pod).getResources())
        .map(r -> r.getLimits())
        .map(m -> m.get(resource));
  }

  private static Optional<Quantity> request(Pod pod, String resource) {
    Map<String, Quantity> none = Map.of();
    return Optional.ofNullable(container(pod).getResources())
        .map(r -> r.getRequests() == null ? none : r.getRequests())
        .map(m -> m.get(resource));
  }

  private static Container container(Pod pod) {
    return pod.getSpec().getContainers().getFirst();
  }
}
