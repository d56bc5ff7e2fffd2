package dev.outrigger.testbed.bench;

import dev.outrigger.testbed.TestbedException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The API server by bare requests over several connections: no objects are made of what it says, so
 * that the benchmark itself takes as little of the machine as it can.
 */
final class BenchApi implements AutoCloseable {
  private static final long SECONDS = 60;

  private final List<KubernetesClient> clients = new ArrayList<>();
  private final String master;

  BenchApi(Path kubeconfig, int connections) {
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile()))
            .withRequestRetryBackoffLimit(0)
            .build();
    // One of its own for the watches.
    for (int i = 0; i <= connections; i++) {
      clients.add(new KubernetesClientBuilder().withConfig(config).build());
    }
    String url = clients.get(0).getMasterUrl().toString();
    this.master = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  int connections() {
    return clients.size() - 1;
  }

  /** Sends over one of the connections, waits, and returns the body; throws on 300 and above. */
  String send(int connection, String method, String path, String type, String body) {
    HttpRequest.Builder request = builder(connection + 1, path);
    if (body.isEmpty()) {
      request.method(method, null, null);
    } else {
      request.method(method, type, body);
    }
    try {
      HttpResponse<String> response =
          clients
              .get(connection + 1)
              .getHttpClient()
              .sendAsync(request.build(), String.class)
              .get(SECONDS, TimeUnit.SECONDS);
      String answer = response.bodyString();
      if (response.code() >= 300) {
        throw new TestbedException(method + " " + path + ": " + response.code() + " " + answer);
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestbedException("interrupted", e);
    } catch (ExecutionException | TimeoutException | IOException e) {
      throw new TestbedException(method + " " + path + " was not answered", e);
    }
  }

  String get(String path) {
    return send(0, "GET", path, "", "");
  }

  /** Tells each event's line until closed. Returns once the API server has taken the watch. */
  BenchWatch watch(String path, Consumer<String> line) {
    BenchWatch watch = new BenchWatch(this, path, line);
    watch.start();
    return watch;
  }

  /** Opens one stream; what comes goes to {@code consumer}. */
  AsyncBody stream(String path, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    HttpRequest request = builder(0, path).forStreaming().build();
    try {
      HttpResponse<AsyncBody> response =
          clients
              .getFirst()
              .getHttpClient()
              .consumeBytes(request, consumer)
              .get(SECONDS, TimeUnit.SECONDS);
      if (response.code() != 200) {
        throw new TestbedException("watch " + path + ": " + response.code());
      }
      response.body().consume();
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestbedException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new TestbedException("cannot watch " + path, e);
    }
  }

  private HttpRequest.Builder builder(int client, String path) {
    return clients
        .get(client)
        .getHttpClient()
        .newHttpRequestBuilder()
        .uri(URI.create(master + path));
  }

  @Override
  public void close() {
    clients.forEach(KubernetesClient::close);
  }
}
