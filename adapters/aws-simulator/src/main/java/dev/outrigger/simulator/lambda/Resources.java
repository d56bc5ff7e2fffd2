package dev.outrigger.simulator.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The runtime clients and the demo's handlers, copied out of the class path to be run. */
record Resources(Path folder) {
  private static final List<String> FILES =
      List.of(
          "python_runtime.py",
          "node_runtime.mjs",
          "shell_bootstrap.sh",
          "demo/my_handler.py",
          "demo/echo.py",
          "demo/outcome.py");

  static Resources copyTo(Path folder) {
    try {
      Files.createDirectories(folder.resolve("demo"));
      for (String file : FILES) {
        try (InputStream in = Resources.class.getResourceAsStream(file)) {
          if (in == null) {
            throw new IllegalStateException("missing resource: " + file);
          }
          Files.copy(in, folder.resolve(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Resources(folder);
  }

  String python() {
    return folder.resolve("python_runtime.py").toString();
  }

  String node() {
    return folder.resolve("node_runtime.mjs").toString();
  }

  String shell() {
    return folder.resolve("shell_bootstrap.sh").toString();
  }

  Path demo() {
    return folder.resolve("demo");
  }
}
