package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Name;
import dev.belay.distribution.testing.Authority;
import dev.belay.distribution.testing.CuttingProxy.Way;
import dev.belay.distribution.testing.LogCapture;
import dev.belay.distribution.testing.Papers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS with a real Erlang node, `-proto_dist inet_tls`, both ways. Erlang needs its application
/// `ssl` for this (Debian: the package erlang-ssl).
@Tag("erlang")
@Timeout(120)
@SuppressWarnings("NullAway.Init") // most tests begin with start
class ErlangTlsTest {
  private static final String US = ErlangThroughProxies.US;
  private static final String THEM = ErlangThroughProxies.THEM;

  @TempDir Path folder;

  private Authority authority;
  private Papers ourPapers;
  private Papers theirPapers;
  private ErlangThroughProxies nodes;

  @BeforeEach
  void found() throws Exception {
    authority = Authority.named("Alps");
    ourPapers = Papers.in(folder, "ours").write(authority.node("ours"), authority);
    theirPapers = Papers.in(folder, "theirs").write(authority.node("theirs"), authority);
  }

  @AfterEach
  void stop() throws IOException {
    if (nodes != null) {
      nodes.close();
    }
  }

  private TlsOptions tls() {
    return TlsOptions.of(ourPapers.certificates(), ourPapers.key(), ourPapers.authorities());
  }

  /// @param versions which Erlang is to speak, in its own words
  /// @param client what else Erlang is to do as a client, such as to verify nobody
  private void start(String versions, String client, UnaryOperator<DistributionOptions> change)
      throws IOException {
    String common =
        "{certfile,\""
            + theirPapers.certificates()
            + "\"},{keyfile,\""
            + theirPapers.key()
            + "\"},{cacertfile,\""
            + theirPapers.authorities()
            + "\"},{versions,["
            + versions
            + "]}";
    Path file = folder.resolve("ssl_dist.conf");
    Files.writeString(
        file,
        "[{server,["
            + common
            + ",{verify,verify_peer},{fail_if_no_peer_cert,true}]},{client,["
            + common
            + ","
            + client
            + "]}].\n");
    nodes =
        new ErlangThroughProxies(
            folder,
            options -> change.apply(options.tickTime(Duration.ofSeconds(4))),
            "-proto_dist",
            "inet_tls",
            "-ssl_dist_optfile",
            file.toString(),
            "-kernel",
            "net_ticktime",
            "4");
  }

