package dev.outrigger.agent.kubelet.stream;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import java.io.IOException;
import java.util.List;

/** The upgrade of an exec or attach. */
public final class CommandUpgrade extends Upgrade {

  private static final String V1 = "channel.k8s.io";
  private static final String V4 = "v4.channel.k8s.io";
  private static final String V5 = "v5.channel.k8s.io";
  private static final String BASE64 = "base64.channel.k8s.io";
  private static final String BASE64_V4 = "v4.base64.channel.k8s.io";

  /** v5 is v4 there: streams of SPDY end one by one anyway. */
  private static final List<String> SPDY =
      List.of(V5, V4, "v3.channel.k8s.io", "v2.channel.k8s.io", V1);

  private static final List<String> WEBSOCKET = List.of("", V1, BASE64, V4, BASE64_V4, V5);

  /** Makes a session of what the client opens. */
  private interface Opening {
    CommandSession open() throws IOException, InterruptedException;
  }

  private final Opening opening;

  private CommandUpgrade(FullHttpResponse response, Link link, Opening opening) {
    super(response, link);
    this.opening = opening;
  }

  /**
   * @throws UpgradeRefusal when the request is for no upgrade, or to nothing that is spoken here
   */
  public static CommandUpgrade of(HttpRequest request, CommandOptions options, StreamLimits limits)
      throws UpgradeRefusal {
    Negotiation.requireUpgrade(request);
    return Negotiation.isWebSocket(request)
        ? webSocket(Negotiation.webSocket(request, WEBSOCKET), options, limits)
        : spdy(Negotiation.spdy(request, SPDY), options, limits);
  }

  private static CommandUpgrade spdy(
      Negotiation.Agreed agreed, CommandOptions options, StreamLimits limits) {
    SpdyCommand command = new SpdyCommand(options, SPDY.indexOf(agreed.protocol()) <= 2);
    SpdyLink link = new SpdyLink(limits, Thread.currentThread(), command);
    boolean json = agreed.protocol().equals(V4) || agreed.protocol().equals(V5);
    return new CommandUpgrade(
        agreed.response(), link, () -> command.session(link, json, agreed.protocol().equals(V1)));
  }

  private static CommandUpgrade webSocket(
      Negotiation.Agreed agreed, CommandOptions options, StreamLimits limits) {
    String protocol = agreed.protocol();
    boolean base64 = protocol.equals(BASE64) || protocol.equals(BASE64_V4);
    WebSocketLink link =
        new WebSocketLink(
            limits,
            Thread.currentThread(),
            base64 ? WebSocketLink.Coding.BASE64 : WebSocketLink.Coding.BINARY,
            protocol.equals(V5),
            made -> WebSocketCommand.inputs(made, options));
    boolean json = protocol.equals(V4) || protocol.equals(BASE64_V4) || protocol.equals(V5);
    return new CommandUpgrade(
        agreed.response(), link, () -> WebSocketCommand.session(link, options, json));
  }

  /**
   * The session, once the client has opened all its streams. Blocks at most {@link
   * StreamLimits#creation}; the connection is closed when that was not enough.
   */
  public CommandSession session() throws IOException, InterruptedException {
    return opening.open();
  }
}
