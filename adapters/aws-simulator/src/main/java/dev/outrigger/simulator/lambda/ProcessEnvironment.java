package dev.outrigger.simulator.lambda;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variables of a function's process, as "Defined runtime environment variables" lists them.
 * Nothing of the simulator's own environment but PATH gets in.
 */
final class ProcessEnvironment {
  private ProcessEnvironment() {}

  static Map<String, String> of(
      Function function, Launch.Run launch, String stream, String runtimeApi, Path temp) {
    FunctionSettings settings = function.settings();
    String region = function.id().region();
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("PATH", System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
    variables.put("LANG", "en_US.UTF-8");
    variables.put("TZ", ":UTC");
    variables.put("TMPDIR", temp.toString());
    variables.put("PYTHONDONTWRITEBYTECODE", "1");
    variables.putAll(settings.environment());
    variables.put("_HANDLER", launch.handler());
    variables.put("AWS_REGION", region);
    variables.put("AWS_DEFAULT_REGION", region);
    variables.put("AWS_ACCESS_KEY_ID", "ASIASIMULATEDEXECROLE");
    variables.put("AWS_SECRET_ACCESS_KEY", "simulated");
    variables.put("AWS_SESSION_TOKEN", "simulated");
    variables.put("AWS_LAMBDA_FUNCTION_NAME", function.id().name());
    variables.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", String.valueOf(settings.memory()));
    variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    variables.put("AWS_LAMBDA_LOG_GROUP_NAME", function.logGroup());
    variables.put("AWS_LAMBDA_LOG_STREAM_NAME", stream);
    variables.put("AWS_LAMBDA_LOG_FORMAT", settings.jsonLogs() ? "JSON" : "Text");
    variables.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
    variables.put("LAMBDA_TASK_ROOT", launch.taskRoot().toString());
    variables.put("LAMBDA_RUNTIME_DIR", launch.taskRoot().toString());
    if (settings.runtime() != null) {
      variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + settings.runtime());
    }
    return variables;
  }
}
