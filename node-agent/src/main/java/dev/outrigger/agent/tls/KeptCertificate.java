package dev.outrigger.agent.tls;

import dev.outrigger.provider.pem.PemFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A node's certificate and key in a file that only its owner may read, so that an agent that starts
 * again needs no new one: each request may wait for somebody's approval.
 */
public final class KeptCertificate {

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private final Path file;
  private final NodeNames names;
  private final Clock clock;

  /**
   * @param folder is made if it is not there
   */
  public KeptCertificate(Path folder, NodeNames names, Clock clock) {
    this.file = folder.resolve(names.node() + "-serving.pem");
    this.names = names;
    this.clock = clock;
  }

  /**
   * The one that was kept, if it is valid now and names the node as it is named now.
   *
   * @throws IOException when there is a file, and it cannot be used
   */
  Optional<ServingIdentity> load() throws IOException {
    byte[] pem;
    try {
      pem = Files.readAllBytes(file);
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
    try {
      List<X509Certificate> chain = PemFiles.certificates(pem);
      ServingIdentity kept = new ServingIdentity(chain, PemFiles.key(pem, chain.getFirst()));
      return isValid(chain.getFirst()) ? Optional.of(kept) : Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private boolean isValid(X509Certificate leaf) throws CertificateParsingException {
    Instant now = clock.instant();
    Collection<List<?>> found = leaf.getSubjectAlternativeNames();
    Set<String> alternatives =
        found == null
            ? Set.of()
            : found.stream().map(n -> String.valueOf(n.get(1))).collect(Collectors.toSet());
    return !now.isBefore(leaf.getNotBefore().toInstant())
        && now.isBefore(leaf.getNotAfter().toInstant())
        && alternatives.containsAll(Set.copyOf(List.of(names.node(), names.address())));
  }

  /** The file is there as a whole or not at all. */
  void keep(ServingIdentity identity) throws IOException {
    StringBuilder pem = new StringBuilder(block("PRIVATE KEY", identity.key().getEncoded()));
    try {
      for (X509Certificate certificate : identity.chain()) {
        pem.append(block("CERTIFICATE", certificate.getEncoded()));
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("a certificate cannot be written", e);
    }
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path draft =
        Files.createTempFile(
            folder,
            names.node(),
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, pem, StandardOpenOption.SYNC);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String block(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, LINES.encodeToString(der), label);
  }
}
