package dev.outrigger.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * etcd, kube-apiserver, kube-controller-manager and kube-scheduler as processes of this machine.
 */
final class NativeControlPlane implements ControlPlane {
  private static final Duration READY = Duration.ofSeconds(90);
  private static final int TRIES = 3;
  private static final String LOOPBACK = "127.0.0.1";

  /** Go's garbage collector: some more memory for a tenth of the processor time. */
  private static final Map<String, String> COLLECT_SELDOM = Map.of("GOGC", "400");

  private final Binaries binaries;
  private final Path folder;
  private final Pki pki;
  private final KubeletFiles kubeletFiles;
  private final Readiness readiness;
  private final int apiPort;
  private final int etcdPort;
  private final ChildProcess etcd;
  // Guarded by this.
  private @Nullable ChildProcess apiServer;
  private @Nullable ChildProcess controllerManager;
  private @Nullable ChildProcess scheduler;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NativeControlPlane(Path folder, Binaries binaries) throws IOException {
    this.binaries = binaries;
    this.folder = folder;
    Folders.delete(folder.resolve("etcd"));
    Files.createDirectories(folder.resolve("log"));
    this.pki = Pki.create(folder.resolve("pki"), Machine.address());
    this.kubeletFiles = pki.kubeletFiles();
    this.apiPort = Machine.freePort(LOOPBACK);
    this.etcdPort = Machine.freePort(LOOPBACK);
    pki.writeKubeconfig(kubeconfig(), "https://" + LOOPBACK + ":" + apiPort);
    this.readiness = new Readiness(kubectl(), READY);
    this.etcd = process("etcd", Commands.etcd(binaries, folder, etcdPort));
  }

  /** Starts one in the configured folder; on other ports when another process took one. */
  static NativeControlPlane start(ControlPlaneConfig config, Binaries binaries) {
    for (int i = 1; ; i++) {
      NativeControlPlane started = null;
      try {
        config.progress().say("control plane: starting etcd, API server, controllers, scheduler");
        started = new NativeControlPlane(config.folder().toAbsolutePath(), binaries);
        started.startAll();
        return started;
      } catch (IOException e) {
        throw new TestbedException("cannot prepare " + config.folder(), e);
      } catch (TestbedException e) {
        if (started != null) {
          started.close();
        }
        if (i == TRIES || !(e instanceof Readiness.EndedException)) {
          throw e;
        }
        config.progress().say("control plane: trying again: " + e.getMessage());
      }
    }
  }

  private void startAll() {
    startApiServer();
    synchronized (this) {
      controllerManager =
          process(
              "kube-controller-manager", Commands.controllerManager(binaries, pki, kubeconfig()));
      scheduler = process("kube-scheduler", Commands.scheduler(binaries, kubeconfig()));
    }
    readiness.awaitDefaultServiceAccount(List.of(etcd, apiServer()));
  }

  @Override
  public Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  @Override
  public KubeletFiles kubeletFiles() {
    return kubeletFiles;
  }

  @Override
  public String description() {
    return "etcd, kube-apiserver, kube-controller-manager, kube-scheduler on " + LOOPBACK;
  }

  @Override
  public void stopApiServer() {
    apiServer().kill();
  }

  @Override
  public void startApiServer() {
    ChildProcess started =
        process("kube-apiserver", Commands.apiServer(binaries, pki, folder, apiPort, etcdPort));
    synchronized (this) {
      apiServer = started;
    }
    readiness.awaitApiServer(List.of(etcd, started));
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    for (ChildProcess each : running()) {
      each.kill();
    }
  }

  private synchronized List<ChildProcess> running() {
    return Stream.of(scheduler, controllerManager, apiServer, etcd)
        .flatMap(Stream::ofNullable)
        .toList();
  }

  private synchronized ChildProcess apiServer() {
    if (apiServer == null) {
      throw new IllegalStateException("the API server was never started");
    }
    return apiServer;
  }

  private ChildProcess process(String name, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(COLLECT_SELDOM);
    return ChildProcess.startLogging(name, folder.resolve("log").resolve(name + ".log"), builder);
  }
}
