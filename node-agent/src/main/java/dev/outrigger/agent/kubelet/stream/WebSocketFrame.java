package dev.outrigger.agent.kubelet.stream;

import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;

/** A piece of what a WebSocket client sent, unmasked. */
final class WebSocketFrame extends AbstractReferenceCounted {

  /** What the piece belongs to. */
  enum Kind {
    MESSAGE,
    CLOSE,
    PING,
    PONG
  }

  private final Kind kind;
  private final ByteBuf content;
  private final boolean first;
  private final boolean last;

  /**
   * @param first the message begins with it; such a piece of a message has one byte at least
   * @param last the message ends with it
   */
  WebSocketFrame(Kind kind, ByteBuf content, boolean first, boolean last) {
    this.kind = kind;
    this.content = content;
    this.first = first;
    this.last = last;
  }

  Kind kind() {
    return kind;
  }

  ByteBuf content() {
    return content;
  }

  boolean first() {
    return first;
  }

  boolean last() {
    return last;
  }

  @Override
  protected void deallocate() {
    content.release();
  }

  @Override
  public ReferenceCounted touch(Object hint) {
    content.touch(hint);
    return this;
  }
}
