package dev.outrigger.agent.kubelet;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kubelet API of one virtual node, listening until closed. */
@SuppressWarnings("FutureReturnValueIgnored") // closing a channel has no outcome to wait for
public final class KubeletServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KubeletServer.class);

  private final KubeletServerConfig config;
  private final KubeletTls tls;
  private final ExchangeRunner exchanges;
  private final Channel listener;
  private final ScheduledFuture<?> fileChecks;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final AtomicInteger open = new AtomicInteger();

  private KubeletServer(KubeletServerConfig config, KubeletTls tls, RequestHandler handler)
      throws IOException {
    this.config = config;
    this.tls = tls;
    this.exchanges = new ExchangeRunner(config, handler);
    this.listener = bind();
    long period = config.limits().fileCheck().toMillis();
    this.fileChecks =
        config
            .threads()
            .group()
            .scheduleWithFixedDelay(
                () -> exchanges.background(tls::reload), period, period, TimeUnit.MILLISECONDS);
    config.serving().onChange(() -> exchanges.background(tls::reload));
  }

  /**
   * Listens.
   *
   * @throws IOException when the address is taken, or a certificate, key or CA cannot be used
   * @throws IllegalArgumentException when nobody could ever authenticate: no client CA and no token
   *     reviews
   */
  public static KubeletServer start(
      KubeletServerConfig config, NodePods pods, Authenticator authenticator, Authorizer authorizer)
      throws IOException {
    return start(config, pods, authenticator, authorizer, KubeletTls.PREFERRED);
  }

  /** Listens, with this implementation of TLS. */
  static KubeletServer start(
      KubeletServerConfig config,
      NodePods pods,
      Authenticator authenticator,
      Authorizer authorizer,
      SslProvider tls)
      throws IOException {
    if (config.authorities().current().isEmpty() && !authenticator.reviewsTokens()) {
      throw new IllegalArgumentException(
          "the kubelet API of node %s needs a client CA or TokenReview, to know its callers by"
              .formatted(config.nodeName()));
    }
    RequestHandler handler = new RequestHandler(config, pods, authenticator, authorizer);
    KubeletServer server = new KubeletServer(config, new KubeletTls(config, tls), handler);
    LOG.atInfo()
        .addKeyValue("node", config.nodeName())
        .addKeyValue("address", server.listener.localAddress())
        .addKeyValue("tls", server.tls.implementation())
        .log("kubelet API listening");
    return server;
  }

  /** Where it listens, also if the configuration left it open. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  private Channel bind() throws IOException {
    var future =
        new ServerBootstrap()
            .group(config.threads().group())
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    connected(channel);
                  }
                })
            .bind(config.bind())
            .awaitUninterruptibly();
    if (!future.isSuccess()) {
      throw new IOException(
          "cannot listen on %s: %s".formatted(config.bind(), future.cause().getMessage()),
          future.cause());
    }
    return future.channel();
  }

  private void connected(SocketChannel channel) {
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    if (open.incrementAndGet() > config.limits().connections()) {
      channel.close();
      return;
    }
    connections.add(channel);
    ServerLimits limits = config.limits();
    KubeletTls.Current current = tls.current();
    SslHandler ssl = current.newHandler(channel.alloc());
    ssl.setHandshakeTimeoutMillis(limits.headerTime().toMillis());
    channel
        .pipeline()
        .addLast(new PlainHttpAnswer())
        .addLast(ssl)
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(limits.uriBytes())
                    .setMaxHeaderSize(limits.headerBytes())))
        .addLast(
            new ConnectionHandler(
                limits,
                (HttpRequest request, ResponseWriter response, Runnable done) ->
                    exchanges.start(
                        ssl.engine(), tls, request, response, channel.eventLoop(), done)));
  }

  /** Stops listening and cuts every connection. */
  @Override
  public void close() {
    fileChecks.cancel(false);
    listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    exchanges.close();
  }
}
