package dev.outrigger.simulator.lambda;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** ImageConfig: what overrides the image's own. */
record ImageSettings(
    List<String> entryPoint, List<String> command, @Nullable String workingDirectory) {
  static final ImageSettings NONE = new ImageSettings(List.of(), List.of(), null);

  ImageSettings {
    entryPoint = List.copyOf(entryPoint);
    command = List.copyOf(command);
  }

  boolean isEmpty() {
    return equals(NONE);
  }
}
