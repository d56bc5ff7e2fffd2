package dev.outrigger.testbed;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How to come by a control plane.
 *
 * @param folder where state, logs, certificates and the kubeconfig go; created when missing
 * @param kubeconfig use this existing cluster and start nothing
 * @param way try only this way, instead of each in turn
 * @param k3sImage the image for {@link Way#DOCKER}
 * @param environment the environment variables, for KUBEBUILDER_ASSETS and the cache folder
 * @param progress where to say what happens
 */
public record ControlPlaneConfig(
    Path folder,
    Optional<Path> kubeconfig,
    Optional<Way> way,
    String k3sImage,
    Map<String, String> environment,
    Progress progress) {

  /**
   * Names an existing cluster for the tests to use. It is opt-in: tests create and delete things.
   */
  public static final String KUBECONFIG_VARIABLE = "OUTRIGGER_TEST_KUBECONFIG";

  /** Names the one way to use: docker, assets or build. */
  public static final String WAY_VARIABLE = "OUTRIGGER_CONTROL_PLANE";

  /** Names the k3s image to use instead of {@link #DEFAULT_K3S_IMAGE}. */
  public static final String IMAGE_VARIABLE = "OUTRIGGER_K3S_IMAGE";

  static final String DEFAULT_K3S_IMAGE = "rancher/k3s:v1.35.4-k3s1";

  /** The ways to start a control plane of our own, in the order in which they are tried. */
  public enum Way {
    DOCKER,
    ASSETS,
    BUILD
  }

  public ControlPlaneConfig {
    environment = Map.copyOf(environment);
  }

  /**
   * The configuration that the environment variables ask for.
   *
   * @throws TestbedException when {@link #WAY_VARIABLE} holds something else than a way
   */
  public static ControlPlaneConfig fromEnvironment(
      Path folder, Map<String, String> environment, Progress progress) {
    return new ControlPlaneConfig(
        folder,
        Optional.ofNullable(environment.get(KUBECONFIG_VARIABLE)).map(Path::of),
        Optional.ofNullable(environment.get(WAY_VARIABLE)).map(ControlPlaneConfig::way),
        environment.getOrDefault(IMAGE_VARIABLE, DEFAULT_K3S_IMAGE),
        environment,
        progress);
  }

  /** The same, with an existing cluster. */
  public ControlPlaneConfig withKubeconfig(Path existing) {
    return new ControlPlaneConfig(
        folder, Optional.of(existing), way, k3sImage, environment, progress);
  }

  private static Way way(String text) {
    try {
      return Way.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TestbedException(
          WAY_VARIABLE + " is '" + text + "'; it may be docker, assets or build", e);
    }
  }
}