  private void start(String versions) throws IOException {
    start(versions, "{verify,verify_peer}", options -> options.tls(tls()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'tlsv1.2'", "'tlsv1.3'"})
  void theyConnectToUs(String versions) throws IOException {
    theyConnect(versions);
  }

  @Tag("full")
  @Tag("full")
  @Test
  void theyConnectToUsWithEither() throws IOException {
    theyConnect("'tlsv1.3','tlsv1.2'");
  }

  private void theyConnect(String versions) throws IOException {
    start(versions);
    assertThat(nodes.erlang.eval("net_adm:ping(N)")).isEqualTo("pong");
    assertThat(nodes.toUs.connections()).isEqualTo(1);
    talk();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'tlsv1.2'", "'tlsv1.3'"})
  void weConnectToThem(String versions) throws IOException {
    weConnect(versions);
  }

  @Tag("full")
  @Tag("full")
  @Test
  void weConnectToThemWithEither() throws IOException {
    weConnect("'tlsv1.3','tlsv1.2'");
  }

  private void weConnect(String versions) throws IOException {
    start(versions);
    assertThat(nodes.distribution.connect(THEM)).isTrue();
    assertThat(nodes.toThem.connections()).isEqualTo(1);
    talk();
  }

  /// Links, monitors, a large message both ways, ticks, and the loss of it all.
  private void talk() {
    Bonds ours = Bonds.of(nodes.node);
    ErlangBonds theirs = new ErlangBonds(nodes.erlang);
    ours.bind(THEM, 5);
    theirs.bind(US, 5);
    ours.awaitSize(10);
    theirs.awaitSize(10);
    assertThat(
            nodes.erlang.eval(
                "Big = binary:copy(<<7>>, 3000000), {maker,N} ! {self(),Big}, receive {made,P} ->"
                    + " ok end"))
        .isEqualTo("ok");
    nodes.erlang.eval("register(sink, spawn(fun L() -> receive _ -> L() end end))");
    nodes.node.send(new Name("sink", THEM), Binary.of(new byte[3_000_000]));
    // Longer than the tick time, with nothing said.
    nodes.erlang.eval("receive after 6000 -> ok end");
    ours.assertNothingHeard();
    theirs.assertNothingHeard();
    assertThat(nodes.toUs.connections() + nodes.toThem.connections()).isEqualTo(1);
    nodes.cut();
    ours.awaitLoss();
    theirs.awaitLoss();
  }

  @ParameterizedTest
  @CsvSource({"EC", "RSA"})
  void keysOfBothKinds(String kind) throws Exception {
    ourPapers.write(authority.certificate("ours").host("localhost").key(kind).issue(), authority);
    theirPapers.write(
        authority.certificate("theirs").host("localhost").key(kind).issue(), authority);
    start("'tlsv1.2'");
    assertThat(nodes.distribution.connect(THEM)).isTrue();
    // A ping over a connection that is just being lost would be answered with its loss.
    nodes.erlang.eval("erlang:monitor_node(N, true)");
    nodes.distribution.disconnect(THEM);
    nodes.erlang.eval("receive {nodedown,N} -> ok end");
    assertThat(nodes.erlang.eval("net_adm:ping(N)")).isEqualTo("pong");
    assertThat(nodes.toThem.connections()).isEqualTo(1);
    assertThat(nodes.toUs.connections()).isEqualTo(1);
  }

  @Test
  void aWrongCookieIsRefusedOverTlsToo() throws IOException {
    start("'tlsv1.2'");
    try (LogCapture log = new LogCapture(Level.INFO)) {
      assertThat(nodes.erlang.eval("erlang:set_cookie(N, wrong), net_adm:ping(N)"))
          .isEqualTo("pang");
      assertThat(log.awaited("does not have the same cookie")).hasSize(1);
    }
  }

  // certificates that are refused

  private void theyAreRefused(String... parts) {
    try (LogCapture log = new LogCapture(Level.INFO)) {
      assertThat(nodes.erlang.eval("net_adm:ping(N)")).isEqualTo("pang");
      Waiting.until("it is said", () -> !log.with("node " + US + " has not accepted").isEmpty());
      assertThat(log.with("node " + US + " has not accepted"))
          .singleElement()
          .asString()
          .contains(parts);
    }
  }

  private void weRefuse(String... parts) {
    try (LogCapture log = new LogCapture(Level.INFO)) {
      assertThat(nodes.distribution.connect(THEM)).isFalse();
      assertThat(log.awaited("cannot connect to " + THEM))
          .singleElement()
          .asString()
          .contains(parts);
    }
  }

  /// With TLS 1.3 Erlang as a client keeps a certificate back whose authority is not among those
  /// that it is asked for.
  @ParameterizedTest
  @CsvSource({
    "'''tlsv1.2''', no authority that this node knows has issued its certificate",
    "'''tlsv1.3''', none of an authority that this node knows"
  })
  void theirAuthorityIsNotKnown(String version, String refusal) throws Exception {
    Authority other = Authority.named("Andes");
    theirPapers.write(other.node("theirs"), authority, other);
    start(version);
    theyAreRefused(refusal);
    weRefuse("no authority", "CN=Andes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'tlsv1.2'", "'tlsv1.3'"})
  void ourAuthorityIsNotKnownToThem(String version) throws Exception {
    Authority other = Authority.named("Andes");
    ourPapers.write(other.node("ours"), authority, other);
    start(version);
    theyAreRefused("certificate of this node");
    weRefuse("certificate of this node");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'tlsv1.2'", "'tlsv1.3'"})
  void theirsHasExpired(String version) throws Exception {
    Instant then = Instant.parse("2020-02-20T20:20:20Z");
    theirPapers.write(
        authority
            .certificate("theirs")
            .host("localhost")
            .valid(then.minus(Duration.ofDays(1)), then)
            .issue(),
        authority);
    start(version);
    theyAreRefused("has expired, on 2020-02-20T20:20:20Z", "CN=theirs");
    weRefuse("has expired, on 2020-02-20T20:20:20Z", "CN=theirs");
  }

  @Test
  void theirsIsForAnotherHost() throws Exception {
    theirPapers.write(authority.certificate("theirs").host("elsewhere.org").issue(), authority);
    start("'tlsv1.2'");
    weRefuse("not for the host localhost", "elsewhere.org");
    // As a client it is only known by its authority, unless more is asked for.
    assertThat(nodes.erlang.eval("net_adm:ping(N)")).isEqualTo("pong");
  }

  @Test
  void clientsHaveToBeNamed() throws Exception {
    theirPapers.write(authority.certificate("theirs").host("elsewhere.org").issue(), authority);
    start("'tlsv1.2'", "{verify,verify_peer}", options -> options.tls(tls().namedClients()));
    theyAreRefused("on the host localhost", "elsewhere.org");
  }

  @Test
  void clientsWithoutACertificate() throws Exception {
    Path file = folder.resolve("server_only.conf");
    Files.writeString(
        file,
        "[{server,[{certfile,\""
            + theirPapers.certificates()
            + "\"},{keyfile,\""
            + theirPapers.key()
            + "\"}]},{client,[{verify,verify_none}]}].\n");
    nodes =
        new ErlangThroughProxies(
            folder,
            options -> options.tls(tls()),
            "-proto_dist",
            "inet_tls",
            "-ssl_dist_optfile",
            file.toString());
    theyAreRefused("shows no certificate");
    // The other way round nobody asks for ours.
    assertThat(nodes.distribution.connect(THEM)).isTrue();
  }

  @Test
  void anErlangWithoutTls() throws IOException {
    nodes = new ErlangThroughProxies(folder, options -> options.tls(tls()));
    theyAreRefused("does not speak TLS");
    weRefuse("TLS");
  }

  @Test
  void anErlangWithTlsAndWeWithout() throws IOException {
    start("'tlsv1.2'", "{verify,verify_peer}", options -> options);
    theyAreRefused("it speaks TLS, and this node does not");
  }

  // renewal

  @Test
  void certificatesAreRenewedWhileTheNodeRuns() throws Exception {
    start("'tlsv1.2'");
    assertThat(nodes.erlang.eval("net_adm:ping(N)")).isEqualTo("pong");
    Bonds ours = Bonds.of(nodes.node);
    new ErlangBonds(nodes.erlang);
    ours.bind(THEM, 2);
    Authority other = Authority.named("Andes");
    ourPapers.write(other.node("renewed"), authority);
    // The connection that stands stays.
    assertThat(nodes.erlang.eval("net_adm:ping(N)")).isEqualTo("pong");
    ours.assertNothingHeard();
    nodes.erlang.eval("erlang:disconnect_node(N)");
    ours.awaitLoss();
    // The next one shows the new certificate, which they do not take.
    weRefuse("certificate of this node");
    ourPapers.write(authority.node("again"), authority);
    assertThat(nodes.distribution.connect(THEM)).isTrue();
    nodes.distribution.disconnect(THEM);
    Papers.put(ourPapers.key(), "broken", "r--------");
    assertThat(nodes.distribution.connect(THEM)).isTrue();
  }

  @Tag("full")
  @Test
  void aHandshakeThatStopsInTheMiddle() throws Exception {
    start("'tlsv1.2'");
    nodes.toThem.freeze(Way.BACK);
    long begin = System.nanoTime();
    assertThat(nodes.distribution.connect(THEM)).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(25));
    nodes.heal();
    assertThat(nodes.distribution.connect(THEM)).isTrue();
  }
}
