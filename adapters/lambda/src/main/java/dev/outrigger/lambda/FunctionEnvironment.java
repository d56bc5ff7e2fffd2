package dev.outrigger.lambda;

import dev.outrigger.aws.CallerIdentity;
import dev.outrigger.lambda.InvocationPlan.Caller;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Refusals;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A container's environment, parted: AWS keys and region are the caller's, for this Pod; the rest
 * is the function's.
 *
 * @param firstPath where the first variable of the function stands in the Pod
 */
record FunctionEnvironment(Caller caller, SortedMap<String, String> variables, String firstPath) {

  static final String SENSITIVE = "outrigger.dev/lambda-sensitive-env";
  static final String IN_FUNCTION = "function-environment";

  private static final String C = "spec.containers[0]";
  private static final int MAXIMUM_BYTES = 4096;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]+");
  private static final String KEY_ID = "AWS_ACCESS_KEY_ID";
  private static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";
  private static final String TOKEN = "AWS_SESSION_TOKEN";
  private static final String REGION = "AWS_REGION";
  private static final String DEFAULT_REGION = "AWS_DEFAULT_REGION";
  private static final Set<String> CALLER =
      Set.of(KEY_ID, SECRET_KEY, TOKEN, REGION, DEFAULT_REGION);

  /** What CreateFunction refuses (Lambda developer guide, "Defined runtime variables"). */
  private static final Set<String> RESERVED =
      Set.of(
          "_HANDLER",
          "_X_AMZN_TRACE_ID",
          "AWS_EXECUTION_ENV",
          "LAMBDA_TASK_ROOT",
          "LAMBDA_RUNTIME_DIR");

  /** What is refused of it is left out. */
  static FunctionEnvironment of(PodWork work, LambdaConfig config, Refusals refusals) {
    boolean sensitiveAllowed =
        config.sensitiveEnvAllowed()
            || work.annotation(SENSITIVE).filter(IN_FUNCTION::equals).isPresent();
    Map<String, EnvVariable> caller = new HashMap<>();
    SortedMap<String, String> function = new TreeMap<>();
    String firstPath = C + ".env";
    for (EnvVariable variable : work.containers().getFirst().env()) {
      if (CALLER.contains(variable.name())) {
        caller.put(variable.name(), variable);
        continue;
      }
      VariableOrigin origin = VariableOrigin.of(work, variable);
      check(variable, origin, sensitiveAllowed, refusals);
      firstPath = function.isEmpty() ? origin.path() : firstPath;
      function.put(variable.name(), variable.value().reveal());
    }
    int bytes =
        function.entrySet().stream().mapToInt(e -> length(e.getKey()) + length(e.getValue())).sum();
    if (bytes > MAXIMUM_BYTES) {
      refusals.invalid(
          C + ".env", "is " + bytes + " bytes; Lambda's environment holds 4096: use the payload");
    }
    return new FunctionEnvironment(caller(work, caller, config, refusals), function, firstPath);
  }

  private static void check(
      EnvVariable variable, VariableOrigin origin, boolean sensitiveAllowed, Refusals refusals) {
    String name = variable.name();
    if (RESERVED.contains(name) || name.startsWith("AWS_LAMBDA_")) {
      refusals.unsupported(
          origin.path(),
          "Lambda sets %s itself; use another name than %s".formatted(name, origin.what()));
    } else if (!NAME.matcher(name).matches()) {
      refusals.invalid(
          origin.path(),
          origin.what()
              + " is no name for Lambda: a letter and at least one more letter, digit or underscore");
    }
    if (variable.value().isSensitive() && !sensitiveAllowed) {
      refusals.unsupported(
          origin.path(),
          "a Secret's value ("
              + origin.what()
              + ") would be readable in the function's configuration: let the handler"
              + " read it from Secrets Manager, or accept that with the annotation "
              + SENSITIVE
              + ": "
              + IN_FUNCTION);
    }
  }

  private static Caller caller(
      PodWork work, Map<String, EnvVariable> env, LambdaConfig config, Refusals refusals) {
    Optional<EnvVariable> id = Optional.ofNullable(env.get(KEY_ID));
    Optional<EnvVariable> secret = Optional.ofNullable(env.get(SECRET_KEY));
    if (id.isPresent() != secret.isPresent()) {
      EnvVariable present = id.or(() -> secret).orElseThrow();
      String absent = id.isPresent() ? SECRET_KEY : KEY_ID;
      refusals.invalid(
          VariableOrigin.of(work, present).path(), present.name() + " is set without " + absent);
    }
    String region =
        Stream.of(REGION, DEFAULT_REGION)
            .flatMap(name -> region(work, Optional.ofNullable(env.get(name)), refusals).stream())
            .findFirst()
            .orElse(config.region());
    Optional<CallerIdentity> keys =
        id.isEmpty() || secret.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new CallerIdentity(
                    region,
                    id.get().value().reveal(),
                    secret.get().value().reveal(),
                    Optional.ofNullable(env.get(TOKEN)).map(v -> v.value().reveal())));
    return new Caller(keys, region);
  }

  /** The record of an attempt names its region, for all who may read it. */
  private static Optional<String> region(
      PodWork work, Optional<EnvVariable> variable, Refusals refusals) {
    if (variable.filter(v -> v.value().isSensitive()).isPresent()) {
      VariableOrigin origin = VariableOrigin.of(work, variable.get());
      refusals.unsupported(
          origin.secretPath(work),
          "a Secret's value ("
              + origin.what()
              + ") would be readable in the records of what runs: a region is no secret, write it"
              + " as a value or take it from a ConfigMap");
      return Optional.empty();
    }
    return variable.map(v -> v.value().reveal()).filter(r -> !r.isBlank());
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Values stay out of texts. */
  @Override
  public String toString() {
    return "FunctionEnvironment" + variables.keySet();
  }
}
