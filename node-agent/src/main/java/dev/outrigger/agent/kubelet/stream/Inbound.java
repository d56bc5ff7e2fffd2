package dev.outrigger.agent.kubelet.stream;

import io.netty.buffer.ByteBuf;

/** Where the data of one stream goes; called by the event loop, never blocks. */
sealed interface Inbound permits StreamInput, ResizeInput, Discarded {

  /** Takes over the buffer. */
  void data(ByteBuf data);

  /** No more will come. Idempotent. */
  void end();

  /** Nobody wants what has come, or comes yet. Idempotent. */
  void close();
}
