package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.service.AwsFault;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What CreateFunction and UpdateFunctionConfiguration refuse. Sources: the API reference's
 * constraints, "Lambda quotas", and "Using Lambda environment variables" (reserved names).
 */
final class FunctionRules {
  private static final int MIN_MEMORY = 128;
  private static final int MAX_MEMORY = 10_240;
  private static final int MAX_TIMEOUT = 900;
  private static final int MIN_STORAGE = 512;
  private static final int MAX_ENVIRONMENT = 4096;
  private static final int MAX_TAGS = 50;
  private static final Pattern ROLE =
      Pattern.compile("arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+");
  private static final Pattern VARIABLE = Pattern.compile("[a-zA-Z]([a-zA-Z0-9_])+");
  private static final Pattern RUNTIME =
      Pattern.compile(
          "(nodejs(4\\.3|4\\.3-edge|\\d{1,2}\\.x)?|python\\d\\.\\d{1,2}|java\\d{1,2}(\\.al2)?"
              + "|dotnet(core)?\\d+(\\.\\d)?|ruby\\d\\.\\d|go1\\.x|provided(\\.al2(023)?)?)");
  private static final Set<String> RESERVED =
      Set.of(
          "_HANDLER",
          "_X_AMZN_TRACE_ID",
          "AWS_DEFAULT_REGION",
          "AWS_REGION",
          "AWS_EXECUTION_ENV",
          "AWS_ACCESS_KEY",
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "LAMBDA_TASK_ROOT",
          "LAMBDA_RUNTIME_DIR");

  private FunctionRules() {}

  /**
   * Refuses settings that AWS refuses.
   *
   * @throws AwsFault ValidationException or InvalidParameterValueException
   */
  static void check(FunctionSettings settings, boolean image) {
    range(settings.memory(), "memorySize", MIN_MEMORY, MAX_MEMORY);
    range(settings.timeout(), "timeout", 1, MAX_TIMEOUT);
    range(settings.storage(), "ephemeralStorage.size", MIN_STORAGE, MAX_MEMORY);
    if (!ROLE.matcher(settings.role()).matches()) {
      throw LambdaFaults.constraint(
          settings.role(), "role", "satisfy regular expression pattern: " + ROLE.pattern());
    }
    checkRuntime(settings, image);
    checkEnvironment(settings.environment());
  }

  private static void checkRuntime(FunctionSettings settings, boolean image) {
    String runtime = settings.runtime();
    String handler = settings.handler();
    if (image) {
      if (runtime != null || handler != null) {
        throw LambdaFaults.invalid(
            "Please don't provide Handler or Runtime or Layer when the intended function PackageType"
                + " is Image.");
      }
      return;
    }
    if (runtime == null || handler == null || handler.isEmpty()) {
      throw LambdaFaults.invalid(
          "Runtime and Handler are mandatory parameters for functions created with deployment"
              + " packages.");
    }
    if (!settings.image().isEmpty()) {
      throw LambdaFaults.invalid(
          "Please do not provide ImageConfig when the intended function PackageType is Zip.");
    }
    if (!RUNTIME.matcher(runtime).matches()) {
      throw LambdaFaults.invalid(
          "Value " + runtime + " at 'runtime' failed to satisfy constraint: Member must be valid");
    }
  }

  private static void checkEnvironment(Map<String, String> environment) {
    Set<String> reserved = new TreeSet<>();
    int size = 0;
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      String name = variable.getKey();
      size += utf8(name) + utf8(variable.getValue());
      if (isReserved(name)) {
        reserved.add(name);
      } else if (!VARIABLE.matcher(name).matches()) {
        throw LambdaFaults.constraint(
            name,
            "environment.variables",
            "satisfy regular expression pattern: " + VARIABLE.pattern());
      }
    }
    if (!reserved.isEmpty()) {
      throw LambdaFaults.invalid(
          "Lambda was unable to configure your environment variables because the environment"
              + " variables you have provided contains reserved keys that are currently not"
              + " supported for modification. Reserved keys used in this request: "
              + String.join(", ", reserved));
    }
    if (size > MAX_ENVIRONMENT) {
      throw LambdaFaults.invalid(
          "Lambda was unable to configure your environment variables because the environment"
              + " variables you have provided exceeded the 4KB limit.");
    }
  }

  private static boolean isReserved(String name) {
    return RESERVED.contains(name)
        || (name.startsWith("AWS_LAMBDA_") && !name.equals("AWS_LAMBDA_EXEC_WRAPPER"));
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void range(int value, String member, int least, int most) {
    if (value < least) {
      throw LambdaFaults.constraint(
          String.valueOf(value), member, "have value greater than or equal to " + least);
    }
    if (value > most) {
      throw LambdaFaults.constraint(
          String.valueOf(value), member, "have value less than or equal to " + most);
    }
  }

  /** Refuses more tags than a function can have. */
  static void checkTags(Map<String, String> tags) {
    if (tags.size() > MAX_TAGS) {
      throw LambdaFaults.invalid("The number of tags exceeds the limit of " + MAX_TAGS);
    }
  }
}
