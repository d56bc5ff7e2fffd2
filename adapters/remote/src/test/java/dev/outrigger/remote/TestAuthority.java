package dev.outrigger.remote;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for one test, with files as an operator would have them. */
final class TestAuthority {

  private final Path folder;
  private final X500Name name;
  private final KeyPair keys;
  private long serial = 1;

  /** Its certificate is in {@code <name>.crt}. */
  TestAuthority(Path folder, String name) throws Exception {
    this.folder = folder;
    this.name = new X500Name("CN=" + name);
    this.keys = newKeys();
    write(caFile(name), sign(this.name, keys, true, "localhost"));
  }

  Path caFile(String authority) {
    return folder.resolve(authority + ".crt");
  }

  /** A certificate for localhost, as {@code <name>.crt} and {@code <name>.key}. */
  Path issue(String subject) throws Exception {
    return issue(subject, "localhost");
  }

  /** As {@link #issue(String)}, for another host. */
  Path issue(String subject, String host) throws Exception {
    KeyPair own = newKeys();
    Path cert = folder.resolve(subject + ".crt");
    write(cert, sign(new X500Name("CN=" + subject), own, false, host));
    write(keyOf(cert), new JcaPKCS8Generator(own.getPrivate(), null));
    return cert;
  }

  static Path keyOf(Path cert) {
    return cert.resolveSibling(cert.getFileName().toString().replace(".crt", ".key"));
  }

  private X509CertificateHolder sign(X500Name subject, KeyPair own, boolean authority, String host)
      throws IOException, OperatorCreationException {
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(serial++),
            Date.from(now.minus(Duration.ofMinutes(5))),
            Date.from(now.plus(Duration.ofHours(1))),
            subject,
            own.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
    return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private static void write(Path file, Object pem) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(pem);
    }
    Files.writeString(file, text.toString());
  }
}
