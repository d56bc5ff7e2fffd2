package dev.outrigger.agent.cli;

import dev.outrigger.agent.config.KubeletConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The kubelet API's certificate: the configured files, else a self-signed one made at start, as the
 * kubelet does without --tls-cert-file. An API server that checks kubelet certificates
 * (--kubelet-certificate-authority) needs the files.
 */
record ServingCertificate(Path certFile, Path keyFile) {

  private static final String PASSWORD = "outrigger";

  static ServingCertificate of(KubeletConfig config) throws IOException {
    if (config.certFile().isPresent() && config.keyFile().isPresent()) {
      return new ServingCertificate(config.certFile().get(), config.keyFile().get());
    }
    return selfSigned(config.address());
  }

  /** Made by the JDK's keytool, in a folder that only this user can read. */
  private static ServingCertificate selfSigned(String address) throws IOException {
    Path folder =
        Files.createTempDirectory(
            "outrigger-tls",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path store = folder.resolve("serving.p12");
    keytool(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "serving",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=" + address,
            "-ext",
            "san=ip:" + address,
            "-validity",
            "365",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD));
    return export(store, folder);
  }

  private static void keytool(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(
            "no self-signed certificate could be made (set kubelet.certFile and keyFile): "
                + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static ServingCertificate export(Path store, Path folder) throws IOException {
    try (var in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      Path cert = folder.resolve("tls.crt");
      Path key = folder.resolve("tls.key");
      Files.writeString(cert, pem("CERTIFICATE", keys.getCertificate("serving").getEncoded()));
      Files.writeString(
          key, pem("PRIVATE KEY", keys.getKey("serving", PASSWORD.toCharArray()).getEncoded()));
      Files.delete(store);
      folder.toFile().deleteOnExit();
      cert.toFile().deleteOnExit();
      key.toFile().deleteOnExit();
      return new ServingCertificate(cert, key);
    } catch (GeneralSecurityException e) {
      throw new IOException("the self-signed certificate cannot be read", e);
    }
  }

  private static String pem(String what, byte[] der) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, body, what);
  }
}
