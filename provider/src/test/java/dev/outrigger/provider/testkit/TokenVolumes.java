package dev.outrigger.provider.testkit;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;

/** What the API server's ServiceAccount admission adds to a Pod (KEP-1205). */
public final class TokenVolumes {

  public static final String NAME = "kube-api-access-x7k2p";

  public static final String PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

  private TokenVolumes() {}

  public static Volume volume() {
    return new VolumeBuilder()
        .withName(NAME)
        .withNewProjected()
        .withDefaultMode(420)
        .addNewSource()
        .withNewServiceAccountToken(null, 3607L, "token")
        .endSource()
        .addNewSource()
        .withNewConfigMap()
        .withName("kube-root-ca.crt")
        .addNewItem("ca.crt", null, "ca.crt")
        .endConfigMap()
        .endSource()
        .addNewSource()
        .withNewDownwardAPI()
        .addNewItem()
        .withPath("namespace")
        .withNewFieldRef("v1", "metadata.namespace")
        .endItem()
        .endDownwardAPI()
        .endSource()
        .endProjected()
        .build();
  }

  /** A user's volume of such a name. */
  public static Volume lookalike() {
    return new VolumeBuilder()
        .withName(NAME)
        .withNewProjected()
        .addNewSource()
        .withNewConfigMap()
        .withName("mine")
        .endConfigMap()
        .endSource()
        .endProjected()
        .build();
  }

  public static VolumeMount mount() {
    return new VolumeMountBuilder().withName(NAME).withMountPath(PATH).withReadOnly(true).build();
  }
}
