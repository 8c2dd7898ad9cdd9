package dev.belay.distribution.internal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What a node proves itself with, and by what it knows others.
///
/// @param chain the node's certificate, and then those of its issuers
/// @param key the private key of the first one
/// @param authorities whose certificates are good
record Credentials(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
  private static final List<String> KEYS = List.of("RSA", "EC", "EdDSA");
  private static final Set<PosixFilePermission> TOO_MUCH =
      Set.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  /// Reads them.
  ///
  /// @throws IOException if that fails, with the name of the file and what is wrong with it
  static Credentials read(TlsSettings settings) throws IOException {
    List<X509Certificate> chain =
        certificates(settings.certificates(), "the node's certificate", "chain");
    PrivateKey key = key(settings.key());
    X509Certificate own = chain.getFirst();
    if (!belong(key, own)) {
      throw new IOException(
          "the private key in "
              + settings.key()
              + " is not the one of the first certificate in "
              + settings.certificates()
              + ", "
              + Names.of(own));
    }
    return new Credentials(
        chain,
        key,
        certificates(
            settings.authorities(), "the certificates of authorities", "bundle of authorities"));
  }

  /// Not with the key.
  @Override
  public String toString() {
    return "credentials of " + Names.of(chain.getFirst());
  }

  private static List<X509Certificate> certificates(Path file, String what, String role)
      throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Pem part : Pem.read(file, what)) {
      if (part.label().equals("CERTIFICATE") || part.label().equals("X509 CERTIFICATE")) {
        certificates.add(certificate(part, file));
      }
    }
    if (certificates.isEmpty()) {
      throw new IOException(
          file + " has no certificate in it, and cannot be the " + role + ": is it a PEM file?");
    }
    return List.copyOf(certificates);
  }

  private static X509Certificate certificate(Pem part, Path file) throws IOException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(part.content()));
    } catch (CertificateException e) {
      throw new IOException(file + " is damaged: a certificate in it cannot be read", e);
    }
  }

  private static PrivateKey key(Path file) throws IOException {
    List<Pem> keys =
        Pem.read(file, "the node's private key").stream()
            .filter(part -> part.label().endsWith("PRIVATE KEY"))
            .toList();
    if (keys.isEmpty()) {
      throw new IOException(file + " has no private key in it: is it a PEM file?");
    }
    if (keys.size() > 1) {
      throw new IOException(file + " has several private keys in it, and must have one");
    }
    restricted(file);
    Pem part = keys.getFirst();
    if (part.encrypted() || part.label().startsWith("ENCRYPTED")) {
      throw new IOException(
          "the private key in "
              + file
              + " is encrypted, which is not supported. Decrypt it (openssl pkey -in "
              + file
              + " -out plain.pem), and let nobody else read the file.");
    }
    if (!part.label().equals("PRIVATE KEY")) {
      throw new IOException(
          "the private key in "
              + file
              + " has the form \""
              + part.label()
              + "\", and must have PKCS #8, \"PRIVATE KEY\": openssl pkcs8 -topk8 -nocrypt -in "
              + file
              + " -out pkcs8.pem");
    }
    return parse(part, file);
  }

  private static PrivateKey parse(Pem part, Path file) throws IOException {
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(part.content());
    IOException failure =
        new IOException("the private key in " + file + " is none of " + KEYS + ", or damaged");
    for (String algorithm : KEYS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException e) {
        failure.addSuppressed(e);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has " + algorithm, e);
      }
    }
    throw failure;
  }

  /// Nobody but its owner may use a private key. A group may read it: secrets of containers come
  /// like that.
  private static void restricted(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null && view.readAttributes().permissions().stream().anyMatch(TOO_MUCH::contains)) {
      throw new IOException(
          "the private key file "
              + file
              + " can be used by others than its owner: chmod 400 "
              + file
              + " (its group may read it, too: 440)");
    }
  }

  private static boolean belong(PrivateKey key, X509Certificate certificate) {
    String kind = key.getAlgorithm();
    if (!certificate.getPublicKey().getAlgorithm().equals(kind)) {
      return false;
    }
    byte[] text = {1, 2, 3};
    try {
      Signature signature = signature(kind);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      Signature verification = signature(kind);
      verification.initVerify(certificate.getPublicKey());
      verification.update(text);
      return verification.verify(signed);
    } catch (GeneralSecurityException _) {
      // Keys of different curves or sizes.
      return false;
    }
  }

  private static Signature signature(String kind) throws GeneralSecurityException {
    return Signature.getInstance(kind.equals("EdDSA") ? kind : "SHA256with" + ecdsa(kind));
  }

  private static String ecdsa(String kind) {
    return kind.equals("EC") ? "ECDSA" : kind;
  }
}
