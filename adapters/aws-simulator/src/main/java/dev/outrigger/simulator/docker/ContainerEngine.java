package dev.outrigger.simulator.docker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A Docker engine that answers, and what this simulator has in it. */
public final class ContainerEngine implements AutoCloseable {
  private static final String LABEL = "outrigger.dev/simulator";

  private static final Duration LONG = Duration.ofMinutes(2);

  private final Docker docker;
  private final DockerImages images;
  private final String version;
  private final String label;
  private final DockerGuard guard;

  private ContainerEngine(Docker docker, String version, String label) throws DockerException {
    this.docker = docker;
    this.images = new DockerImages(docker);
    this.version = version;
    this.label = label;
    this.guard = new DockerGuard(docker, label);
  }

  /**
   * The engine that the user's {@code docker} command speaks to. What an earlier simulator of the
   * same name left there is removed.
   *
   * @param instance of characters that a label may have; another simulator has another
   */
  public static ContainerEngine connect(String instance) throws DockerException {
    Docker docker = Docker.onPath();
    String[] server =
        docker.run("version", "--format", "{{.Server.Version}} {{.Server.Arch}}").split(" ");
    String label = LABEL + "=" + instance;
    remove(docker, label);
    PauseImage.ensure(docker, new DockerImages(docker), server[1]);
    return new ContainerEngine(docker, server[0], label);
  }

  private static void remove(Docker docker, String label) throws DockerException {
    String containers = docker.run("ps", "--all", "--quiet", "--filter", "label=" + label);
    if (!containers.isEmpty()) {
      docker.run(LONG, words(List.of("rm", "--force", "--volumes"), containers));
    }
    String volumes = docker.run("volume", "ls", "--quiet", "--filter", "label=" + label);
    if (!volumes.isEmpty()) {
      docker.run(LONG, words(List.of("volume", "rm", "--force"), volumes));
    }
  }

  private static List<String> words(List<String> first, String lines) {
    return Stream.concat(first.stream(), lines.lines()).toList();
  }

  public Docker docker() {
    return docker;
  }

  public DockerImages images() {
    return images;
  }

  /** For people. */
  public String version() {
    return version;
  }

  /** {@code name=value}: every container and volume of this simulator has to have it. */
  public String label() {
    return label;
  }

  /** The image of containers that only wait. */
  public String pauseImage() {
    return PauseImage.NAME;
  }

  /**
   * Whether this host is in the network of the engine's containers; not so with Docker Desktop, a
   * rootless engine or one elsewhere.
   */
  public boolean isReachable() {
    try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
      List<String> subnets =
          List.of(
              docker
                  .run(
                      "network",
                      "inspect",
                      "--format",
                      "{{range .IPAM.Config}}{{.Subnet}} {{end}}",
                      "bridge")
                  .split(" "));
      return interfaces
          .flatMap(each -> each.getInterfaceAddresses().stream())
          .anyMatch(address -> subnets.contains(subnet(address)));
    } catch (IOException | DockerException e) {
      return false;
    }
  }

  /** In the form {@code 172.17.0.0/16}. */
  private static String subnet(InterfaceAddress of) {
    byte[] address = of.getAddress().getAddress();
    for (int bit = of.getNetworkPrefixLength(); bit < address.length * Byte.SIZE; bit++) {
      address[bit / Byte.SIZE] &= (byte) ~(0x80 >>> (bit % Byte.SIZE));
    }
    try {
      return InetAddress.getByAddress(address).getHostAddress() + "/" + of.getNetworkPrefixLength();
    } catch (IOException e) {
      throw new IllegalStateException("an address has a lawful length", e);
    }
  }

  /** Removes every container and volume with the label. */
  @Override
  public void close() {
    guard.close();
  }
}
