package dev.belay.distribution;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.distribution.testing.Authority;
import dev.belay.distribution.testing.LogCapture;
import dev.belay.distribution.testing.Papers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Sockets that say nothing, or nothing that makes sense, or have the wrong cookie: a node that is
/// connected to another one goes on as if nothing were.
@Timeout(120)
class HostileSocketsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  @TempDir Path folder;

  private final List<Socket> sockets = new ArrayList<>();
  private TwoBelays nodes;
  private Bonds ofA;
  private Bonds ofB;

  @BeforeEach
  void start() throws IOException {
    nodes = new TwoBelays(options -> options.tickTime(Duration.ofSeconds(4)));
    ofA = Bonds.of(nodes.a.node);
    ofB = Bonds.of(nodes.b.node);
    ofA.bind(TwoBelays.B, 5);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    nodes.close();
  }

  private Socket raw() throws IOException {
    Socket socket = new Socket(LOOPBACK, nodes.b.distribution.port());
    sockets.add(socket);
    return socket;
  }

  private void assertUndisturbed() {
    try (Inbox inbox = nodes.a.node.inbox()) {
      inbox.send(new Name("echo", TwoBelays.B), inbox.pid());
      assertThat(inbox.receive(LONG)).contains(Atom.OK);
    }
    ofA.assertNothingHeard();
    ofB.assertNothingHeard();
    assertThat(nodes.toB.connections()).isEqualTo(1);
  }

  private static boolean isClosed(Socket socket) throws IOException {
    socket.setSoTimeout(20_000);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException _) {
      return true;
    }
  }

  @Test
  void manyThatSayNothing() throws Exception {
    for (int i = 0; i < 600; i++) {
      raw();
    }
    assertUndisturbed();
    // Only the last ones are kept, and those not for long.
    Waiting.until("most are closed", () -> nodes.b.entries() < 300);
    for (int i = 0; i < 300; i++) {
      assertThat(isClosed(sockets.get(i))).isTrue();
    }
    // Who comes now is let in all the same.
    nodes.a.distribution.disconnect(TwoBelays.B);
    ofA.awaitLoss();
    assertThat(nodes.a.distribution.connect(TwoBelays.B)).isTrue();
  }

  @Test
  void aByteNowAndThen() throws Exception {
    Socket slow = raw();
    slow.setTcpNoDelay(true);
    long begin = System.nanoTime();
    Thread dripping =
        Thread.ofVirtual()
            .start(() -> {
              try {
                for (int i = 0; i < 10_000; i++) {
                  slow.getOutputStream().write(i == 0 ? 1 : 0);
                  Thread.sleep(100);
                }
              } catch (IOException | InterruptedException _) {
                // It has been closed, as it should.
              }
            });
    assertThat(isClosed(slow)).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(21));
    slow.close();
    assertThat(dripping.join(LONG)).isTrue();
    assertUndisturbed();
  }

  @Test
  void nonsenseIsNamed() throws Exception {
    try (LogCapture log = new LogCapture(Level.INFO)) {
      for (int i = 0; i < 50; i++) {
        Socket http = raw();
        http.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
        assertThat(isClosed(http)).isTrue();
        Socket tls = raw();
        tls.getOutputStream().write(new byte[] {22, 3, 1, 0, 5, 1, 0, 0, 1, 3});
        assertThat(isClosed(tls)).isTrue();
      }
      assertThat(log.awaited("it speaks TLS, and this node does not")).hasSize(1);
      Waiting.until("both are named", () -> log.with("not keep to the protocol").size() == 2);
    }
    assertUndisturbed();
  }

  @Test
  void aWrongCookieAtSpeed() throws Exception {
    DistributionOptions options =
        nodes.options(nodes.toB).resolver((_, _) -> List.of(address())).cookie("not the secret");
    try (LogCapture log = new LogCapture(Level.INFO);
        TwoBelays.Member stranger = new TwoBelays.Member("stranger@localhost", options)) {
      for (int i = 0; i < 300; i++) {
        assertThat(stranger.distribution.connect(TwoBelays.B)).isFalse();
      }
      assertThat(log.awaited("node " + TwoBelays.B + " has not accepted"))
          .singleElement()
          .asString()
          .contains("stranger@localhost does not have the same cookie");
      assertThat(log.awaited("cannot connect to " + TwoBelays.B))
          .singleElement()
          .asString()
          .contains("cookie");
      assertThat(log.from(Level.ALL)).noneMatch(text -> text.contains("secret"));
      assertThat(stranger.entries()).isZero();
    }
    assertUndisturbed();
    Waiting.until("nobody waits", () -> nodes.b.entries() == 2);
  }

  private NodeAddress address() {
    return NodeAddress.of(LOOPBACK, nodes.b.distribution.port());
  }

  @Test
  void eachThatCannotBeConnectedIsInTheLogOnce() throws Exception {
    DistributionOptions options = nodes.options(nodes.toB).resolver((_, _) -> List.of(address()));
    try (LogCapture log = new LogCapture(Level.INFO);
        TwoBelays.Member stranger = new TwoBelays.Member("stranger@localhost", options)) {
      // No more than 200 texts are said in a minute, and a stranger may come, too.
      for (int i = 0; i < 150; i++) {
        String other = "other" + i + "@localhost";
        assertThat(stranger.distribution.connect(other)).isFalse();
        assertThat(log.awaited("cannot connect to " + other))
            .singleElement()
            .asString()
            .contains("calls itself \"" + TwoBelays.B);
      }
    }
    assertUndisturbed();
  }

  @Test
  void whoIsNotOnTheListIsNotConnected() throws Exception {
    DistributionOptions options =
        nodes.options(nodes.toB).resolver((_, _) -> List.of(address())).allow(name -> false);
    try (LogCapture log = new LogCapture(Level.INFO);
        TwoBelays.Member hermit = new TwoBelays.Member("hermit@localhost", options)) {
      assertThat(hermit.distribution.connect(TwoBelays.B)).isFalse();
      assertThat(log.awaited("cannot connect to " + TwoBelays.B))
          .singleElement()
          .asString()
          .contains("not among the nodes");
    }
    assertUndisturbed();
  }

  // TLS

  @Test
  void aNodeWithTlsHasNoOtherConnections() throws Exception {
    Authority authority = Authority.named("Alps");
    Papers papers = Papers.in(folder, "node").write(authority.node("node"), authority);
    DistributionOptions options =
        nodes
            .options(nodes.toB)
            .resolver((_, _) -> List.of(address()))
            .tls(TlsOptions.of(papers.certificates(), papers.key(), papers.authorities()));
    try (LogCapture log = new LogCapture(Level.INFO);
        TwoBelays.Member secured = new TwoBelays.Member("secured@localhost", options)) {
      assertThat(secured.distribution.connect(TwoBelays.B)).isFalse();
      assertThat(log.awaited("node secured@localhost cannot connect"))
          .singleElement()
          .asString()
          .contains("TLS");
      assertThat(log.awaited("it speaks TLS, and this node does not")).hasSize(1);
    }
    assertUndisturbed();
  }

  @Test
  void aCertificateForAnotherHostIsNoName() throws Exception {
    Authority authority = Authority.named("Alps");
    Papers own = Papers.in(folder, "own").write(authority.node("own"), authority);
    Papers others =
        Papers.in(folder, "others")
            .write(authority.certificate("others").host("elsewhere.org").issue(), authority);
    DistributionOptions strict =
        nodes
            .options(nodes.toB)
            .tls(TlsOptions.of(own.certificates(), own.key(), own.authorities()).namedClients());
    try (LogCapture log = new LogCapture(Level.INFO);
        TwoBelays.Member server = new TwoBelays.Member("server@localhost", strict)) {
      DistributionOptions options =
          nodes
              .options(nodes.toB)
              .resolver((_, _) -> List.of(NodeAddress.of(LOOPBACK, server.distribution.port())))
              .tls(TlsOptions.of(others.certificates(), others.key(), others.authorities()));
      try (TwoBelays.Member wrong = new TwoBelays.Member("wrong@localhost", options);
          TwoBelays.Member right = new TwoBelays.Member("right@elsewhere.org", options)) {
        assertThat(wrong.distribution.connect("server@localhost")).isFalse();
        assertThat(log.awaited("node server@localhost has not accepted"))
            .singleElement()
            .asString()
            .contains("on the host localhost", "elsewhere.org");
        assertThat(right.distribution.connect("server@localhost")).isTrue();
      }
    }
  }
}
