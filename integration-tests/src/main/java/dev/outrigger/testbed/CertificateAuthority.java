package dev.outrigger.testbed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * A certificate authority that lives in one folder: {@code ca.crt}, {@code ca.key}, and what it
 * signed.
 */
final class CertificateAuthority {
  private static final Duration VALID = Duration.ofDays(3650);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path folder;
  private final PrivateKey key;
  private final X500Name name;

  private CertificateAuthority(Path folder, PrivateKey key, X500Name name) {
    this.folder = folder;
    this.key = key;
    this.name = name;
  }

  /** A new authority; writes {@code ca.crt} and {@code ca.key} (PKCS#8, EC P-256). */
  static CertificateAuthority create(Path folder) {
    try {
      Files.createDirectories(folder);
      X500Name name = new X500Name("CN=outrigger-testbed");
      KeyPair keys = ecKeys();
      JcaX509v3CertificateBuilder builder = builder(name, keys, name);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      CertificateAuthority authority = new CertificateAuthority(folder, keys.getPrivate(), name);
      authority.writeCertificate("ca", sign(builder, keys.getPrivate()));
      writeKey(authority.keyFile("ca"), keys.getPrivate());
      return authority;
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw failure("create an authority", e);
    }
  }

  /** The authority whose {@code ca.crt} and {@code ca.key} (EC) are in {@code folder}. */
  static CertificateAuthority load(Path folder) {
    try (BufferedReader certificate = Files.newBufferedReader(folder.resolve("ca.crt"));
        PEMParser certificates = new PEMParser(certificate);
        BufferedReader key = Files.newBufferedReader(folder.resolve("ca.key"));
        PEMParser keys = new PEMParser(key)) {
      if (certificates.readObject() instanceof X509CertificateHolder holder) {
        return new CertificateAuthority(folder, privateKey(keys), holder.getSubject());
      }
      throw new TestbedException("no certificate in " + folder.resolve("ca.crt"));
    } catch (IOException e) {
      throw failure("load the authority in " + folder, e);
    }
  }

  private static PrivateKey privateKey(PEMParser keys) throws IOException {
    JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
    for (Object each = keys.readObject(); each != null; each = keys.readObject()) {
      if (each instanceof PEMKeyPair pair) {
        return converter.getPrivateKey(pair.getPrivateKeyInfo());
      }
      if (each instanceof PrivateKeyInfo info) {
        return converter.getPrivateKey(info);
      }
    }
    throw new TestbedException("no private key in ca.key");
  }

  Path certificateFile(String of) {
    return folder.resolve(of + ".crt");
  }

  Path keyFile(String of) {
    return folder.resolve(of + ".key");
  }

  /** Signs a certificate for a new EC key. {@code names} are IP addresses or DNS names. */
  void issue(String file, String subject, List<String> names) {
    issue(file, subject, names, true);
  }

  /** The same for an RSA key, which every Kubernetes client library reads. */
  void issueRsa(String file, String subject) {
    issue(file, subject, List.of(), false);
  }

  private void issue(String file, String subject, List<String> names, boolean ec) {
    try {
      KeyPair subjectKeys = ec ? ecKeys() : rsaKeys();
      JcaX509v3CertificateBuilder builder = builder(name, subjectKeys, new X500Name(subject));
      if (!names.isEmpty()) {
        builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
      }
      writeCertificate(file, sign(builder, key));
      writeKey(keyFile(file), subjectKeys.getPrivate());
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw failure("issue a certificate for " + subject, e);
    }
  }

  /** Writes an RSA key pair: {@code file.key} (PKCS#8) and {@code file.pub}. */
  void writeKeyPair(String file) {
    try {
      KeyPair pair = rsaKeys();
      writeKey(keyFile(file), pair.getPrivate());
      Files.writeString(
          folder.resolve(file + ".pub"), pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    } catch (IOException | GeneralSecurityException e) {
      throw failure("make the key " + file, e);
    }
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, KeyPair subjectKeys, X500Name subject) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(120, RANDOM),
        Date.from(now.minus(Duration.ofHours(1))),
        Date.from(now.plus(VALID)),
        subject,
        subjectKeys.getPublic());
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  private static GeneralNames alternativeNames(List<String> names) {
    List<GeneralName> all = new ArrayList<>();
    for (String each : names) {
      boolean address = InetAddressText.isAddress(each);
      all.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, each));
    }
    return new GeneralNames(all.toArray(GeneralName[]::new));
  }

  private void writeCertificate(String file, X509Certificate issued)
      throws IOException, GeneralSecurityException {
    Files.writeString(certificateFile(file), pem("CERTIFICATE", issued.getEncoded()));
  }

  private static void writeKey(Path file, PrivateKey key) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, pem("PRIVATE KEY", key.getEncoded()));
  }

  private static String pem(String type, byte[] content) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, content));
    }
    return text.toString();
  }

  private static KeyPair ecKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256, RANDOM);
    return generator.generateKeyPair();
  }

  private static KeyPair rsaKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048, RANDOM);
    return generator.generateKeyPair();
  }

  private static TestbedException failure(String what, Exception e) {
    return new TestbedException("cannot " + what, e);
  }

  /** Tells addresses from names. */
  private static final class InetAddressText {
    static boolean isAddress(String text) {
      try {
        return !InetAddress.ofLiteral(text).getHostAddress().isEmpty();
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
  }
}
