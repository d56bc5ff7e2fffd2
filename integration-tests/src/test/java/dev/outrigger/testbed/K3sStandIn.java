package dev.outrigger.testbed;

import dev.outrigger.testbed.ControlPlaneFinder.WayNotAvailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.testcontainers.DockerClientFactory;

/**
 * An image that does what {@code rancher/k3s} does for {@link K3sControlPlane}, made on this
 * machine: Kubernetes' programs around a small one of our own ({@code k3s-stand-in/main.go}, which
 * says what it mirrors). Made anew each time, and removed in the end.
 */
final class K3sStandIn implements AutoCloseable {
  static final String IMAGE = "outrigger/k3s-stand-in:test";

  /** One that ends at once, whatever it is told. */
  static final String BROKEN_IMAGE = "outrigger/k3s-stand-in:broken";

  private static final List<String> SOURCES = List.of("main.go", "pki.go", "go.mod");
  private static final String DOCKERFILE =
      """
      FROM scratch
      COPY bin /bin
      ENTRYPOINT ["/bin/k3s"]
      CMD ["agent"]
      """;

  private K3sStandIn() {}

  /** Builds it, and Kubernetes' programs too, should they be missing in the cache. */
  static K3sStandIn build(Path folder) throws IOException, WayNotAvailable {
    Binaries programs =
        Binaries.in(
            new GoBuild(System.getenv(), System.out::println, GoPrograms.CONTROL_PLANE).folder());
    Path image = folder.resolve("image");
    Path bin = Files.createDirectories(image.resolve("bin"));
    Files.writeString(image.resolve("Dockerfile"), DOCKERFILE);
    Files.copy(programs.etcd(), bin.resolve("etcd"));
    Files.copy(programs.apiServer(), bin.resolve("kube-apiserver"));
    Files.copy(programs.controllerManager(), bin.resolve("kube-controller-manager"));
    Files.copy(programs.scheduler(), bin.resolve("kube-scheduler"));
    compile(Files.createDirectories(folder.resolve("source")), bin.resolve("k3s"));
    build(image, IMAGE);
    Files.writeString(
        image.resolve("Dockerfile"), "FROM " + IMAGE + "\nENTRYPOINT [\"/bin/k3s\", \"agent\"]\n");
    build(image, BROKEN_IMAGE);
    return new K3sStandIn();
  }

  private static void build(Path context, String name) {
    DockerClientFactory.lazyClient()
        .buildImageCmd(context.toFile())
        .withTags(Set.of(name))
        .start()
        .awaitImageId();
  }

  private static void compile(Path source, Path program) throws IOException {
    for (String each : SOURCES) {
      try (InputStream in = K3sStandIn.class.getResourceAsStream("k3s-stand-in/" + each)) {
        Files.write(source.resolve(each), in.readAllBytes());
      }
    }
    ProcessBuilder go =
        new ProcessBuilder("go", "build", "-trimpath", "-o", program.toString(), ".")
            .directory(source.toFile())
            .inheritIO();
    go.environment().put("CGO_ENABLED", "0");
    go.environment().put("GOWORK", "off");
    try (ChildProcess process = ChildProcess.start("go build", go)) {
      if (process.awaitExit(Duration.ofMinutes(3)) != 0) {
        throw new TestbedException("go cannot build the stand-in for k3s");
      }
    }
  }

  @Override
  public void close() {
    for (String each : List.of(BROKEN_IMAGE, IMAGE)) {
      DockerClientFactory.lazyClient().removeImageCmd(each).withForce(true).exec();
    }
  }
}
