package dev.outrigger.testbed.bench;

import dev.outrigger.agent.cli.KubeClient;
import dev.outrigger.testbed.ChildProcess;
import dev.outrigger.testbed.TestbedException;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Single measurements. Latency is measured by a client that is already connected, throughput by
 * kubectl, whose start is part of it.
 */
final class StreamMeasures implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int EXECS = 50;
  private static final int AT_ONCE = 20;
  private static final int LOG_READS = 20;
  private static final int CONNECTION_TRIES = 5;

  private final StreamPods pods;
  private final int mebibytes;
  private final KubernetesClient client;
  private final Path zeros;

  StreamMeasures(StreamPods pods, int mebibytes) throws IOException {
    this.pods = pods;
    this.mebibytes = mebibytes;
    this.client = KubeClient.connect(Optional.of(pods.kubeconfig()));
    this.zeros = Files.createTempFile("outrigger-bench", ".zeros");
    try (RandomAccessFile file = new RandomAccessFile(zeros.toFile(), "rw")) {
      file.setLength((long) mebibytes << 20);
    }
  }

  double measure(StreamFigure figure, String node) {
    String pod = StreamPods.pod(node);
    return switch (figure) {
      case EXEC_MEDIAN -> Samples.percentile(execs(pod), 50);
      case EXEC_SLOW -> Samples.percentile(execs(pod), 99);
      case EXEC_AT_ONCE -> atOnce(pod);
      case STDOUT_WEBSOCKET -> stdout(pod, true);
      case STDOUT_SPDY -> stdout(pod, false);
      case STDIN_WEBSOCKET -> stdin(pod, true);
      case STDIN_SPDY -> stdin(pod, false);
      case LOGS -> logs(pod);
    };
  }

  private List<Double> execs(String pod) {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < EXECS; i++) {
      millis.add(exec(pod));
    }
    return millis;
  }

  /** Milliseconds from the request to the exit code. */
  private double exec(String pod) {
    long begin = System.nanoTime();
    try (ExecWatch exec =
        client
            .pods()
            .inNamespace(pods.namespace())
            .withName(pod)
            .redirectingOutput()
            .redirectingError()
            .exec("true")) {
      int code = exec.exitCode().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (code != 0) {
        throw new TestbedException(pod + ": exec of true ended with " + code);
      }
      return (System.nanoTime() - begin) / 1e6;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestbedException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new TestbedException(pod + ": exec of true did not end", e);
    }
  }

  private double atOnce(String pod) {
    long begin = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Double>> running = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        running.add(threads.submit(() -> exec(pod)));
      }
      for (Future<Double> each : running) {
        each.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestbedException("interrupted", e);
    } catch (ExecutionException e) {
      throw new TestbedException(pod + ": an exec failed", e);
    }
    return (System.nanoTime() - begin) / 1e6;
  }

  private double stdout(String pod, boolean webSocket) {
    String size = String.valueOf((long) mebibytes << 20);
    return throughput(webSocket, Redirect.PIPE, "exec", pod, "--", "head", "-c", size, "/dev/zero");
  }

  private double stdin(String pod, boolean webSocket) {
    return throughput(
        webSocket,
        Redirect.from(zeros.toFile()),
        "exec",
        "-i",
        pod,
        "--",
        "sh",
        "-c",
        "n=$(wc -c); test $n -eq " + ((long) mebibytes << 20));
  }

  private double throughput(boolean webSocket, Redirect input, String... arguments) {
    List<String> command = new ArrayList<>(List.of("kubectl", "-n", pods.namespace()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(input)
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.INHERIT);
    builder.environment().put("KUBECONFIG", pods.kubeconfig().toAbsolutePath().toString());
    builder.environment().put("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", String.valueOf(webSocket));
    long begin = System.nanoTime();
    try (ChildProcess kubectl = ChildProcess.start("kubectl exec", builder)) {
      int code = kubectl.awaitExit(LIMIT);
      if (code != 0) {
        throw new TestbedException(String.join(" ", command) + " ended with " + code);
      }
    }
    return mebibytes / ((System.nanoTime() - begin) / 1e9);
  }

  private double logs(String pod) {
    long bytes = 0;
    byte[] buffer = new byte[64 * 1024];
    long begin = System.nanoTime();
    try {
      for (int i = 0; i < LOG_READS; i++) {
        try (InputStream log = log(pod)) {
          for (int n = log.read(buffer); n >= 0; n = log.read(buffer)) {
            bytes += n;
          }
        }
      }
    } catch (IOException e) {
      throw new TestbedException(pod + ": reading the log failed", e);
    }
    if (bytes < ((long) LOG_READS * StreamPods.LOG_MEBIBYTES) << 20) {
      throw new TestbedException(pod + ": its log is incomplete, " + bytes + " bytes");
    }
    return bytes / (double) (1 << 20) / ((System.nanoTime() - begin) / 1e9);
  }

  /** A pooled connection may have been closed while nobody used it: another one is tried then. */
  private InputStream log(String pod) {
    for (int tries = 0; ; tries++) {
      try {
        HttpResponse<InputStream> response = askForLog(pod);
        if (response.code() != 200) {
          throw new TestbedException(pod + ": its log was answered with " + response.code());
        }
        return response.body();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TestbedException("interrupted", e);
      } catch (ExecutionException | TimeoutException e) {
        if (tries == CONNECTION_TRIES) {
          throw new TestbedException(pod + ": its log was not answered", e);
        }
      }
    }
  }

  private HttpResponse<InputStream> askForLog(String pod)
      throws InterruptedException, ExecutionException, TimeoutException {
    String path = "/api/v1/namespaces/%s/pods/%s/log".formatted(pods.namespace(), pod);
    return client
        .getHttpClient()
        .sendAsync(
            client
                .getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(client.getMasterUrl().toString()).resolve(path))
                .build(),
            InputStream.class)
        .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    client.close();
    Files.delete(zeros);
  }
}
