package dev.outrigger.testbed;

import dev.outrigger.testbed.ControlPlaneFinder.WayNotAvailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The four programs of a control plane. */
record Binaries(Path etcd, Path apiServer, Path controllerManager, Path scheduler) {
  static final String ASSETS_VARIABLE = "KUBEBUILDER_ASSETS";

  /** Those in the folder that KUBEBUILDER_ASSETS names, when all four are there. */
  static Binaries fromAssets(Map<String, String> environment) throws WayNotAvailable {
    String folder = environment.get(ASSETS_VARIABLE);
    if (folder == null) {
      throw new WayNotAvailable(ASSETS_VARIABLE + " is not set");
    }
    return in(Path.of(folder));
  }

  /** Those in {@code folder}; etcd may go by the name of its Go package, {@code server}. */
  static Binaries in(Path folder) throws WayNotAvailable {
    Path etcd = folder.resolve("etcd");
    Binaries found =
        new Binaries(
            Files.isExecutable(etcd) ? etcd : folder.resolve("server"),
            folder.resolve("kube-apiserver"),
            folder.resolve("kube-controller-manager"),
            folder.resolve("kube-scheduler"));
    List<Path> missing = found.all().filter(path -> !Files.isExecutable(path)).toList();
    if (!missing.isEmpty()) {
      throw new WayNotAvailable(
          folder + " lacks " + missing.stream().map(Path::getFileName).toList());
    }
    return found;
  }

  private Stream<Path> all() {
    return Stream.of(etcd, apiServer, controllerManager, scheduler);
  }
}
