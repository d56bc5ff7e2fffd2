package dev.outrigger.agent.cli;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.Comparator;
import java.util.Optional;

/** The machine's own address, for a Node's InternalIP. */
final class Addresses {

  private Addresses() {}

  /** POD_IP if set (downward API), else an IPv4 address that is not loopback, else 127.0.0.1. */
  static String own() {
    String given = System.getenv("POD_IP");
    return given != null && !given.isBlank() ? given : routable().orElse("127.0.0.1");
  }

  /** Whether a server can listen there. */
  static boolean isOwn(InetAddress address) {
    try (ServerSocket socket = new ServerSocket(0, 1, address)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<String> routable() {
    try {
      return NetworkInterface.networkInterfaces()
          .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
          .flatMap(NetworkInterface::inetAddresses)
          .filter(
              a -> a instanceof Inet4Address && !a.isLoopbackAddress() && !a.isLinkLocalAddress())
          .map(a -> a.getHostAddress())
          .findFirst();
    } catch (SocketException e) {
      return Optional.empty();
    }
  }
}
