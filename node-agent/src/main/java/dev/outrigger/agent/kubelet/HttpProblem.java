package dev.outrigger.agent.kubelet;

/** A request is answered by this status and plain text; both reach the caller. */
final class HttpProblem extends Exception {

  private static final long serialVersionUID = 1L;
  private final int status;

  HttpProblem(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
