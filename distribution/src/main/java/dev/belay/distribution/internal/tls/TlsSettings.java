package dev.belay.distribution.internal.tls;

import java.nio.file.Path;

/// How connections are secured.
///
/// @param certificates the file with the node's certificate, and then those of its issuers
/// @param key the file with the private key of the node's certificate
/// @param authorities the file with the certificates by which others are known
/// @param hosts whether the certificate of a node that is connected to has to be for its host
/// @param clients what is asked of those who connect
public record TlsSettings(
    Path certificates, Path key, Path authorities, boolean hosts, Clients clients) {
  /// What is asked of those who connect.
  public enum Clients {
    /// Nothing.
    ANY,
    /// A certificate.
    KNOWN,
    /// A certificate for the host of the name that they say.
    NAMED
  }
}
