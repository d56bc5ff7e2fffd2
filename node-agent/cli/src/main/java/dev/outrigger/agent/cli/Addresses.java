package dev.outrigger.agent.cli;

import java.net.Inet4Address;
import java.net.NetworkInterface;
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
