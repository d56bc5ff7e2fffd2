package dev.outrigger.agent.probe;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PortConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * HTTP probes (pkg/probe/http): 200 to 399 is success; redirects are followed on the same host, ten
 * at most; a server's certificate is not verified. Blocking; interrupting ends it.
 */
final class HttpProbe {

  private static final int MOST_REDIRECTS = 10;
  private static final int PIECE = 8 << 10;

  private final PodConnections connections;
  private final String userAgent;
  private final SSLContext tls;

  HttpProbe(PodConnections connections, String userAgent) {
    this.connections = connections;
    this.userAgent = userAgent;
    try {
      this.tls = SSLContext.getInstance("TLS");
      tls.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  ProbeOutcome probe(
      PodAttempt attempt, Optional<String> podIp, ProbeHandler.Http http, Duration timeout)
      throws InterruptedException {
    String url = "";
    try {
      // Without an address of its own the Pod is asked at its loopback, and is told so.
      String host = http.host().or(() -> podIp).orElse("localhost");
      URI target = uri(http, host);
      for (int hop = 0; ; hop++) {
        url = target.toString();
        HttpResponse response = ask(attempt, podIp, http, target, timeout);
        int code = response.status().code();
        Optional<URI> next = redirect(response, target);
        if (next.isEmpty() || !host.equals(next.get().getHost())) {
          return judge(code);
        }
        if (hop + 1 == MOST_REDIRECTS) {
          return failure(next.get().toString(), "stopped after 10 redirects");
        }
        target = next.get();
      }
    } catch (IOException | IllegalArgumentException e) {
      return failure(url, String.valueOf(e.getMessage()));
    }
  }

  static String url(ProbeHandler.Http http, Optional<String> podIp) {
    return uri(http, http.host().or(() -> podIp).orElse("localhost")).toString();
  }

  static ProbeOutcome failure(String url, String problem) {
    return new ProbeOutcome.Failure("Get \"" + url + "\": " + problem);
  }

  private static URI uri(ProbeHandler.Http http, String host) {
    String authority = PodConnections.address(host, http.port());
    return URI.create(http.scheme() + "://" + authority + http.path().replace(" ", "%20"));
  }

  private static ProbeOutcome judge(int code) {
    if (code < 200 || code >= 400) {
      return new ProbeOutcome.Failure("HTTP probe failed with statuscode: " + code, true);
    }
    return code < 300
        ? new ProbeOutcome.Success()
        : new ProbeOutcome.Warning("Probe terminated redirects, Response body: ");
  }

  private static Optional<URI> redirect(HttpResponse response, URI from) {
    int code = response.status().code();
    boolean follows = code == 301 || code == 302 || code == 303 || code == 307 || code == 308;
    return Optional.ofNullable(response.headers().get(HttpHeaderNames.LOCATION))
        .filter(location -> follows)
        .map(from::resolve);
  }

  private HttpResponse ask(
      PodAttempt attempt,
      Optional<String> podIp,
      ProbeHandler.Http http,
      URI target,
      Duration timeout)
      throws IOException, InterruptedException {
    boolean secure = "https".equals(target.getScheme());
    int port = target.getPort() > 0 ? target.getPort() : secure ? 443 : 80;
    Optional<String> address = http.host().or(() -> podIp);
    EmbeddedChannel channel = new EmbeddedChannel();
    try (PortConnection connection = connections.open(attempt, address, port, timeout)) {
      if (secure) {
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(true);
        channel.pipeline().addLast(new SslHandler(engine));
      }
      channel.pipeline().addLast(new HttpClientCodec());
      channel.writeOutbound(request(http, target));
      return response(channel, connection);
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  private FullHttpRequest request(ProbeHandler.Http http, URI target) {
    String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
    String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.GET, path + query, Unpooled.EMPTY_BUFFER);
    var headers = request.headers();
    for (Map.Entry<String, String> header : http.headers()) {
      headers.add(header.getKey(), header.getValue());
    }
    if (!headers.contains(HttpHeaderNames.HOST)) {
      headers.set(HttpHeaderNames.HOST, target.getAuthority());
    }
    if (!headers.contains(HttpHeaderNames.USER_AGENT)) {
      headers.set(HttpHeaderNames.USER_AGENT, userAgent);
    }
    if (!headers.contains(HttpHeaderNames.ACCEPT)) {
      headers.set(HttpHeaderNames.ACCEPT, "*/*");
    } else if (headers.get(HttpHeaderNames.ACCEPT).isEmpty()) {
      headers.remove(HttpHeaderNames.ACCEPT);
    }
    headers.set(HttpHeaderNames.CONNECTION, "close");
    return request;
  }

  private static HttpResponse response(EmbeddedChannel channel, PortConnection connection)
      throws IOException {
    byte[] piece = new byte[PIECE];
    while (true) {
      flush(channel, connection);
      Object message = channel.readInbound();
      if (message instanceof HttpResponse head) {
        if (head.decoderResult().isFailure()) {
          throw new IOException("net/http: HTTP/1.x transport connection broken: malformed HTTP");
        }
        return head;
      }
      int count = connection.input().read(piece);
      if (count < 0) {
        throw new IOException("EOF");
      }
      channel.writeInbound(Unpooled.wrappedBuffer(piece.clone(), 0, count));
      channel.checkException();
    }
  }

  private static void flush(EmbeddedChannel channel, PortConnection connection) throws IOException {
    channel.flushOutbound();
    ByteBuf out;
    while ((out = channel.readOutbound()) != null) {
      try {
        out.readBytes(connection.output(), out.readableBytes());
      } finally {
        out.release();
      }
    }
    connection.output().flush();
  }
}
