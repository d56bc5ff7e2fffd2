package dev.outrigger.simulator.lambda;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What CreateFunction and UpdateFunctionConfiguration set.
 *
 * @param runtime null for images
 * @param handler null for images
 * @param memory MB
 * @param timeout seconds
 * @param storage MB of /tmp
 * @param logGroup null for {@code /aws/lambda/<name>}
 */
record FunctionSettings(
    @Nullable String runtime,
    @Nullable String handler,
    String role,
    String description,
    int memory,
    int timeout,
    int storage,
    Map<String, String> environment,
    ImageSettings image,
    boolean jsonLogs,
    @Nullable String logGroup) {
  FunctionSettings {
    environment = Map.copyOf(environment);
  }

  /** Environment values may be secret: they stay out of texts. */
  @Override
  public String toString() {
    return "FunctionSettings[runtime=" + runtime + ", handler=" + handler + "]";
  }
}
