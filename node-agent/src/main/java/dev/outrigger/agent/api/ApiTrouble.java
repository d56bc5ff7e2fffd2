package dev.outrigger.agent.api;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** What to say of an API server that did not do what it was asked for. Pure. */
public final class ApiTrouble {

  private ApiTrouble() {}

  /** Its own words and code if it answered, else why it could not be asked. */
  public static String text(KubernetesClientException trouble) {
    if (trouble.getStatus() != null && trouble.getStatus().getMessage() != null) {
      return trouble.getCode() + " " + trouble.getStatus().getMessage();
    }
    Throwable cause = trouble;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
