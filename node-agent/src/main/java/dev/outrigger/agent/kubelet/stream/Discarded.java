package dev.outrigger.agent.kubelet.stream;

import io.netty.buffer.ByteBuf;

/** What a client sends on a stream that only has the other direction. */
final class Discarded implements Inbound {

  @Override
  public void data(ByteBuf data) {
    data.release();
  }

  @Override
  public void end() {}

  @Override
  public void close() {}
}
