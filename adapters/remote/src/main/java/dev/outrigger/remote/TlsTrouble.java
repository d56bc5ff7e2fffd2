package dev.outrigger.remote;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a failed handshake means to the person who configures a remote node, with the remedy. What
 * says so stands last in the chain of causes, with BoringSSL as with the JDK's TLS.
 */
final class TlsTrouble {

  private static final String NOT_SIGNED =
      "the server's certificate is not signed by nodes[].remote.caFile";
  private static final String NOT_ACCEPTED =
      "the server does not accept the certificate of nodes[].remote.certFile: it must be signed by"
          + " the server's --ca, and be valid now";
  private static final String BROKEN_OFF =
      "the server broke off the handshake, probably since it does not accept the certificate of"
          + " nodes[].remote.certFile: it must be signed by the server's --ca, and be valid now";

  /** In the words of the JDK's {@code sun.security.util.HostnameChecker}, BoringSSL's too. */
  private static final Pattern NAMES = Pattern.compile("^No (subject alternative|name matching)");

  /**
   * Those of RFC 8446, 6.2, that speak of our certificate. BoringSSL: {@code
   * …:TLSV1_ALERT_CERTIFICATE_REQUIRED}; the JDK: {@code Received fatal alert:
   * certificate_required}.
   */
  private static final Pattern ALERT = Pattern.compile("alert.*(certificate|unknown_ca)");

  /**
   * A server with netty-tcnative answers so to a certificate whose issuer has the name of its
   * authority and another key.
   */
  private static final Pattern INTERNAL = Pattern.compile("alert.*internal_error");

  /** The issuer's name may be right and its key another. */
  private static final Set<CertPathValidatorException.Reason> OF_ANOTHER_AUTHORITY =
      Set.of(CertPathValidatorException.BasicReason.INVALID_SIGNATURE, PKIXReason.NO_TRUST_ANCHOR);

  private static final int DEEPEST = 20;

  private TlsTrouble() {}

  /** Empty when the failure is none of TLS. */
  static Optional<String> of(@Nullable Throwable failure) {
    List<Throwable> last = chain(failure).reversed();
    if (last.stream().noneMatch(SSLException.class::isInstance)) {
      return Optional.empty();
    }
    return first(last, TlsTrouble::meaning)
        .or(() -> first(last, each -> Optional.ofNullable(each.getMessage())));
  }

  private static Optional<String> first(
      List<Throwable> chain, Function<Throwable, Optional<String>> told) {
    return chain.stream().map(told).flatMap(Optional::stream).findFirst();
  }

  private static Optional<String> meaning(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return switch (cause) {
      case CertificateExpiredException e -> Optional.of("the server's certificate has expired");
      case CertificateNotYetValidException e ->
          Optional.of("the server's certificate is not valid yet");
      case CertPathBuilderException e -> Optional.of(NOT_SIGNED);
      case CertPathValidatorException e when OF_ANOTHER_AUTHORITY.contains(e.getReason()) ->
          Optional.of(NOT_SIGNED);
      case CertificateException e when NAMES.matcher(message).find() ->
          Optional.of(
              "the server's certificate does not name the host ("
                  + message
                  + "): set nodes[].remote.serverName to a name in it, or change endpoint");
      case SSLException e -> alert(message.toLowerCase(Locale.ROOT));
      default -> Optional.empty();
    };
  }

  private static Optional<String> alert(String message) {
    if (ALERT.matcher(message).find()) {
      return Optional.of(NOT_ACCEPTED);
    }
    return INTERNAL.matcher(message).find() ? Optional.of(BROKEN_OFF) : Optional.empty();
  }

  private static List<Throwable> chain(@Nullable Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable each = failure; each != null && chain.size() < DEEPEST; each = each.getCause()) {
      chain.add(each);
    }
    return chain;
  }
}
