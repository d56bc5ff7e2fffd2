package dev.outrigger.simulator.docker;

/** The engine, or its command line, refused; the message is in its words. */
public final class DockerException extends Exception {
  private static final long serialVersionUID = 1L;

  DockerException(String message) {
    super(message, null, false, false);
  }

  /** The engine's words. */
  public String words() {
    return String.valueOf(getMessage());
  }
}
