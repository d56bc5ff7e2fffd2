package dev.outrigger.agent.kubelet;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The event loops that all nodes of a process share. Close after the servers. */
public final class KubeletThreads implements AutoCloseable {

  private final EventLoopGroup group;

  /**
   * @param count 1 or 2 serve many nodes: they only move bytes
   */
  public KubeletThreads(int count) {
    this.group = new NioEventLoopGroup(count, new DefaultThreadFactory("kubelet-io", true));
  }

  EventLoopGroup group() {
    return group;
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
