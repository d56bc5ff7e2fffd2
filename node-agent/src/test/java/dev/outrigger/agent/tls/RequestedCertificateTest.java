package dev.outrigger.agent.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RequestedCertificateTest {

  private static final NodeNames NAMES = new NodeNames("node-1", "10.1.2.3");
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final KeyPair authority = Keys.make();
  private final AtomicInteger asked = new AtomicInteger();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final ServingSource fallback = new SelfSigned(NAMES, Clock.systemUTC());

  private RequestedCertificate start(CertificateSigner signer) {
    return RequestedCertificate.start(
        NAMES,
        signer,
        fallback,
        Optional.empty(),
        (reason, message) -> events.add(message),
        Clock.systemUTC());
  }

  @Test
  void theIssuedCertificateReplacesTheSelfSignedOne() throws Exception {
    try (var source = start(request -> List.of(sign(request, Duration.ofHours(1))))) {
      await().atMost(PATIENCE).until(() -> issuer(source).equals("CN=cluster"));

      X509Certificate leaf = source.current().chain().getFirst();
      assertThat(leaf.getSubjectX500Principal().getName())
          .isEqualTo("CN=system:node:node-1,O=system:nodes");
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void whoServesItIsToldAtOnce() throws Exception {
    CountDownLatch listening = new CountDownLatch(1);
    AtomicInteger told = new AtomicInteger();
    CertificateSigner signer =
        request -> {
          listening.await();
          return List.of(sign(request, Duration.ofHours(1)));
        };
    try (var source = start(signer)) {
      source.onChange(told::incrementAndGet);
      listening.countDown();

      await().atMost(PATIENCE).until(() -> told.get() == 1);
      assertThat(issuer(source)).isEqualTo("CN=cluster");
    }
  }

  @Test
  void aShortLivedCertificateIsReplacedBeforeItExpires() throws Exception {
    try (var source = start(request -> List.of(sign(request, Duration.ofSeconds(4))))) {
      await().atMost(PATIENCE).until(() -> asked.get() >= 3);
    }
  }

  @Test
  void renewalIsDueWhenSevenToNineTenthsOfTheLifeHavePassed() throws Exception {
    ServingIdentity identity = fallback.current();
    Instant from = identity.chain().getFirst().getNotBefore().toInstant();
    Duration life = Duration.between(from, identity.expiry());

    for (int i = 0; i < 100; i++) {
      Duration until = Duration.between(from, RequestedCertificate.renewal(identity));
      assertThat((double) until.toMillis() / life.toMillis()).isBetween(0.7, 0.9);
    }
  }

  @Test
  void aDenialIsAnEventAndTheSelfSignedOneIsServedMeanwhile() throws Exception {
    CertificateSigner denying =
        request -> {
          throw new IOException("Denied: no such node");
        };
    try (var source = start(denying)) {
      await().atMost(PATIENCE).until(() -> !events.isEmpty());

      assertThat(events.getFirst()).contains("Denied: no such node", "self-signed");
      assertThat(source.current()).isEqualTo(fallback.current());
    }
  }

  @Test
  void aCertificateForAnotherKeyIsNotServed() throws Exception {
    X509Certificate other = fallback.current().chain().getFirst();
    try (var source = start(request -> List.of(other))) {
      await().atMost(PATIENCE).until(() -> !events.isEmpty());

      assertThat(events.getFirst()).contains("for another key");
      assertThat(source.current()).isEqualTo(fallback.current());
    }
  }

  @Test
  void aKeptCertificateIsServedAgainWithoutARequestWhileItIsValidAndNamesTheNode(
      @TempDir Path folder) throws Exception {
    Path file = folder.resolve("pki/node-1-serving.pem");
    CertificateSigner signer = request -> List.of(sign(request, Duration.ofHours(1)));
    try (var source = keeping(signer, NAMES, folder)) {
      await().atMost(PATIENCE).until(() -> Files.exists(file));
    }
    ServingIdentity first = kept(NAMES, folder).orElseThrow();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    try (var source = keeping(signer, NAMES, folder)) {
      assertThat(source.current().chain()).isEqualTo(first.chain());
      assertThat(source.current().key()).isEqualTo(first.key());
    }
    assertThat(asked).hasValue(1);

    assertThat(kept(new NodeNames("node-1", "10.9.9.9"), folder)).isEmpty();
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
    assertThat(new KeptCertificate(folder.resolve("pki"), NAMES, later).load()).isEmpty();
  }

  @Test
  void aKeptFileThatIsBrokenIsReplaced(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("pki/node-1-serving.pem");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "nothing");
    CertificateSigner signer = request -> List.of(sign(request, Duration.ofHours(1)));

    try (var source = keeping(signer, NAMES, folder)) {
      await().atMost(PATIENCE).until(() -> issuer(source).equals("CN=cluster"));
      await().atMost(PATIENCE).until(() -> Files.readString(file).contains("CERTIFICATE"));
    }
  }

  private Optional<ServingIdentity> kept(NodeNames names, Path folder) throws IOException {
    return new KeptCertificate(folder.resolve("pki"), names, Clock.systemUTC()).load();
  }

  private RequestedCertificate keeping(CertificateSigner signer, NodeNames names, Path folder) {
    return RequestedCertificate.start(
        names,
        signer,
        fallback,
        Optional.of(new KeptCertificate(folder.resolve("pki"), names, Clock.systemUTC())),
        (reason, message) -> events.add(message),
        Clock.systemUTC());
  }

  private static String issuer(ServingSource source) throws IOException {
    return source.current().chain().getFirst().getIssuerX500Principal().getName();
  }

  /** As the cluster's signer does: for the key and the subject that are asked for. */
  private X509Certificate sign(byte[] pem, Duration life) throws IOException {
    asked.incrementAndGet();
    try (var parser =
        new PEMParser(
            new InputStreamReader(new ByteArrayInputStream(pem), StandardCharsets.US_ASCII))) {
      var request =
          new JcaPKCS10CertificationRequest((PKCS10CertificationRequest) parser.readObject());
      // X.509 counts whole seconds.
      Instant start = Instant.ofEpochSecond(Instant.now().getEpochSecond());
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=cluster"),
              BigInteger.valueOf(asked.get()),
              Date.from(start),
              Date.from(start.plus(life)),
              request.getSubject(),
              request.getPublicKey());
      builder.addExtension(Extension.subjectAlternativeName, false, NAMES.alternatives());
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(Keys.signer(authority.getPrivate())));
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
