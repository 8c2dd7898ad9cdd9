package dev.belay.distribution.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.internal.handshake.HandshakeException;
import dev.belay.distribution.internal.tls.TlsSettings.Clients;
import dev.belay.distribution.testing.Authority;
import dev.belay.distribution.testing.Papers;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A peer that refuses says why, and closes, while this side still writes: the reason is heard.
@Timeout(60)
class LastWordsTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int CHANGE_CIPHER_SPEC = 20;

  @TempDir Path folder;

  private ServerSocket listener;
  private Socket connected;
  private TlsSettings ours;
  private TlsSettings theirs;

  @BeforeEach
  void listen() throws Exception {
    Authority alps = Authority.named("Alps");
    Authority andes = Authority.named("Andes");
    ours = settings("ours", andes.node("ours"), alps);
    theirs = settings("theirs", alps.node("theirs"), alps);
    listener = new ServerSocket(0, 5, LOOPBACK);
    connected = new Socket(LOOPBACK, listener.getLocalPort());
  }

  @AfterEach
  void close() throws IOException {
    connected.close();
    listener.close();
  }

  private TlsSettings settings(String name, Authority.Issued issued, Authority known)
      throws IOException {
    Papers papers = Papers.in(folder, name).write(issued, known);
    return new TlsSettings(
        papers.certificates(), papers.key(), papers.authorities(), true, Clients.KNOWN);
  }

  /// Takes one connection, refuses the certificate that it is shown, and closes.
  ///
  /// @return done when the connection is closed
  private CompletableFuture<Void> refusing(String version) throws Exception {
    Credentials credentials = Credentials.read(theirs);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {new OneKey(credentials)},
        new TrustManager[] {new Verifier(credentials.authorities())},
        null);
    CompletableFuture<Void> closed = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (Socket socket = listener.accept();
              SSLSocket tls =
                  (SSLSocket) context.getSocketFactory().createSocket(socket, null, true)) {
            tls.setUseClientMode(false);
            tls.setEnabledProtocols(new String[] {version});
            tls.setNeedClientAuth(true);
            tls.startHandshake();
            closed.completeExceptionally(new AssertionError("it is not refused"));
          } catch (IOException e) {
            closed.complete(null);
          }
        });
    return closed;
  }

  /// A connection that cannot be written to once the peer has closed it. From the message that ends
  /// the handshake of TLS 1.2 on it lets the peer close first.
  private static final class Slow extends SocketOver {
    private final CompletableFuture<Void> closed;
    private final boolean waits;
    private int failures;

    Slow(Socket beneath, CompletableFuture<Void> closed, boolean waits) {
      super(beneath);
      this.closed = closed;
      this.waits = waits;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return beneath.getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(beneath.getOutputStream()) {
        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
          if (waits && bytes[from] == CHANGE_CIPHER_SPEC) {
            closed.join();
          }
          if (closed.isDone()) {
            failures++;
            throw new SocketException("Broken pipe");
          }
          out.write(bytes, from, count);
        }
      };
    }
  }

  @Test
  void inTheMiddleOfTheHandshake() throws Exception {
    Slow socket = new Slow(connected, refusing("TLSv1.2"), true);
    Tls tls = Tls.of(ours);
    assertThatThrownBy(() -> tls.connect(socket, "localhost"))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("certificate of this node");
    assertThat(socket.failures).isPositive();
    assertThat(connected.isClosed()).isTrue();
  }

  /// With version 1.3 this side is done with the handshake before it is refused. A write that fails
  /// then is an error, and the reason is there to be read.
  @Test
  void afterTheHandshake() throws Exception {
    CompletableFuture<Void> closed = refusing("TLSv1.3");
    try (Socket secured = Tls.of(ours).connect(new Slow(connected, closed, false), "localhost")) {
      closed.join();
      assertThatThrownBy(() -> secured.getOutputStream().write(42))
          .isInstanceOf(SocketException.class)
          .hasMessage("Broken pipe");
      assertThatThrownBy(() -> secured.getInputStream().read())
          .isInstanceOf(HandshakeException.class)
          .hasMessageContaining("certificate of this node");
    }
  }

  @Test
  void whoClosesWithoutAWord() throws Exception {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    listener.accept().close();
    closed.complete(null);
    Slow socket = new Slow(connected, closed, false);
    Tls tls = Tls.of(ours);
    assertThatThrownBy(() -> tls.connect(socket, "localhost"))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("has closed the connection while it was being secured");
    assertThat(socket.failures).isPositive();
  }
}
