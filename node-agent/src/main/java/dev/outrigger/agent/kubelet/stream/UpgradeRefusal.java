package dev.outrigger.agent.kubelet.stream;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;

/** A request to upgrade is answered by this instead. */
public final class UpgradeRefusal extends Exception {

  private static final long serialVersionUID = 1L;
  private final int status;
  private final transient HttpHeaders headers;

  UpgradeRefusal(int status, String text) {
    this(status, text, EmptyHttpHeaders.INSTANCE);
  }

  UpgradeRefusal(int status, String text, HttpHeaders headers) {
    super(text, null, false, false);
    this.status = status;
    this.headers = headers;
  }

  public int status() {
    return status;
  }

  public String text() {
    return String.valueOf(getMessage());
  }

  /** What the answer says beside. */
  public HttpHeaders headers() {
    return headers;
  }
}
