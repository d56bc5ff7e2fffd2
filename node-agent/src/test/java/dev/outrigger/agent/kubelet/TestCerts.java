package dev.outrigger.agent.kubelet;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A small certificate authority. */
public final class TestCerts {

  private static final AtomicLong SERIAL = new AtomicLong(1);

  /** A certificate and its key. */
  public record Issued(X509Certificate certificate, PrivateKey key) {

    public byte[] certPem() {
      try {
        return pem("CERTIFICATE", certificate.getEncoded());
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    public byte[] keyPem() {
      return pem("PRIVATE KEY", key.getEncoded());
    }

    /** PKCS#1 or SEC1: what PKCS#8 wraps. */
    public byte[] oldKeyPem(String label) throws Exception {
      var inner = PrivateKeyInfo.getInstance(key.getEncoded()).parsePrivateKey();
      return pem(label, inner.toASN1Primitive().getEncoded("DER"));
    }
  }

  /** Keys take their time: what tests do not change, they share. */
  static final TestCerts SHARED = new TestCerts("test-ca");

  static final Issued SHARED_SERVER = SHARED.server("EC");

  private final Issued authority;
  private final Map<String, Issued> clients = new ConcurrentHashMap<>();

  public TestCerts(String name) {
    KeyPair pair = pair("EC");
    this.authority = sign("CN=" + name, pair, null, pair.getPrivate(), true, 3600);
  }

  byte[] caPem() {
    return authority.certPem();
  }

  X509Certificate ca() {
    return authority.certificate();
  }

  public Issued server(String algorithm) {
    return issue("CN=node", pair(algorithm), KeyPurposeId.id_kp_serverAuth, 3600);
  }

  Issued client(String subject) {
    return clients.computeIfAbsent(
        subject, s -> issue(s, pair("EC"), KeyPurposeId.id_kp_clientAuth, 3600));
  }

  Issued expiredClient(String subject) {
    return issue(subject, pair("EC"), KeyPurposeId.id_kp_clientAuth, -60);
  }

  Issued wrongPurpose(String subject) {
    return issue(subject, pair("EC"), KeyPurposeId.id_kp_serverAuth, 3600);
  }

  private Issued issue(String subject, KeyPair pair, KeyPurposeId purpose, long seconds) {
    return sign(subject, pair, purpose, authority.key(), false, seconds);
  }

  private Issued sign(
      String subject,
      KeyPair pair,
      @Nullable KeyPurposeId purpose,
      PrivateKey signer,
      boolean isCa,
      long seconds) {
    try {
      X500Name issuer =
          isCa
              ? new X500Name(subject)
              : new X500Name(authority.certificate().getSubjectX500Principal().getName());
      Instant now = Instant.now();
      var builder =
          new JcaX509v3CertificateBuilder(
              issuer,
              BigInteger.valueOf(SERIAL.getAndIncrement()),
              Date.from(now.minusSeconds(7200)),
              Date.from(now.plusSeconds(seconds)),
              new X500Name(subject),
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isCa));
      if (purpose != null) {
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
      }
      var holder = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer));
      return new Issued(
          new JcaX509CertificateConverter().getCertificate(holder), pair.getPrivate());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  static KeyPair pair(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(algorithm.equals("RSA") ? 1024 : 256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, body, label)
        .getBytes(StandardCharsets.US_ASCII);
  }

  static Certificate[] chain(Issued issued) {
    return new Certificate[] {issued.certificate()};
  }
}
