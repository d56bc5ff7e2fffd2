package dev.outrigger.agent.tls;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Has certificates signed. */
interface CertificateSigner {

  /**
   * Asks for a certificate and waits for it, at most 15 minutes.
   *
   * @param request PKCS#10, PEM
   * @return the leaf first
   * @throws IOException when it was denied, failed, or did not come: the message says which
   */
  List<X509Certificate> sign(byte[] request) throws IOException, InterruptedException;
}
