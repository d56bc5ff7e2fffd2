package dev.outrigger.agent.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that nobody vouches for, made here and in time made anew: what the kubelet serves
 * with when it is given none. An API server with {@code --kubelet-certificate-authority} refuses
 * it.
 */
public final class SelfSigned implements ServingSource {

  private static final Duration LIFE = Duration.ofDays(365);

  /** Clocks of peers may be behind. */
  private static final Duration EARLIER = Duration.ofHours(1);

  private final NodeNames names;
  private final Clock clock;
  // Guarded by this.
  private @Nullable ServingIdentity made;

  public SelfSigned(NodeNames names, Clock clock) {
    this.names = names;
    this.clock = clock;
  }

  @Override
  public synchronized ServingIdentity current() throws IOException {
    Instant now = clock.instant();
    if (made == null || now.isAfter(made.expiry().minus(LIFE.dividedBy(5)))) {
      made = make(now);
    }
    return made;
  }

  private ServingIdentity make(Instant now) throws IOException {
    KeyPair pair = Keys.make();
    var builder =
        new JcaX509v3CertificateBuilder(
                names.subject(),
                new BigInteger(120, new SecureRandom()),
                Date.from(now.minus(EARLIER)),
                Date.from(now.plus(LIFE)),
                names.subject(),
                pair.getPublic())
            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
            .addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
            .addExtension(Extension.subjectAlternativeName, false, names.alternatives());
    try {
      var certificate =
          new JcaX509CertificateConverter()
              .getCertificate(builder.build(Keys.signer(pair.getPrivate())));
      return new ServingIdentity(List.of(certificate), pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IOException("no self-signed certificate could be made", e);
    }
  }
}
