package dev.outrigger.agent.kubelet.stream;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The upgrade of a port-forward. */
public final class PortUpgrade extends Upgrade {

  private static final String BASE64 = "v4.base64.channel.k8s.io";
  private static final List<String> SPDY = List.of("portforward.k8s.io");
  private static final List<String> WEBSOCKET = List.of("", "v4.channel.k8s.io", BASE64);

  /** Forwards until the client has gone. */
  private interface Forwarding {
    void run(Ports ports) throws IOException, InterruptedException;
  }

  private final Forwarding forwarding;

  private PortUpgrade(FullHttpResponse response, Link link, Forwarding forwarding) {
    super(response, link);
    this.forwarding = forwarding;
  }

  /** Whether the ports stand in the request, which is so with WebSocket only. */
  public static boolean namesPorts(HttpRequest request) {
    return Negotiation.isWebSocket(request);
  }

  /**
   * @param ports for WebSocket: which ones, each 1 to 65535
   * @throws UpgradeRefusal when the request is for no upgrade, or to nothing that is spoken here
   */
  public static PortUpgrade of(HttpRequest request, List<Integer> ports, StreamLimits limits)
      throws UpgradeRefusal {
    Negotiation.requireUpgrade(request);
    if (!Negotiation.isWebSocket(request)) {
      Negotiation.Agreed agreed = Negotiation.spdy(request, SPDY);
      SpdyLink link = new SpdyLink(limits, Thread.currentThread(), new SpdyPortForwarding.Gate());
      return new PortUpgrade(agreed.response(), link, to -> new SpdyPortForwarding(link, to).run());
    }
    Negotiation.Agreed agreed = Negotiation.webSocket(request, WEBSOCKET);
    WebSocketLink link =
        new WebSocketLink(
            limits,
            Thread.currentThread(),
            agreed.protocol().equals(BASE64)
                ? WebSocketLink.Coding.BASE64
                : WebSocketLink.Coding.BINARY,
            false,
            made -> inputs(made, ports.size()));
    return new PortUpgrade(
        agreed.response(), link, to -> WebSocketPortForwarding.run(link, ports, to));
  }

  private static List<Inbound> inputs(WebSocketLink link, int ports) {
    List<Inbound> inputs = new ArrayList<>();
    for (int i = 0; i < ports; i++) {
      inputs.add(link.newInput());
      inputs.add(new Discarded());
    }
    return inputs;
  }

  /** Forwards until the client has gone; ends the connection. */
  public void forward(Ports ports) throws IOException, InterruptedException {
    forwarding.run(ports);
  }
}
