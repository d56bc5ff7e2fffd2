package dev.outrigger.agent.probe;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PortConnection;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/** Connections to where a probe points: by the network, or by the provider's way to ports. */
final class PodConnections {

  private final Optional<PortTarget> ports;

  PodConnections(Optional<PortTarget> ports) {
    this.ports = ports;
  }

  /**
   * Connects to the address, or, when there is none, to the Pod's own port. Blocks for {@code
   * timeout} at most, as far as the network goes; interrupting ends it.
   *
   * @param address a host given by the probe, or the Pod's address
   * @throws IOException its message says what happened, as Go's net package does
   */
  PortConnection open(PodAttempt attempt, Optional<String> address, int port, Duration timeout)
      throws IOException, InterruptedException {
    return address.isPresent()
        ? dial(address.get(), port, timeout)
        : throughProvider(attempt, port);
  }

  private PortConnection throughProvider(PodAttempt attempt, int port)
      throws IOException, InterruptedException {
    if (ports.isEmpty()) {
      throw new IOException("the Pod has no address, and the node has no other way to its ports");
    }
    try {
      return ports.get().connect(attempt, port);
    } catch (ProviderException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static PortConnection dial(String host, int port, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(timeout.toMillis()));
      return new Dialed(socket, socket.getInputStream(), socket.getOutputStream());
    } catch (IOException e) {
      socket.close();
      throw new IOException("dial tcp " + address(host, port) + ": " + reason(e), e);
    }
  }

  /** As Go's net.JoinHostPort. */
  static String address(String host, int port) {
    return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
  }

  private static String reason(IOException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e) {
      case java.net.SocketTimeoutException timeout -> "i/o timeout";
      case java.net.UnknownHostException unknown -> "lookup " + message + ": no such host";
      default ->
          message.contains("refused") ? "connect: connection refused" : "connect: " + message;
    };
  }

  private record Dialed(Socket socket, InputStream input, OutputStream output)
      implements PortConnection {
    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        // it is not used any more either way
      }
    }
  }
}
