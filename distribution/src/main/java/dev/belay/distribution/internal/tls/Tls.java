package dev.belay.distribution.internal.tls;

import dev.belay.distribution.internal.handshake.HandshakeException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// Secures the connections of a node as Erlang does with `-proto_dist inet_tls`: the handshake of
/// TLS follows at once on the connect, and all the rest goes over it. Versions 1.3 and 1.2 only.
///
/// Any number of threads may secure one connection each. The calls wait for the peer without a
/// limit of their own: to close the socket is what ends them.
public final class Tls {
  /*
   * Each connection gets a context of its own, from the certificates that are in the files then. A context would remember sessions, and
   * take one up again without a look at any certificate.
   */
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
  private static final SecureRandom RANDOM = new SecureRandom();

  private final TlsSettings settings;
  private final LiveCredentials credentials;

  private Tls(TlsSettings settings, LiveCredentials credentials) {
    this.settings = settings;
    this.credentials = credentials;
  }

  /// Reads the certificates for the first time.
  ///
  /// @param settings where they are, and how connections are secured
  /// @return what secures connections
  /// @throws IOException if they cannot be used, with the name of the file and what is wrong
  public static Tls of(TlsSettings settings) throws IOException {
    return new Tls(settings, new LiveCredentials(settings));
  }

  /// Secures a connection that this node has made.
  ///
  /// @param socket the connection, in blocking mode
  /// @param host the host of the other node, as its name says it
  /// @return what to read from and write to
  /// @throws HandshakeException if that fails, with the reason. The socket is closed then.
  public Socket connect(Socket socket, String host) throws HandshakeException {
    return secure(socket, beneath -> client(beneath, host));
  }

  private SSLSocket client(Socket socket, String host) throws IOException {
    SSLSocket tls =
        (SSLSocket) context().getSocketFactory().createSocket(socket, host, socket.getPort(), true);
    tls.setUseClientMode(true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    if (settings.hosts()) {
      // The rules by which browsers compare hosts with certificates.
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    sni(host).ifPresent(name -> parameters.setServerNames(List.of(name)));
    tls.setSSLParameters(parameters);
    return tls;
  }

  /// Java itself names the host to the server only if it has a dot. Erlang always does.
  private static Optional<SNIHostName> sni(String host) {
    try {
      return Names.isAddress(host) ? Optional.empty() : Optional.of(new SNIHostName(host));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// Secures a connection that another node has made.
  ///
  /// @param socket the connection, in blocking mode
  /// @return what to read from and write to
  /// @throws HandshakeException if that fails, with the reason. The socket is closed then.
  public Socket accept(Socket socket) throws HandshakeException {
    return secure(socket, this::server);
  }

  private SSLSocket server(Socket socket) throws IOException {
    SSLSocket tls = (SSLSocket) context().getSocketFactory().createSocket(socket, null, true);
    tls.setUseClientMode(false);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    parameters.setNeedClientAuth(settings.clients() != TlsSettings.Clients.ANY);
    tls.setSSLParameters(parameters);
    return tls;
  }

  /// Makes the socket of TLS over another one.
  private interface Layer {
    SSLSocket over(Socket beneath) throws IOException;
  }

  private static Socket secure(Socket socket, Layer layer) throws HandshakeException {
    try {
      HandshakeSocket beneath = new HandshakeSocket(socket);
      SSLSocket tls = layer.over(beneath);
      tls.startHandshake();
      beneath.settle();
      return new SecureSocket(socket, tls);
    } catch (IOException e) {
      HandshakeException failure = TlsFailure.of(e);
      try {
        socket.close();
      } catch (IOException closing) {
        failure.addSuppressed(closing);
      }
      throw failure;
    }
  }

  private SSLContext context() {
    Credentials now = credentials.current();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new OneKey(now)},
          new TrustManager[] {new Verifier(now.authorities())},
          RANDOM);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  /// Tells what there is to say against a node that has connected and now has said its name.
  ///
  /// @param socket what [#accept] has returned
  /// @param host the host of the name
  /// @return nothing if there is nothing to say
  public Optional<String> doubt(Socket socket, String host) {
    if (settings.clients() != TlsSettings.Clients.NAMED) {
      return Optional.empty();
    }
    X509Certificate certificate = socket instanceof SecureSocket tls ? tls.certificate() : null;
    return doubt(certificate, host);
  }

  private static Optional<String> doubt(@Nullable X509Certificate certificate, String host) {
    if (certificate == null || !Names.isFor(certificate, host)) {
      return Optional.of(
          "the name it says is on the host "
              + host
              + ", and its certificate is not for that"
              + (certificate == null
                  ? ""
                  : ", but for " + Names.hosts(certificate) + ": " + Names.of(certificate)));
    }
    return Optional.empty();
  }
}
