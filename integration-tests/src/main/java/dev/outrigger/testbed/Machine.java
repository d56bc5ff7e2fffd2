package dev.outrigger.testbed;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** This machine's address and its free ports. */
public final class Machine {
  // Below the range from which Linux takes the ports of outgoing connections, so that none of
  // those takes a port between its choice and its use.
  private static final int LOWEST_PORT = 20_000;
  private static final int HIGHEST_PORT = 32_000;
  private static final int TRIES = 100;

  static final String LOOPBACK = "127.0.0.1";

  private Machine() {}

  /** The address this machine would use towards another one; 127.0.0.1 if it has no network. */
  public static String address() {
    try (DatagramSocket socket = new DatagramSocket()) {
      // No packet is sent: connecting a datagram socket only chooses the route.
      socket.connect(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 9));
      InetAddress local = socket.getLocalAddress();
      if (!local.isAnyLocalAddress() && !local.isLinkLocalAddress()) {
        return local.getHostAddress();
      }
    } catch (IOException | RuntimeException e) {
      // No route: there is only loopback.
      return LOOPBACK;
    }
    return LOOPBACK;
  }

  /** Whether an interface of this machine has that address; false for what is none. */
  static boolean hasAddress(String address) {
    try {
      return NetworkInterface.getByInetAddress(InetAddress.ofLiteral(address)) != null;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** A TCP port that is free on {@code address} now. */
  public static int freePort(String address) {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(address))) {
        return probe.getLocalPort();
      } catch (IOException e) {
        // Taken: another one may be free.
      }
    }
    throw new TestbedException("found no free port on " + address);
  }
}
