package dev.outrigger.testbed;

import dev.outrigger.testbed.ControlPlaneFinder.WayNotAvailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/** Sees that the engine has the images that Testcontainers is about to ask it for. */
final class K3sImages {
  static final String REPOSITORY = "rancher/k3s";

  /** What Testcontainers 2.0.5 starts beside every container. */
  static final String RYUK = "testcontainers/ryuk:0.14.0";

  private static final String RYUK_DISABLED = "TESTCONTAINERS_RYUK_DISABLED";

  private static final String UNIX = "unix://";
  private static final Path IN_A_CONTAINER = Path.of("/.dockerenv");
  private static final Path DEFAULT_SOCKET = Path.of("/var/run/docker.sock");

  /** What it asks for the machine's address, when it is in a container itself. */
  static final String TINY = "alpine:3.17";

  private static final String HOST = "TESTCONTAINERS_HOST_OVERRIDE";

  private K3sImages() {}

  /** Pulls what is missing; an engine that is not on a Unix socket is left to Testcontainers. */
  static void require(ControlPlaneConfig config) throws WayNotAvailable {
    Optional<DockerEngine> engine = engine(config.environment());
    if (engine.isPresent()) {
      engine.get().requireImage(image(config.k3sImage()), config.progress());
      requireHelpers(engine.get(), config);
    }
  }

  /** The engine on a Unix socket, if that is where one is to be looked for. */
  static Optional<DockerEngine> engine(Map<String, String> environment) {
    String host = environment.getOrDefault("DOCKER_HOST", "");
    if (host.isEmpty()) {
      return Optional.of(new DockerEngine(DEFAULT_SOCKET));
    }
    return Optional.of(host)
        .filter(name -> name.startsWith(UNIX))
        .map(name -> new DockerEngine(Path.of(name.substring(UNIX.length()))));
  }

  /** Without them Testcontainers itself gives up, after minutes. */
  static void requireHelpers(DockerEngine engine, ControlPlaneConfig config)
      throws WayNotAvailable {
    Map<String, String> environment = config.environment();
    if (!Boolean.parseBoolean(environment.get(RYUK_DISABLED))) {
      String purpose = "it removes containers when this program was killed";
      requireHelper(engine, RYUK, purpose, RYUK_DISABLED + "=true", config.progress());
    }
    if (Files.exists(IN_A_CONTAINER) && !environment.containsKey(HOST)) {
      String purpose = "in a container it tells the address of the engine's machine";
      requireHelper(engine, TINY, purpose, HOST + "=<that address>", config.progress());
    }
  }

  private static void requireHelper(
      DockerEngine engine, String name, String purpose, String instead, Progress progress)
      throws WayNotAvailable {
    try {
      engine.requireImage(image(name), progress);
    } catch (WayNotAvailable e) {
      throw new WayNotAvailable(
          "%s (Testcontainers needs it: %s; %s in the environment does without)"
              .formatted(e.getMessage(), purpose, instead));
    }
  }

  /** As Testcontainers will ask for it: a user may have named a mirror in its configuration. */
  private static DockerImageName image(String name) {
    return ImageNameSubstitutor.instance().apply(DockerImageName.parse(name));
  }
}
