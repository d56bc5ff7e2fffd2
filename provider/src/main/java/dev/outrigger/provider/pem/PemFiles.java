package dev.outrigger.provider.pem;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys in PEM form. */
public final class PemFiles {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private record Block(String label, byte[] der) {}

  private PemFiles() {}

  /**
   * @throws GeneralSecurityException when there is none, or one that cannot be read
   */
  public static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> found = new ArrayList<>();
    for (Block block : blocks(pem)) {
      if (block.label().equals("CERTIFICATE")) {
        var in = new ByteArrayInputStream(block.der());
        found.add((X509Certificate) factory.generateCertificate(in));
      }
    }
    if (found.isEmpty()) {
      throw new GeneralSecurityException("no CERTIFICATE block in the PEM");
    }
    return found;
  }

  /**
   * The private key that belongs to the certificate.
   *
   * @throws GeneralSecurityException when it does not belong, or cannot be read
   */
  public static PrivateKey key(byte[] pem, X509Certificate certificate)
      throws GeneralSecurityException {
    PublicKey publicKey = certificate.getPublicKey();
    KeyFactory factory = KeyFactory.getInstance(publicKey.getAlgorithm());
    for (Block block : blocks(pem)) {
      byte[] pkcs8 =
          switch (block.label()) {
            case "PRIVATE KEY" -> block.der();
            case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> wrap(block.der(), publicKey);
            case "ENCRYPTED PRIVATE KEY" ->
                throw new GeneralSecurityException("the private key is encrypted");
            default -> new byte[0];
          };
      if (pkcs8.length > 0) {
        return belonging(factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)), publicKey);
      }
    }
    throw new GeneralSecurityException("no PRIVATE KEY block in the PEM");
  }

  private static PrivateKey belonging(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> throw new GeneralSecurityException("neither an RSA nor an EC key");
        };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update((byte) 1);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update((byte) 1);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("the private key is not the certificate's");
    }
    return key;
  }

  /**
   * PKCS#8 around a key in its algorithm's own form: {@code SEQUENCE {0, algorithm, OCTET STRING}}.
   * The algorithm (with the curve) is taken from the public key, which is {@code SEQUENCE
   * {algorithm, BIT STRING}}.
   */
  private static byte[] wrap(byte[] key, PublicKey publicKey) throws GeneralSecurityException {
    byte[] spki = publicKey.getEncoded();
    int start = content(spki, 0);
    int end = content(spki, start) + length(spki, start);
    byte[] algorithm = Arrays.copyOfRange(spki, start, end);
    byte[] version = {2, 1, 0};
    return der(0x30, version, algorithm, der(0x04, key));
  }

  private static int content(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = (length << 8) | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static byte[] der(int tag, byte[]... parts) throws GeneralSecurityException {
    try {
      var content = new ByteArrayOutputStream();
      for (byte[] part : parts) {
        content.write(part);
      }
      var all = new ByteArrayOutputStream();
      int length = content.size();
      all.write(tag);
      if (length >= 0x100) {
        all.write(new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length});
      } else if (length >= 0x80) {
        all.write(new byte[] {(byte) 0x81, (byte) length});
      } else {
        all.write(length);
      }
      content.writeTo(all);
      return all.toByteArray();
    } catch (IOException e) {
      throw new GeneralSecurityException("cannot happen in memory", e);
    }
  }

  private static List<Block> blocks(byte[] pem) throws GeneralSecurityException {
    List<Block> found = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
    while (matcher.find()) {
      try {
        byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
        found.add(new Block(matcher.group(1), der));
      } catch (IllegalArgumentException e) {
        throw new GeneralSecurityException("a PEM block is not Base64", e);
      }
    }
    return found;
  }
}
