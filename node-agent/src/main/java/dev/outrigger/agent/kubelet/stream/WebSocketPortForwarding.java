package dev.outrigger.agent.kubelet.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports over WebSocket: for the nth one a data channel (2n) and an error channel (2n+1), each of
 * which begins with the port's number, little endian. Each port is one connection, made at once.
 */
final class WebSocketPortForwarding {

  private WebSocketPortForwarding() {}

  static void run(WebSocketLink link, List<Integer> ports, Ports to)
      throws IOException, InterruptedException {
    List<Forward> forwards = new ArrayList<>();
    try {
      for (int i = 0; i < ports.size(); i++) {
        forwards.add(forward(link, i, ports.get(i), to));
      }
      forwards.forEach(Forward::start);
      for (Forward forward : forwards) {
        forward.join();
      }
    } finally {
      forwards.forEach(Forward::stop);
      link.finish();
    }
  }

  private static Forward forward(WebSocketLink link, int index, int port, Ports to)
      throws IOException {
    StreamOutput data = new StreamOutput(link, 2 * index);
    StreamOutput errors = new StreamOutput(link, 2 * index + 1);
    byte[] number = {(byte) port, (byte) (port >> 8)};
    data.write(number);
    errors.write(number);
    if (!(link.input(2 * index) instanceof StreamInput input)) {
      throw new IllegalStateException("a data channel without input");
    }
    return new Forward(to, port, input, data, errors, false, () -> {});
  }
}
