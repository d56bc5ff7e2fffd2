package dev.outrigger.simulator.service;

import java.util.Map;

/** A modeled error of a service; the front writes it in the service's protocol. */
public final class AwsFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, String> headers;

  /** A fault without further headers. */
  public AwsFault(int status, String code, String message) {
    this(status, code, message, Map.of());
  }

  /**
   * A fault.
   *
   * @param code the error code, such as {@code ThrottlingException}
   * @param headers further headers, such as {@code Retry-After}
   */
  public AwsFault(int status, String code, String message, Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.headers = Map.copyOf(headers);
  }

  /** What a service says of an operation that it does not have here. */
  public static AwsFault notSimulated(String operation) {
    return new AwsFault(400, "UnknownOperationException", operation + " is not simulated");
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public Map<String, String> headers() {
    return headers;
  }

  /** The message; never absent. */
  public String text() {
    String message = getMessage();
    return message == null ? code : message;
  }
}
