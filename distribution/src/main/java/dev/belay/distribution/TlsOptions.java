package dev.belay.distribution;

import dev.belay.distribution.internal.tls.TlsSettings;
import dev.belay.distribution.internal.tls.TlsSettings.Clients;
import java.nio.file.Path;
import java.util.Objects;

/// How a node secures its connections with TLS, as Erlang does with `-proto_dist inet_tls`.
/// Immutable: each method returns changed options.
///
/// ```java
/// TlsOptions tls =
///     TlsOptions.of(Path.of("node.pem"), Path.of("node.key"), Path.of("authorities.pem"));
/// Distribution.start(node, DistributionOptions.DEFAULT.tls(tls));
/// ```
///
/// All nodes of a cluster use TLS, or none: a node with TLS has no connections without it. Versions
/// 1.3 and 1.2 are spoken. The cookie is still needed; it is sent, as a proof, over TLS.
///
/// Unless said otherwise both sides show a certificate, from one of the authorities. A node that
/// connects also wants the other one's certificate to be for the host in its name: that of
/// `db@db1.example.org` has `db1.example.org` among its alternative names. Hosts are compared as
/// browsers do it, with addresses and stars. A certificate that says what it may be used for needs
/// to be for both, client and server.
///
/// The files are in PEM format. They are looked at again whenever a connection is made: to renew a
/// certificate, replace its files. Connections that are open stay. If new files cannot be used, the
/// old ones are kept, and the log says once what is wrong.
public final class TlsOptions {
  private final TlsSettings settings;

  private TlsOptions(TlsSettings settings) {
    this.settings = settings;
  }

  /// Says where the certificates are. Several may be in one file.
  ///
  /// @param certificates the file with the node's certificate first, and then, if authorities do
  ///   not issue it themselves, those between it and them
  /// @param key the file with the private key of the node's certificate: RSA, EC or Ed25519, in
  ///   PKCS #8 (`BEGIN PRIVATE KEY`), not encrypted. Others than its owner and group may have no
  ///   access to it, and its group may only read it.
  /// @param authorities the file with the certificates of those who issue certificates that others
  ///   may show
  /// @return options
  public static TlsOptions of(Path certificates, Path key, Path authorities) {
    return new TlsOptions(
        new TlsSettings(
            Objects.requireNonNull(certificates, "certificates"),
            Objects.requireNonNull(key, "key"),
            Objects.requireNonNull(authorities, "authorities"),
            true,
            Clients.KNOWN));
  }

  private TlsOptions with(boolean hosts, Clients clients) {
    return new TlsOptions(
        new TlsSettings(
            settings.certificates(), settings.key(), settings.authorities(), hosts, clients));
  }

  /// Takes any certificate of the authorities from a node that this one connects to, whatever host
  /// it is for. Then every node can pass for every other.
  ///
  /// @return changed options
  public TlsOptions anyHost() {
    return with(false, settings.clients());
  }

  /// Does not ask nodes that connect for a certificate: that they know the cookie is enough.
  ///
  /// @return changed options
  public TlsOptions anyClient() {
    return with(settings.hosts(), Clients.ANY);
  }

  /// Wants the certificate of a node that connects to be for the host of the name that it says,
  /// too. Otherwise whoever has a certificate and the cookie can connect under any name, as with
  /// Erlang.
  ///
  /// @return changed options
  public TlsOptions namedClients() {
    return with(settings.hosts(), Clients.NAMED);
  }

  TlsSettings settings() {
    return settings;
  }
}
