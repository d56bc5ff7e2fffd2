package dev.outrigger.testbed.bench;

import dev.outrigger.testbed.ChildProcess;
import dev.outrigger.testbed.ControlPlane;
import dev.outrigger.testbed.Progress;
import dev.outrigger.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** kwok (Kubernetes WithOut Kubelet), built from its Go module: what pretends fastest. */
record KwokContestant(ChildProcess process) implements Contestant {
  private static final String NODE = "bench-kwok";
  private static final String VERSION = "v0.8.0";
  private static final String STAGES = "stages.yaml";

  /** kwok's own: a Pod is Running at once, a deleted one gone at once. */
  private static final List<String> STAGE_FILES =
      List.of(
          "node/fast/node-initialize.yaml",
          "pod/fast/pod-ready.yaml",
          "pod/fast/pod-complete.yaml",
          "pod/fast/pod-delete.yaml");

  /** Builds it once into {@code folder}, which takes some minutes, and says where it is. */
  static Path build(Path folder, Progress progress) {
    Path bin = folder.resolve("kwok-" + VERSION).toAbsolutePath();
    if (!Files.exists(bin.resolve(STAGES))) {
      build(bin, folder, progress);
    }
    return bin;
  }

  /** Starts what {@link #build} has built. */
  static KwokContestant start(ControlPlane controlPlane, BenchApi api, Path folder, Path bin) {
    node(api);
    return new KwokContestant(
        ChildProcess.startLogging(
            "kwok",
            folder.resolve("kwok.log"),
            List.of(
                bin.resolve("kwok").toString(),
                "--kubeconfig=" + controlPlane.kubeconfig(),
                "--config=" + bin.resolve(STAGES),
                "--manage-all-nodes=false",
                "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
                "--node-lease-duration-seconds=40")));
  }

  private static void build(Path bin, Path folder, Progress progress) {
    progress.say("kwok: building " + VERSION + " from its Go module, once; some minutes");
    try {
      Files.createDirectories(bin);
    } catch (IOException e) {
      throw new TestbedException("cannot create " + bin, e);
    }
    ProcessBuilder go =
        new ProcessBuilder(
                "go",
                "install",
                "-trimpath",
                "-ldflags=-s -w",
                "sigs.k8s.io/kwok/cmd/kwok@" + VERSION)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("kwok-build.log").toFile());
    go.environment().put("GOBIN", bin.toString());
    go.environment().put("CGO_ENABLED", "0");
    try (ChildProcess build = ChildProcess.start("go install of kwok", go)) {
      if (build.awaitExit(Duration.ofMinutes(20)) != 0) {
        throw new TestbedException(
            "kwok does not build; the log is " + folder.resolve("kwok-build.log"));
      }
      writeStages(bin);
    } catch (IOException e) {
      throw new TestbedException("cannot write " + bin.resolve(STAGES), e);
    }
  }

  private static void writeStages(Path bin) throws IOException {
    ProcessBuilder go =
        new ProcessBuilder("go", "mod", "download", "-json", "sigs.k8s.io/kwok@" + VERSION);
    Path module;
    try (ChildProcess download = ChildProcess.start("go mod download", go)) {
      module =
          download
              .output()
              .lines()
              .filter(line -> line.strip().startsWith("\"Dir\""))
              .map(line -> Path.of(line.split("\"", -1)[3]))
              .findFirst()
              .orElseThrow(() -> new TestbedException("kwok's module is not there"));
    }
    StringBuilder stages = new StringBuilder();
    for (String each : STAGE_FILES) {
      stages.append("---\n");
      stages.append(Files.readString(module.resolve("kustomize/stage").resolve(each)));
    }
    Files.writeString(bin.resolve(STAGES), stages);
  }

  private static void node(BenchApi api) {
    api.send(
        0,
        "POST",
        "/api/v1/nodes",
        "application/json",
        """
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s",
          "annotations":{"kwok.x-k8s.io/node":"fake"}},
         "status":{"capacity":{"cpu":"10000","memory":"100Ti","pods":"100000"},
          "allocatable":{"cpu":"10000","memory":"100Ti","pods":"100000"}}}
        """
            .formatted(NODE));
  }

  @Override
  public String name() {
    return "kwok";
  }

  @Override
  public String node() {
    return NODE;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.close();
  }
}
