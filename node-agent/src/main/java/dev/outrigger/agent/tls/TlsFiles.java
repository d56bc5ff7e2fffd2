package dev.outrigger.agent.tls;

import dev.outrigger.provider.pem.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Certificates in PEM files, read anew each time they are asked for. */
public final class TlsFiles {

  private TlsFiles() {}

  /**
   * @param certFile the leaf first
   * @param keyFile PKCS#8, PKCS#1 (RSA) or SEC1 (EC), not encrypted
   */
  public static ServingSource serving(Path certFile, Path keyFile) {
    return () -> {
      try {
        List<X509Certificate> chain = PemFiles.certificates(Files.readAllBytes(certFile));
        return new ServingIdentity(
            chain, PemFiles.key(Files.readAllBytes(keyFile), chain.getFirst()));
      } catch (GeneralSecurityException e) {
        throw new IOException(
            "certificate %s and key %s cannot be used: %s"
                .formatted(certFile, keyFile, e.getMessage()),
            e);
      }
    };
  }

  public static AuthoritySource authorities(Path file) {
    return () -> {
      try {
        return PemFiles.certificates(Files.readAllBytes(file));
      } catch (GeneralSecurityException e) {
        throw new IOException(
            "authorities %s cannot be used: %s".formatted(file, e.getMessage()), e);
      }
    };
  }
}
