package dev.outrigger.simulator.docker;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Images of an engine. */
public final class DockerImages {
  private static final Duration PULL = Duration.ofMinutes(10);

  /** What a registry says that was reached, in the engine's words. */
  private static final List<String> ANSWERS =
      List.of(
          "pull access denied",
          "manifest unknown",
          "not found",
          "no matching manifest",
          "unauthorized",
          "denied",
          "toomanyrequests",
          "invalid reference format");

  private final Docker docker;

  DockerImages(Docker docker) {
    this.docker = docker;
  }

  /** Whether it need not be pulled. */
  public boolean has(String image) {
    try {
      docker.run("image", "inspect", "--format", "{{.Id}}", image);
      return true;
    } catch (DockerException e) {
      return false;
    }
  }

  /** Fetches it from its registry, which may take minutes. */
  public void pull(String image) throws DockerException {
    docker.run(PULL, List.of("pull", "--quiet", image));
  }

  /** Whether a registry refused; otherwise none was reached. */
  public static boolean isRefusal(DockerException failedPull) {
    String words = failedPull.words().toLowerCase(Locale.ROOT);
    return ANSWERS.stream().anyMatch(words::contains);
  }

  /**
   * The digest by which its registry knows it; of one that was never in a registry, the engine's
   * own.
   */
  public String digest(String image) throws DockerException {
    List<String> digests =
        docker
            .run(
                "image", "inspect", "--format", "{{range .RepoDigests}}{{.}} {{end}}{{.Id}}", image)
            .lines()
            .flatMap(line -> Stream.of(line.split(" ")))
            .toList();
    String repository = repository(image);
    String best =
        digests.stream()
            .filter(digest -> repository.endsWith(repository(digest)))
            .findFirst()
            .orElse(digests.getFirst());
    return best.substring(best.indexOf('@') + 1);
  }

  private static String repository(String image) {
    String plain = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
    int colon = plain.lastIndexOf(':');
    return colon > plain.lastIndexOf('/') ? plain.substring(0, colon) : plain;
  }
}
