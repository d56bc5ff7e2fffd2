package dev.outrigger.agent.kubelet;

import java.util.ArrayList;
import java.util.List;

/** The {@code port} parameters of a port-forward over WebSocket. */
final class PortNumbers {

  private static final int MOST = 64;

  private PortNumbers() {}

  /**
   * @param values each one port or several with commas
   */
  static List<Integer> parse(List<String> values) throws HttpProblem {
    if (values.isEmpty()) {
      throw new HttpProblem(400, "query parameter \"port\" is required");
    }
    List<Integer> ports = new ArrayList<>();
    for (String value : values) {
      if (value.isEmpty()) {
        throw new HttpProblem(400, "query parameter \"port\" cannot be empty");
      }
      for (String text : value.split(",", -1)) {
        ports.add(port(value, text));
      }
    }
    if (ports.size() > MOST) {
      throw new HttpProblem(400, "no more than %d ports at once".formatted(MOST));
    }
    return ports;
  }

  private static int port(String value, String text) throws HttpProblem {
    try {
      int port = Integer.parseUnsignedInt(text);
      if (port == 0) {
        throw new HttpProblem(400, "port \"%s\" must be > 0".formatted(value));
      }
      if (port >>> 16 == 0) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Told below, with what was given.
    }
    throw new HttpProblem(400, "unable to parse \"%s\" as a port".formatted(value));
  }
}
