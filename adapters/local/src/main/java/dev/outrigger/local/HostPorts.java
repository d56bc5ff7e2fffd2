package dev.outrigger.local;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PortConnection;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;

/**
 * Connects to the host's loopback, IPv4 before IPv6. All Pods share it with the host and with each
 * other: whatever listens there is reached, whosever it is.
 */
final class HostPorts implements PortTarget {

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final HostStore store;

  HostPorts(HostStore store) {
    this.store = store;
  }

  @Override
  public PortConnection connect(PodAttempt attempt, int port)
      throws ProviderException, IOException {
    requireRunning(attempt);
    try {
      return new Connected(open("127.0.0.1", port));
    } catch (IOException four) {
      try {
        return new Connected(open("::1", port));
      } catch (IOException six) {
        throw new IOException(
            "failed to connect to localhost:%d, IPv4: dial tcp4 127.0.0.1:%d: %s, IPv6: dial tcp6 [::1]:%d: %s"
                .formatted(port, port, reason(four), port, reason(six)),
            four);
      }
    }
  }

  private void requireRunning(PodAttempt attempt) throws ProviderException {
    try {
      Workload workload = store.observe(store.directoryOfRun(attempt));
      if (!workload.isTerminated()) {
        return;
      }
    } catch (IOException e) {
      // answered below: there is no such record
    }
    throw new ProviderException.NotFound("pod " + attempt.key().name() + " does not run");
  }

  private static Socket open(String address, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(
          new InetSocketAddress(InetAddress.getByName(address), port),
          Math.toIntExact(DEADLINE.toMillis()));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static String reason(IOException e) {
    return "connect: " + String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
  }

  private record Connected(Socket socket, InputStream input, OutputStream output)
      implements PortConnection {

    /** A socket's stream, when closed, closes both directions: this one only its own. */
    Connected(Socket socket) throws IOException {
      this(socket, socket.getInputStream(), new HalfClosing(socket));
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        // it is not used any more either way
      }
    }
  }

  private static final class HalfClosing extends OutputStream {

    private final Socket socket;
    private final OutputStream out;

    HalfClosing(Socket socket) throws IOException {
      this.socket = socket;
      this.out = socket.getOutputStream();
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      if (!socket.isClosed() && !socket.isOutputShutdown()) {
        socket.shutdownOutput();
      }
    }
  }
}
