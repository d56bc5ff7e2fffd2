package dev.outrigger.agent.kubelet.stream;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpResponse;

/** A connection that is to leave HTTP. Made by the thread that will run the session. */
public abstract sealed class Upgrade permits CommandUpgrade, PortUpgrade {

  private final FullHttpResponse response;
  private final Link link;

  Upgrade(FullHttpResponse response, Link link) {
    this.response = response;
    this.link = link;
  }

  /** Is to be sent before {@link #install}. */
  public FullHttpResponse response() {
    return response;
  }

  /**
   * Takes over a connection whose HTTP handlers have been removed. On the event loop. From then on
   * the thread that made this is interrupted when the client goes away.
   */
  public void install(ChannelPipeline pipeline) {
    link.install(pipeline);
  }
}
