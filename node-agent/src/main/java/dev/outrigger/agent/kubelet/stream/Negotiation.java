package dev.outrigger.agent.kubelet.stream;

import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Which protocol an upgrade is to, or why there is none; statuses and texts are the kubelet's. */
final class Negotiation {

  private static final String STREAM_PROTOCOL = "x-stream-protocol-version";
  private static final String ACCEPTED = "x-accepted-stream-protocol-versions";
  private static final String SPDY = "SPDY/3.1";
  private static final String WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /** What was agreed on; an empty protocol is one of its own to WebSocket. */
  record Agreed(String protocol, FullHttpResponse response) {}

  private Negotiation() {}

  static void requireUpgrade(HttpRequest request) throws UpgradeRefusal {
    if (!isUpgrade(request)) {
      throw new UpgradeRefusal(500, "Upgrade request required\n");
    }
  }

  private static boolean isUpgrade(HttpRequest request) {
    return request.headers().getAll(HttpHeaderNames.CONNECTION).stream()
        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("upgrade"));
  }

  static boolean isWebSocket(HttpRequest request) {
    String to = request.headers().get(HttpHeaderNames.UPGRADE, "");
    return to.equalsIgnoreCase("websocket") && isUpgrade(request);
  }

  static Agreed spdy(HttpRequest request, List<String> served) throws UpgradeRefusal {
    List<String> wanted = values(request, STREAM_PROTOCOL).toList();
    if (wanted.isEmpty()) {
      throw new UpgradeRefusal(400, "unable to upgrade: X-Stream-Protocol-Version is required\n");
    }
    String protocol =
        first(wanted, served)
            .orElseThrow(
                () ->
                    new UpgradeRefusal(
                        403,
                        "unable to upgrade: unable to negotiate protocol: "
                            + "client supports %s, server accepts %s\n"
                                .formatted(listed(wanted), listed(served)),
                        accepted(served)));
    String to = request.headers().get(HttpHeaderNames.UPGRADE, "");
    if (!to.toLowerCase(Locale.ROOT).contains(SPDY.toLowerCase(Locale.ROOT))) {
      throw new UpgradeRefusal(
          400, "unable to upgrade: missing upgrade headers in request: Upgrade is not SPDY/3.1\n");
    }
    FullHttpResponse response = switching(SPDY);
    response.headers().set(STREAM_PROTOCOL, protocol);
    return new Agreed(protocol, response);
  }

  static Agreed webSocket(HttpRequest request, List<String> served) throws UpgradeRefusal {
    if (!request.method().equals(HttpMethod.GET)) {
      throw new UpgradeRefusal(405, "bad method");
    }
    String key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "");
    if (key.isEmpty()) {
      throw new UpgradeRefusal(400, "mismatch challenge/response");
    }
    if (!request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "").equals("13")) {
      HttpHeaders version =
          new DefaultHttpHeaders().set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
      throw new UpgradeRefusal(400, "missing or bad WebSocket Version", version);
    }
    List<String> wanted =
        values(request, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL.toString()).toList();
    String protocol =
        first(wanted.isEmpty() ? List.of("") : wanted, served)
            .orElseThrow(
                () ->
                    new UpgradeRefusal(
                        403,
                        "requested protocol(s) are not supported: %s; supports %s"
                            .formatted(listed(wanted), listed(served))));
    FullHttpResponse response = switching("websocket");
    response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key));
    if (!protocol.isEmpty()) {
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    return new Agreed(protocol, response);
  }

  private static FullHttpResponse switching(String to) {
    var response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
    response.headers().set(HttpHeaderNames.CONNECTION, "Upgrade").set(HttpHeaderNames.UPGRADE, to);
    return response;
  }

  private static Stream<String> values(HttpRequest request, String header) {
    return request.headers().getAll(header).stream()
        .flatMap(value -> Stream.of(value.split(",", -1)))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  /** In the client's order. */
  private static Optional<String> first(List<String> wanted, List<String> served) {
    return wanted.stream().filter(served::contains).findFirst();
  }

  private static String listed(List<String> protocols) {
    return "[" + String.join(" ", protocols) + "]";
  }

  private static HttpHeaders accepted(List<String> served) {
    return new DefaultHttpHeaders().set(ACCEPTED, served);
  }

  private static String accept(String key) {
    try {
      byte[] text = (key + WEBSOCKET_GUID).getBytes(StandardCharsets.ISO_8859_1);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-1", e);
    }
  }
}
