package dev.outrigger.agent.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** Makes the client of the API server from a kubeconfig, or from what a Pod in a cluster finds. */
public final class KubeClient {

  /** DER of the object identifier id-ecPublicKey, 1.2.840.10045.2.1 (RFC 5480). */
  private static final String EC_OID = "06072a8648ce3d0201";

  /**
   * How often the JDK hashes the password of a key in a PKCS #12 key store. fabric8 keeps the
   * client's key in one in memory, by a password that everybody knows: that costs a second of
   * processor at a start, and protects nothing.
   */
  private static final String PASSWORD_ROUNDS = "keystore.pkcs12.keyPbeIterationCount";

  private KubeClient() {}

  /**
   * @throws IOException when the kubeconfig or a key in it cannot be read
   */
  public static KubernetesClient connect(Optional<Path> kubeconfig) throws IOException {
    if (kubeconfig.isPresent() && !Files.isReadable(kubeconfig.get())) {
      throw new IOException("the kubeconfig " + kubeconfig.get() + " cannot be read");
    }
    Config config = kubeconfig.isPresent() ? read(kubeconfig.get()) : Config.autoConfigure(null);
    ConfigBuilder builder =
        new ConfigBuilder(config)
            // Retries are the work queue's and the heartbeat's business: one layer.
            .withRequestRetryBackoffLimit(0)
            .withConnectionTimeout(10_000)
            .withRequestTimeout(20_000)
            .withWatchReconnectInterval(500)
            .withUserAgent("outrigger/" + Version.text());
    if (isEcKey(config)) {
      // fabric8 takes a PKCS#8 key for RSA unless told otherwise.
      builder.withClientKeyAlgo("EC");
    }
    if (System.getProperty(PASSWORD_ROUNDS) == null) {
      System.setProperty(PASSWORD_ROUNDS, "1");
    }
    return new KubernetesClientBuilder().withConfig(builder.build()).build();
  }

  private static Config read(Path kubeconfig) throws IOException {
    try {
      return Config.fromKubeconfig(kubeconfig.toFile());
    } catch (RuntimeException e) {
      // Without its words, and without it as a cause: it quotes the file, which may hold a key.
      throw new IOException(kubeconfig + " is no kubeconfig (YAML of kind Config)");
    }
  }

  private static boolean isEcKey(Config config) throws IOException {
    String pem = "";
    if (config.getClientKeyData() != null) {
      byte[] data = Base64.getMimeDecoder().decode(config.getClientKeyData());
      pem = new String(data, StandardCharsets.UTF_8);
    } else if (config.getClientKeyFile() != null) {
      pem = Files.readString(Path.of(config.getClientKeyFile()));
    }
    if (pem.contains("BEGIN EC PRIVATE KEY")) {
      return true;
    }
    if (!pem.contains("BEGIN PRIVATE KEY")) {
      return false;
    }
    String body = pem.replaceAll("-----[^-]*-----", "");
    return HexFormat.of().formatHex(Base64.getMimeDecoder().decode(body)).contains(EC_OID);
  }
}
