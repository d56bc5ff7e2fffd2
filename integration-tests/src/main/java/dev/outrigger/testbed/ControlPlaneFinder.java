package dev.outrigger.testbed;

import dev.outrigger.testbed.ControlPlaneConfig.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Tries the ways to a control plane in order and says why one did not work before it goes on. */
final class ControlPlaneFinder {
  private final ControlPlaneConfig config;

  ControlPlaneFinder(ControlPlaneConfig config) {
    this.config = config;
  }

  ControlPlane start() {
    Kubectl.requireOnPath();
    try {
      Files.createDirectories(config.folder());
    } catch (IOException e) {
      throw new TestbedException("cannot create " + config.folder(), e);
    }
    if (config.kubeconfig().isPresent()) {
      return ExistingControlPlane.connect(config, config.kubeconfig().get());
    }
    List<String> refusals = new ArrayList<>();
    for (Way way : config.way().map(List::of).orElse(List.of(Way.values()))) {
      try {
        return start(way);
      } catch (WayNotAvailable e) {
        refusals.add("  " + e.getMessage());
        config.progress().say("control plane: " + e.getMessage());
      }
    }
    throw new TestbedException(
        "no control plane can be had:\n"
            + String.join("\n", refusals)
            + "\n  or name an existing cluster by "
            + ControlPlaneConfig.KUBECONFIG_VARIABLE
            + "=<kubeconfig> (things are created and deleted in it)");
  }

  private ControlPlane start(Way way) throws WayNotAvailable {
    return switch (way) {
      case DOCKER -> K3sControlPlane.start(config);
      case ASSETS -> NativeControlPlane.start(config, Binaries.fromAssets(config.environment()));
      case BUILD ->
          NativeControlPlane.start(
              config,
              Binaries.in(
                  new GoBuild(config.environment(), config.progress(), GoPrograms.CONTROL_PLANE)
                      .folder()));
    };
  }

  /** This way is not open on this machine; the next one may be. The message says why. */
  static final class WayNotAvailable extends Exception {
    private static final long serialVersionUID = 1L;

    WayNotAvailable(String message) {
      super(message);
    }
  }
}
