package dev.outrigger.agent.kubelet;

/** The API server could not be asked, or did not answer in time. Holds no token. */
public final class ReviewException extends Exception {

  private static final long serialVersionUID = 1L;

  public ReviewException(String message, Throwable cause) {
    super(message, cause);
  }
}
