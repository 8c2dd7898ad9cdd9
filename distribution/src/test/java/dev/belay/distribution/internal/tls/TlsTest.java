package dev.belay.distribution.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.internal.handshake.HandshakeException;
import dev.belay.distribution.internal.tls.TlsSettings.Clients;
import dev.belay.distribution.testing.Authority;
import dev.belay.distribution.testing.Papers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Two sides secure a connection, or do not, and say why.
@Timeout(60)
class TlsTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  @TempDir Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private Authority authority;
  private ServerSocket listener;

  @BeforeEach
  void listen() throws Exception {
    authority = Authority.named("Alps");
    listener = new ServerSocket(0, 5, LOOPBACK);
    open.add(listener);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private Tls tls(String name, Authority.Issued issued, boolean hosts, Clients clients)
      throws IOException {
    return tls(name, issued, hosts, clients, authority);
  }

  private Tls tls(
      String name, Authority.Issued issued, boolean hosts, Clients clients, Authority... known)
      throws IOException {
    Papers papers = Papers.in(folder, name).write(issued, known);
    return Tls.of(
        new TlsSettings(papers.certificates(), papers.key(), papers.authorities(), hosts, clients));
  }

  private Tls node(String name) throws Exception {
    return tls(name, authority.node(name), true, Clients.KNOWN);
  }

  /// Something done at the other end.
  private interface Part {
    Socket run() throws IOException;
  }

  private static CompletableFuture<Socket> meanwhile(Part part) {
    CompletableFuture<Socket> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            result.complete(part.run());
          } catch (IOException | RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private CompletableFuture<Socket> accepted(Tls server) {
    return meanwhile(() -> {
      Socket secured = server.accept(listener.accept());
      open.add(secured);
      return secured;
    });
  }

  private Socket raw() throws IOException {
    Socket socket = new Socket(LOOPBACK, listener.getLocalPort());
    open.add(socket);
    return socket;
  }

  private static Socket result(CompletableFuture<Socket> future) throws Exception {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  private static void fails(CompletableFuture<Socket> future, String... parts) {
    assertThatThrownBy(() -> result(future))
        .isInstanceOfSatisfying(
            HandshakeException.class,
            e -> assertThat(e.reason()).isEqualTo(HandshakeException.Reason.TLS))
        .hasMessageContainingAll(parts);
  }

  /// A client that is refused hears it, with version 1.3, only when it reads.
  private CompletableFuture<Socket> connected(Tls client, String host) {
    return meanwhile(() -> {
      Socket secured = client.connect(raw(), host);
      int first = secured.getInputStream().read();
      assertThat(first).isEqualTo(42);
      return secured;
    });
  }

  @ParameterizedTest
  @CsvSource({"EC, EC", "RSA, RSA", "Ed25519, EC", "RSA, Ed25519"})
  void twoSidesAgree(String one, String other) throws Exception {
    Tls a =
        tls("a", authority.certificate("a").host("a.org").key(one).issue(), true, Clients.KNOWN);
    Tls b =
        tls("b", authority.certificate("b").host("b.org").key(other).issue(), true, Clients.KNOWN);
    CompletableFuture<Socket> server = accepted(b);
    CompletableFuture<Socket> client = connected(a, "b.org");
    Socket theirs = result(server);
    theirs.getOutputStream().write(new byte[] {42, 43, 44});
    Socket ours = result(client);
    assertThat(ours.getInputStream().readNBytes(2)).containsExactly(43, 44);
    assertThat(ours)
        .hasToString("TLSv1.3 over " + ((SecureSocket) ours).toString().split(" over ", 2)[1]);
    assertThat(b.doubt(theirs, "nobody.org")).isEmpty();
    byte[] much = new byte[1 << 20];
    much[much.length - 1] = 7;
    CompletableFuture<Socket> writing =
        meanwhile(() -> {
          theirs.getOutputStream().write(much);
          return theirs;
        });
    assertThat(ours.getInputStream().readNBytes(much.length)).isEqualTo(much);
    result(writing);
    theirs.close();
    assertThat(ours.getInputStream().read()).isNegative();
    assertThat(theirs.isClosed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void bothVersionsAreSpoken(String version) throws Exception {
    CompletableFuture<Socket> server = accepted(tls("a", authority.node("a"), true, Clients.ANY));
    SSLSocket client = anyone(version);
    client.startHandshake();
    assertThat(client.getSession().getProtocol()).isEqualTo(version);
    assertThat(((SecureSocket) result(server)).version()).isEqualTo(version);
    assertThat(((SecureSocket) result(server)).certificate()).isNull();
  }

  private SSLSocket anyone(String version) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        null,
        new TrustManager[] {
          new Verifier(List.of(Credentials.read(settings("a")).authorities().getFirst()))
        },
        null);
    SSLSocket client =
        (SSLSocket) context.getSocketFactory().createSocket(raw(), "localhost", 1, true);
    client.setEnabledProtocols(new String[] {version});
    return client;
  }

  private TlsSettings settings(String name) {
    Papers papers = Papers.in(folder, name);
    return new TlsSettings(
        papers.certificates(), papers.key(), papers.authorities(), true, Clients.KNOWN);
  }

  // the client refuses

  @Test
  void anotherHostIsRefused() throws Exception {
    CompletableFuture<Socket> server = accepted(node("b"));
    CompletableFuture<Socket> client = connected(node("a"), "elsewhere.org");
    fails(client, "not for the host elsewhere.org", "[localhost, 127.0.0.1]", "CN=b");
    fails(server, "does not accept the certificate of this node");
  }

  @Test
  void anotherHostIsTakenIfAnyIs() throws Exception {
    CompletableFuture<Socket> server = accepted(node("b"));
    Tls careless = tls("a", authority.node("a"), false, Clients.KNOWN);
    CompletableFuture<Socket> client = connected(careless, "elsewhere.org");
    result(server).getOutputStream().write(42);
    assertThat(result(client).isConnected()).isTrue();
  }

  @Test
  void anAddressIsCompared() throws Exception {
    CompletableFuture<Socket> server = accepted(node("b"));
    CompletableFuture<Socket> client = connected(node("a"), "127.0.0.1");
    result(server).getOutputStream().write(42);
    assertThat(result(client).isConnected()).isTrue();
    server = accepted(node("b"));
    fails(connected(node("a"), "127.0.0.2"), "not for the host 127.0.0.2");
    fails(server, "certificate");
  }

  @Test
  void anUnknownAuthorityIsRefused() throws Exception {
    Authority other = Authority.named("Andes");
    CompletableFuture<Socket> server =
        accepted(tls("b", other.node("b"), true, Clients.KNOWN, authority, other));
    fails(connected(node("a"), "localhost"), "no authority", "CN=b", "CN=Andes");
    fails(server, "certificate of this node");
  }

  @Test
  void anExpiredCertificateIsRefused() throws Exception {
    Instant then = Instant.parse("2020-02-20T20:20:20Z");
    Authority.Issued old =
        authority
            .certificate("b")
            .host("localhost")
            .valid(then.minus(Duration.ofDays(1)), then)
            .issue();
    CompletableFuture<Socket> server = accepted(tls("b", old, true, Clients.KNOWN));
    fails(connected(node("a"), "localhost"), "expired", "2020-02-20T20:20:20Z", "CN=b");
    fails(server, "certificate of this node has expired");
  }

  @Test
  void aCertificateOfTomorrowIsRefused() throws Exception {
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
    Authority.Issued early =
        authority
            .certificate("b")
            .host("localhost")
            .valid(tomorrow, tomorrow.plus(Duration.ofDays(1)))
            .issue();
    CompletableFuture<Socket> server = accepted(tls("b", early, true, Clients.KNOWN));
    fails(connected(node("a"), "localhost"), "not valid before", "clock");
    fails(server, "certificate");
  }

  // the server refuses

  @Test
  void whoShowsNoCertificateIsRefused() throws Exception {
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      CompletableFuture<Socket> server = accepted(node("a"));
      SSLSocket client = anyone(version);
      assertThatThrownBy(
              () -> {
                client.startHandshake();
                client.getInputStream().read();
              })
          .isInstanceOf(IOException.class);
      fails(server, "shows no certificate");
    }
  }

  @Test
  void aClientOfAnUnknownAuthorityIsRefusedAndHearsIt() throws Exception {
    Authority other = Authority.named("Andes");
    Tls stranger = tls("a", other.node("a"), true, Clients.KNOWN, authority);
    CompletableFuture<Socket> server = accepted(node("b"));
    CompletableFuture<Socket> client = connected(stranger, "localhost");
    fails(server, "no authority", "CN=a", "CN=Andes");
    fails(client, "certificate of this node");
  }

  @Test
  void anExpiredClientIsRefusedAndHearsIt() throws Exception {
    Instant now = Instant.now();
    Authority.Issued old =
        authority
            .certificate("a")
            .valid(now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)))
            .issue();
    CompletableFuture<Socket> server = accepted(node("b"));
    CompletableFuture<Socket> client = connected(tls("a", old, true, Clients.KNOWN), "localhost");
    fails(server, "expired", "CN=a");
    // Java as a server does not tell its clients why.
    fails(client, "certificate of this node", "expired");
  }

  @Test
  void aCertificateForServersIsNoneForClients() throws Exception {
    Authority.Issued server =
        authority.certificate("a").host("localhost").onlyFor("1.3.6.1.5.5.7.3.1").issue();
    CompletableFuture<Socket> accepted = accepted(node("b"));
    CompletableFuture<Socket> client =
        connected(tls("a", server, true, Clients.KNOWN), "localhost");
    fails(accepted, "refused", "TLS client");
    fails(client, "certificate of this node");
  }

  @Test
  void clientsMayHaveToBeNamed() throws Exception {
    Tls strict = tls("b", authority.node("b"), true, Clients.NAMED);
    Authority.Issued issued = authority.certificate("a").host("*.alps.org").issue();
    CompletableFuture<Socket> server = accepted(strict);
    CompletableFuture<Socket> client =
        connected(tls("a", issued, true, Clients.KNOWN), "localhost");
    Socket theirs = result(server);
    theirs.getOutputStream().write(42);
    result(client);
    assertThat(strict.doubt(theirs, "eiger.alps.org")).isEmpty();
    assertThat(strict.doubt(theirs, "EIGER.Alps.org")).isEmpty();
    assertThat(strict.doubt(theirs, "north.eiger.alps.org")).isPresent();
    assertThat(strict.doubt(theirs, "alps.org")).isPresent();
    assertThat(strict.doubt(theirs, "127.0.0.1")).isPresent();
    assertThat(strict.doubt(theirs, "andes.org").orElseThrow())
        .contains("andes.org", "*.alps.org", "CN=a");
    assertThat(strict.doubt(new Socket(), "andes.org")).isPresent();
  }

  // what is no TLS

  @Test
  void whoDoesNotSpeakTlsIsTold() throws Exception {
    CompletableFuture<Socket> server = accepted(node("b"));
    raw().getOutputStream().write(new byte[] {0, 10, 'N', 0, 0, 0, 0, 0, 0, 0, 0, 0});
    fails(server, "does not speak TLS");
    CompletableFuture<Socket> plain =
        meanwhile(() -> {
          Socket socket = listener.accept();
          socket.getInputStream().read();
          socket.close();
          return socket;
        });
    fails(connected(node("a"), "localhost"), "Does it speak TLS?");
    result(plain);
  }

  @Test
  void onlyOldVersionsAreRefused() throws Exception {
    CompletableFuture<Socket> server = accepted(node("b"));
    // A client hello of TLS 1.0 with one cipher suite.
    byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 2 + 2 + 2];
    hello[0] = 22;
    hello[1] = 3;
    hello[2] = 1;
    hello[4] = (byte) (hello.length - 5);
    hello[5] = 1;
    hello[8] = (byte) (hello.length - 9);
    hello[9] = 3;
    hello[10] = 1;
    hello[45] = 2;
    hello[47] = 0x2F;
    hello[48] = 1;
    raw().getOutputStream().write(hello);
    fails(server, "neither TLS 1.3 nor 1.2");
  }

  // traps

  /// A goodbye would wait for the lock that the writer has.
  @Test
  void closingDoesNotWaitForAWriterThatIsStuck() throws Exception {
    CompletableFuture<Socket> server = accepted(node("b"));
    CompletableFuture<Socket> client = connected(node("a"), "localhost");
    Socket theirs = result(server);
    theirs.getOutputStream().write(42);
    Socket ours = result(client);
    AtomicLong written = new AtomicLong();
    CompletableFuture<Socket> stuck =
        meanwhile(() -> {
          byte[] much = new byte[1 << 16];
          while (true) {
            theirs.getOutputStream().write(much);
            written.addAndGet(much.length);
          }
        });
    CompletableFuture<Socket> reading =
        meanwhile(() -> {
          theirs.getInputStream().read();
          return theirs;
        });
    long before = -1;
    while (before != written.get() || before == 0) {
      before = written.get();
      assertThatThrownBy(() -> stuck.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
    }
    theirs.close();
    assertThat(ours.isClosed()).isFalse();
    assertThatThrownBy(() -> result(stuck)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> result(reading)).isInstanceOf(IOException.class);
  }

  @Test
  void closingEndsAHandshake() throws Exception {
    Socket silent = raw();
    Socket theirs = listener.accept();
    Tls tls = node("b");
    CompletableFuture<Socket> handshake = meanwhile(() -> tls.accept(theirs));
    silent.getOutputStream().write(22);
    theirs.close();
    fails(handshake, "connection");
  }

  /// Each connection is looked at anew: no session is taken up again.
  @Test
  void anAuthorityThatIsNotTrustedAnyMoreCountsAtOnce() throws Exception {
    Tls a = node("a");
    Tls b = node("b");
    CompletableFuture<Socket> server = accepted(b);
    CompletableFuture<Socket> client = connected(a, "localhost");
    result(server).getOutputStream().write(42);
    result(client);
    Authority other = Authority.named("Andes");
    Papers.put(Papers.in(folder, "b").authorities(), other.pem(), "r--r--r--");
    server = accepted(b);
    client = connected(a, "localhost");
    fails(server, "no authority");
    fails(client, "certificate of this node");
  }
}
