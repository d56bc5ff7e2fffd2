package dev.outrigger.agent.api;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Single writes with nothing around them, over the client's own connections and credentials. Each
 * call blocks for at most 20 s and throws {@link KubernetesClientException} with the HTTP status as
 * its code, or 0 when there was no answer.
 */
public final class ApiServer {

  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final HttpClient http;
  private final String master;

  public ApiServer(KubernetesClient client) {
    this.http = client.getHttpClient();
    String url = client.getMasterUrl().toString();
    this.master = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /** A strategic merge patch. */
  public void patch(String path, String body) {
    send("PATCH", path, "application/strategic-merge-patch+json", body);
  }

  public void delete(String path, String deleteOptions) {
    send("DELETE", path, "application/json", deleteOptions);
  }

  private void send(String method, String path, String type, String body) {
    HttpRequest request =
        http.newHttpRequestBuilder()
            .uri(URI.create(master + path))
            .method(method, type, body)
            .timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    HttpResponse<String> response = answer(method + " " + path, request);
    if (response.code() >= 300) {
      String said = body(response);
      throw new KubernetesClientException(
          method + " " + path + ": " + response.code() + " " + shortened(said),
          response.code(),
          new StatusBuilder().withCode(response.code()).withMessage(said).build());
    }
  }

  private HttpResponse<String> answer(String what, HttpRequest request) {
    try {
      return http.sendAsync(request, String.class).get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KubernetesClientException(what + ": interrupted", e);
    } catch (ExecutionException e) {
      throw new KubernetesClientException(what + ": " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new KubernetesClientException(what + ": no answer in " + DEADLINE, e);
    }
  }

  private static String shortened(String text) {
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }

  private static String body(HttpResponse<String> response) {
    try {
      return response.bodyString();
    } catch (IOException e) {
      return "(" + e + ")";
    }
  }
}
