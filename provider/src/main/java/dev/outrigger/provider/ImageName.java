package dev.outrigger.provider;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that images may have, as a kubelet checks them before it pulls (pkg/kubelet/images,
 * applyDefaultImageTag; github.com/distribution/reference 0.6), in its words. Pure.
 */
public final class ImageName {

  private static final String DOMAIN_PART = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";

  private static final String HOST =
      "(?:" + DOMAIN_PART + "(?:\\." + DOMAIN_PART + ")*|\\[[a-fA-F0-9:]+\\])";

  private static final String PATH_PART = "[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*";

  private static final String DIGEST =
      "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";

  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?:"
              + HOST
              + "(?::[0-9]+)?/)?(?<path>"
              + PATH_PART
              + "(?:/"
              + PATH_PART
              + ")*)(?::[0-9A-Za-z_][0-9A-Za-z_.-]{0,127})?(?:@(?<digest>"
              + DIGEST
              + "))?");

  private static final Pattern IDENTIFIER = Pattern.compile("[a-f0-9]{64}");

  /** Hexadecimal digits by algorithm (github.com/opencontainers/go-digest). */
  private static final Map<String, Integer> DIGESTS =
      Map.of("sha256", 64, "sha384", 96, "sha512", 128);

  private static final int LONGEST_PATH = 255;
  private static final String HUB = "docker.io";
  private static final String FORMAT = "invalid reference format";

  private ImageName() {}

  /**
   * Checks every container of a Pod.
   *
   * @throws ProviderException.InvalidImage of the first one whose image nobody can pull
   */
  public static void check(Pod pod) throws ProviderException.InvalidImage {
    check("spec.initContainers", pod.getSpec().getInitContainers());
    check("spec.containers", pod.getSpec().getContainers());
  }

  private static void check(String path, List<Container> containers)
      throws ProviderException.InvalidImage {
    for (int i = 0; i < containers.size(); i++) {
      String image = containers.get(i).getImage();
      check(path + "[" + i + "].image", image == null ? "" : image);
    }
  }

  /**
   * @param path of the image's field in the Pod
   */
  public static void check(String path, String image) throws ProviderException.InvalidImage {
    Optional<String> problem = problem(image);
    if (problem.isPresent()) {
      throw new ProviderException.InvalidImage(path, problem.get());
    }
  }

  /** Why a kubelet would not try to pull it; empty if it would. */
  public static Optional<String> problem(String image) {
    String quoted = '"' + image.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    return reason(image)
        .map(
            why ->
                "Failed to apply default image tag %s: couldn't parse image name %s: %s"
                    .formatted(quoted, quoted, why));
  }

  private static Optional<String> reason(String image) {
    if (IDENTIFIER.matcher(image).matches()) {
      return Optional.of(
          "invalid repository name (%s), cannot specify 64-byte hexadecimal strings"
              .formatted(image));
    }
    String domain = domain(image);
    String remainder = remainder(image, domain);
    String name = remainder.split(":", 2)[0];
    if (!name.equals(name.toLowerCase(Locale.ROOT))) {
      return Optional.of(FORMAT + ": repository name (" + name + ") must be lowercase");
    }
    String whole = domain + "/" + remainder;
    Matcher reference = REFERENCE.matcher(whole);
    if (!reference.matches()) {
      boolean onlyCase = REFERENCE.matcher(whole.toLowerCase(Locale.ROOT)).matches();
      return Optional.of(onlyCase ? "repository name must be lowercase" : FORMAT);
    }
    if (reference.group("path").length() > LONGEST_PATH) {
      return Optional.of("repository name must not be more than " + LONGEST_PATH + " characters");
    }
    return Optional.ofNullable(reference.group("digest")).flatMap(ImageName::ofDigest);
  }

  private static Optional<String> ofDigest(String digest) {
    String[] parts = digest.split(":", 2);
    Integer length = DIGESTS.get(parts[0]);
    if (length == null) {
      boolean known = parts[0].matches("[a-z0-9]+(?:[.+_-][a-z0-9]+)*");
      return Optional.of(known ? "unsupported digest algorithm" : "invalid checksum digest format");
    }
    if (parts[1].length() != length) {
      return Optional.of("invalid checksum digest length");
    }
    return parts[1].matches("[a-f0-9]+")
        ? Optional.empty()
        : Optional.of("invalid checksum digest format");
  }

  /** Docker Hub's, unless the first part can only be a registry's address. */
  private static String domain(String image) {
    int slash = image.indexOf('/');
    String first = slash < 0 ? "" : image.substring(0, slash);
    boolean address =
        first.equals("localhost")
            || first.contains(".")
            || first.contains(":")
            || !first.equals(first.toLowerCase(Locale.ROOT));
    return address && !first.equals("index.docker.io") ? first : HUB;
  }

  private static String remainder(String image, String domain) {
    int slash = image.indexOf('/');
    String first = slash < 0 ? "" : image.substring(0, slash);
    boolean named = first.equals(domain) || first.equals("index.docker.io");
    String rest = named ? image.substring(slash + 1) : image;
    return domain.equals(HUB) && rest.indexOf('/') < 0 ? "library/" + rest : rest;
  }
}
