package dev.outrigger.testbed;

/**
 * The control plane, or something around it, could not be brought up; the message says what to do.
 */
public sealed class TestbedException extends RuntimeException permits Readiness.EndedException {
  private static final long serialVersionUID = 1L;

  public TestbedException(String message) {
    super(message);
  }

  public TestbedException(String message, Throwable cause) {
    super(message, cause);
  }
}
