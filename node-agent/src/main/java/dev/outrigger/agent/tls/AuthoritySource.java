package dev.outrigger.agent.tls;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Where the authorities come from that may vouch for clients. Asked again and again. */
public interface AuthoritySource {

  /**
   * The authorities that hold now; none means that no client certificate is believed. May read
   * files; calls nobody.
   *
   * @throws IOException when they cannot be read; the message says which
   */
  List<X509Certificate> current() throws IOException;
}
