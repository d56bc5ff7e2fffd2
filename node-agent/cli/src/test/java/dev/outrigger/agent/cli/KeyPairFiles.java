package dev.outrigger.agent.cli;

import dev.outrigger.agent.tls.NodeNames;
import dev.outrigger.agent.tls.SelfSigned;
import dev.outrigger.agent.tls.ServingIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Clock;
import java.util.Base64;

/** A self-signed certificate and its key, as files. */
final class KeyPairFiles {

  private KeyPairFiles() {}

  /** The certificate's file; the key stands beside it. */
  static Path make(Path folder, String name) throws IOException {
    ServingIdentity made =
        new SelfSigned(new NodeNames(name, "127.0.0.1"), Clock.systemUTC()).current();
    Path certificate = folder.resolve(name + ".crt");
    try {
      Files.writeString(certificate, pem("CERTIFICATE", made.chain().getFirst().getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IOException(e);
    }
    Files.writeString(keyOf(certificate), pem("PRIVATE KEY", made.key().getEncoded()));
    return certificate;
  }

  static Path keyOf(Path certificate) {
    return certificate.resolveSibling(certificate.getFileName() + ".key");
  }

  private static String pem(String what, byte[] der) {
    byte[] newline = {'\n'};
    return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
        .formatted(
            what,
            new String(Base64.getMimeEncoder(64, newline).encode(der), StandardCharsets.US_ASCII));
  }
}
