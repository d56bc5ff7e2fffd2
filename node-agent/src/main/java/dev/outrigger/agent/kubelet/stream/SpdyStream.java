package dev.outrigger.agent.kubelet.stream;

import io.netty.handler.codec.spdy.SpdyHeaders;

/** One stream that a client has opened over SPDY. */
final class SpdyStream {

  private final int id;
  private final SpdyHeaders headers;
  private final Inbound input;
  private final StreamOutput output;

  // Of the event loop.
  private boolean clientEnded;
  private boolean ownEnded;

  SpdyStream(int id, SpdyHeaders headers, Inbound input, StreamOutput output) {
    this.id = id;
    this.headers = headers;
    this.input = input;
    this.output = output;
  }

  int id() {
    return id;
  }

  /** Empty when there is none of the name. */
  String header(String name) {
    String value = headers.getAsString(name);
    return value == null ? "" : value;
  }

  Inbound input() {
    return input;
  }

  StreamOutput output() {
    return output;
  }

  void endOfClient() {
    clientEnded = true;
    input.end();
  }

  void endOfOwn() {
    ownEnded = true;
  }

  boolean ended() {
    return clientEnded && ownEnded;
  }

  /** The client wants no more of it, in either direction. */
  void reset() {
    input.close();
    output.refuse();
  }
}
