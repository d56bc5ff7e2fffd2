package dev.outrigger.agent.tls;

import dev.outrigger.agent.observe.NodeEvents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate that the cluster signs, requested at start and again when 70 to 90 % of its life
 * have passed (as client-go's certificate manager does), each time for a new key. Until the first
 * one is there, the fallback is served. The key is in memory only, unless it is to be kept.
 */
public final class RequestedCertificate implements ServingSource, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RequestedCertificate.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final byte[] LINE_END = "\n".getBytes(StandardCharsets.US_ASCII);

  private final NodeNames names;
  private final CertificateSigner signer;
  private final ServingSource fallback;
  private final Optional<KeptCertificate> kept;
  private final NodeEvents events;
  private final Clock clock;
  private final Thread thread;
  private volatile @Nullable ServingIdentity issued;
  private volatile Runnable onChange = () -> {};

  private RequestedCertificate(
      NodeNames names,
      CertificateSigner signer,
      ServingSource fallback,
      Optional<KeptCertificate> kept,
      NodeEvents events,
      Clock clock) {
    this.names = names;
    this.signer = signer;
    this.fallback = fallback;
    this.kept = kept;
    this.events = events;
    this.clock = clock;
    this.thread =
        Thread.ofVirtual().name("serving-certificate-" + names.node()).unstarted(this::run);
  }

  /**
   * Starts requesting, in the background.
   *
   * @param kept where one may be from before, and where each is kept
   */
  public static RequestedCertificate start(
      NodeNames names,
      KubernetesSigner signer,
      ServingSource fallback,
      Optional<KeptCertificate> kept,
      NodeEvents events,
      Clock clock) {
    return start(names, (CertificateSigner) signer, fallback, kept, events, clock);
  }

  static RequestedCertificate start(
      NodeNames names,
      CertificateSigner signer,
      ServingSource fallback,
      Optional<KeptCertificate> kept,
      NodeEvents events,
      Clock clock) {
    RequestedCertificate source =
        new RequestedCertificate(names, signer, fallback, kept, events, clock);
    source.load();
    source.thread.start();
    return source;
  }

  @Override
  public ServingIdentity current() throws IOException {
    ServingIdentity now = issued;
    return now == null ? fallback.current() : now;
  }

  @Override
  public void onChange(Runnable action) {
    onChange = action;
  }

  private void load() {
    if (kept.isEmpty()) {
      return;
    }
    try {
      kept.get().load().ifPresent(before -> serve(before, "serving certificate kept from before"));
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("node", names.node())
          .addKeyValue("cause", e.getMessage())
          .log("the certificate that was kept cannot be used; requesting another");
    }
  }

  private void serve(ServingIdentity identity, String why) {
    issued = identity;
    LOG.atInfo()
        .addKeyValue("node", names.node())
        .addKeyValue("expires", identity.expiry())
        .log(why);
    onChange.run();
  }

  private void keep(ServingIdentity identity) {
    try {
      if (kept.isPresent()) {
        kept.get().keep(identity);
      }
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("node", names.node())
          .addKeyValue("cause", e)
          .log("the serving certificate cannot be kept: the next start will request another");
    }
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    try {
      ServingIdentity before = issued;
      if (before != null) {
        sleepUntil(renewal(before));
      }
      while (true) {
        try {
          LOG.atInfo().addKeyValue("node", names.node()).log("requesting a serving certificate");
          ServingIdentity next = request();
          serve(next, "serving certificate issued");
          keep(next);
          pause = FIRST_PAUSE;
          sleepUntil(renewal(next));
        } catch (IOException e) {
          failed(e);
          Thread.sleep(pause);
          pause =
              pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                  ? pause.multipliedBy(2)
                  : LONGEST_PAUSE;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void failed(IOException cause) {
    ServingIdentity held = issued;
    String until =
        held == null
            ? "a self-signed one is served meanwhile"
            : "the present one expires at " + held.expiry();
    LOG.atWarn()
        .addKeyValue("node", names.node())
        .addKeyValue("cause", cause.getMessage())
        .log("no serving certificate was issued");
    events.warning("ServingCertificateNotIssued", cause.getMessage() + "; " + until);
  }

  /** By short steps, since the clock may be set. */
  private void sleepUntil(Instant time) throws InterruptedException {
    while (clock.instant().isBefore(time)) {
      Duration left = Duration.between(clock.instant(), time);
      Thread.sleep(left.compareTo(LONGEST_PAUSE) < 0 ? left : LONGEST_PAUSE);
    }
  }

  static Instant renewal(ServingIdentity identity) {
    X509Certificate leaf = identity.chain().getFirst();
    Instant from = leaf.getNotBefore().toInstant();
    Duration life = Duration.between(from, leaf.getNotAfter().toInstant());
    double part = 0.7 + ThreadLocalRandom.current().nextDouble(0.2);
    return from.plusMillis((long) (life.toMillis() * part));
  }

  private ServingIdentity request() throws IOException, InterruptedException {
    KeyPair pair = Keys.make();
    List<X509Certificate> chain = signer.sign(pem(pair));
    PublicKey signed = chain.getFirst().getPublicKey();
    if (!signed.equals(pair.getPublic())) {
      throw new IOException("the certificate that was signed is for another key");
    }
    return new ServingIdentity(chain, pair.getPrivate());
  }

  private byte[] pem(KeyPair pair) throws IOException {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(Extension.subjectAlternativeName, false, names.alternatives());
    PKCS10CertificationRequest request =
        new JcaPKCS10CertificationRequestBuilder(names.subject(), pair.getPublic())
            .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
            .build(Keys.signer(pair.getPrivate()));
    String body = Base64.getMimeEncoder(64, LINE_END).encodeToString(request.getEncoded());
    return "-----BEGIN CERTIFICATE REQUEST-----\n%s\n-----END CERTIFICATE REQUEST-----\n"
        .formatted(body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Stops requesting. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
