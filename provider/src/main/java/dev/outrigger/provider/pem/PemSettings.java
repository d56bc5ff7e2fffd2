package dev.outrigger.provider.pem;

import dev.outrigger.provider.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Files of certificates and keys that a configuration names. Each is read once, so that what cannot
 * be used is told at the start, with its key; they are read again by whoever uses them.
 */
public final class PemSettings {

  private static final String PKCS8 = "-----BEGIN PRIVATE KEY-----";

  /** What a key's file may hold. */
  public enum KeyForm {
    /** PKCS#8 only. */
    PKCS8("PKCS#8; openssl pkcs8 -topk8 -nocrypt makes it so"),
    /** PKCS#8, PKCS#1 or SEC1. */
    ANY("PKCS#8, PKCS#1 or SEC1, not encrypted");

    private final String words;

    KeyForm(String words) {
      this.words = words;
    }
  }

  private PemSettings() {}

  /**
   * The file of authorities, if it can be used.
   *
   * @param key under which its name stands
   */
  public static Optional<Path> authorities(Settings settings, String key, Optional<String> name) {
    return name.filter(n -> certificate(settings, key, n).isPresent()).map(Path::of);
  }

  /** A named file. */
  public record Named(String key, Optional<String> file) {}

  /**
   * Checks a certificate chain and its key.
   *
   * @return whether both are named and can be used
   */
  public static boolean keyPair(Settings settings, Named cert, Named key, KeyForm form) {
    Optional<X509Certificate> leaf =
        cert.file().flatMap(name -> certificate(settings, cert.key(), name));
    Optional<byte[]> pem = key.file().flatMap(name -> content(settings, key.key(), name));
    if (pem.isEmpty()) {
      return false;
    }
    String text = new String(pem.get(), StandardCharsets.ISO_8859_1);
    if (form == KeyForm.PKCS8 ? !text.contains(PKCS8) : !text.contains("PRIVATE KEY-----")) {
      settings.problem(key.key(), "must be PEM with a private key, " + form.words);
      return false;
    }
    return leaf.filter(of -> belongs(settings, key.key(), cert.key(), pem.get(), of)).isPresent();
  }

  private static boolean belongs(
      Settings settings, String keyKey, String certKey, byte[] pem, X509Certificate leaf) {
    try {
      PemFiles.key(pem, leaf);
      return true;
    } catch (GeneralSecurityException e) {
      settings.problem(
          keyKey, "must be the private key of %s's certificate: %s".formatted(certKey, words(e)));
      return false;
    }
  }

  private static Optional<X509Certificate> certificate(Settings settings, String key, String name) {
    return content(settings, key, name)
        .flatMap(
            pem -> {
              try {
                return Optional.of(PemFiles.certificates(pem).getFirst());
              } catch (GeneralSecurityException e) {
                settings.problem(key, "must be PEM with a certificate: " + words(e));
                return Optional.empty();
              }
            });
  }

  private static Optional<byte[]> content(Settings settings, String key, String name) {
    try {
      return Optional.of(Files.readAllBytes(Path.of(name)));
    } catch (IOException | InvalidPathException e) {
      settings.problem(key, "must be a file that can be read, not '" + name + "'");
      return Optional.empty();
    }
  }

  /** Without what a parser shows of the content. */
  private static String words(GeneralSecurityException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
