package dev.outrigger.agent.kubelet;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Tells whom a client certificate names, if the client CA vouches for it. Immutable. */
final class ClientCertificates {

  private final X509TrustManager trust;

  ClientCertificates(List<X509Certificate> authorities) throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("ca-" + i, authorities.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      this.trust = x509(factory.getTrustManagers());
    } catch (IOException e) {
      throw new GeneralSecurityException("cannot happen in memory", e);
    }
  }

  private static X509TrustManager x509(TrustManager[] managers) throws GeneralSecurityException {
    for (TrustManager manager : managers) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("this Java runtime has no X.509 trust manager");
  }

  X509Certificate[] authorities() {
    return trust.getAcceptedIssuers();
  }

  /**
   * Checks signatures, dates and purpose (client authentication) now.
   *
   * @param chain as the peer sent it, whose key the handshake has proven; may be empty
   * @return common name and organizations; empty for a certificate that does not count
   */
  Optional<UserInfo> verify(X509Certificate[] chain) {
    if (chain.length == 0) {
      return Optional.empty();
    }
    try {
      trust.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
      return user(chain[0]);
    } catch (GeneralSecurityException | NamingException e) {
      return Optional.empty();
    }
  }

  private static Optional<UserInfo> user(X509Certificate certificate) throws NamingException {
    String name = "";
    List<String> groups = new ArrayList<>();
    for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
      NamingEnumeration<? extends Attribute> attributes = rdn.toAttributes().getAll();
      while (attributes.hasMore()) {
        Attribute attribute = attributes.next();
        for (int i = 0; i < attribute.size(); i++) {
          String value = text(attribute.get(i));
          switch (attribute.getID()) {
            case "CN" -> name = value;
            case "O" -> groups.add(value);
            default -> {} // no other part of the name says anything to Kubernetes
          }
        }
      }
    }
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(new UserInfo(name, "", groups, Map.of()));
  }

  private static String text(Object value) throws InvalidNameException {
    if (value instanceof String text) {
      return text;
    }
    throw new InvalidNameException("a part of the certificate's name is no text");
  }
}
