package dev.belay.distribution.internal.epmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.testing.Erlang;
import dev.belay.distribution.testing.Ports;
import dev.belay.distribution.testing.Waiting;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our port mapper and the installed Erlang's, each seen by the other.
@Tag("erlang")
class EpmdErlangTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  @TempDir Path home;

  private int port;
  private Erlang erlang;
  private PortMapper mapper;

  @BeforeEach
  void begin() throws Exception {
    port = Ports.free();
    erlang = new Erlang(home, port);
    mapper = mapper(true);
  }

  @AfterEach
  void end() {
    mapper.close();
    erlang.close();
  }

  private PortMapper mapper(boolean embed) {
    return new PortMapper(
        new PortMapper.Options(
            port,
            embed,
            List.of(),
            Duration.ofMillis(50),
            Duration.ofSeconds(10),
            EpmdServer.Limits.DEFAULT));
  }

  private Process epmd() throws Exception {
    Process epmd = erlang.epmd();
    Waiting.until("epmd answers", () -> !erlang.ask("-names").contains("Cannot connect"));
    return epmd;
  }

  @Test
  void erlangSeesWhatWeRegister() throws Exception {
    epmd();
    Registration registration = mapper.register("belay", 12_345);
    assertThat(mapper.isEmbedded()).isFalse();
    assertThat(erlang.ask("-names")).contains("name belay at port 12345");
    try (Erlang.Node node = erlang.node("e@localhost", "secret")) {
      assertThat(node.eval("erl_epmd:port_please(\"belay\", {127,0,0,1})."))
          .isEqualTo("{port,12345,6}");
      assertThat(node.eval("erl_epmd:names({127,0,0,1}).")).contains("{\"belay\",12345}");
      PortInfo info = mapper.lookup(LOOPBACK, "e").orElseThrow();
      assertThat(info.speaksOurVersion()).isTrue();
      assertThat(info.nodeType()).isEqualTo(PortInfo.ORDINARY);
      assertThat(mapper.names(LOOPBACK)).contains(new EpmdMessages.NameAndPort("e", info.port()));
      assertThatThrownBy(() -> mapper.register("e", 1)).isInstanceOf(NameTakenException.class);
    }
    registration.close();
    Waiting.until("epmd forgets it", () -> !erlang.ask("-names").contains("belay"));
  }

  @Test
  void afterEpmdWasKilledTheNodeComesBack() throws Exception {
    Process first = epmd();
    PortMapper client = mapper(false);
    Registration registration = client.register("belay", 12_345);
    long creation = registration.creation();
    first.destroyForcibly().waitFor();
    Waiting.until("it knows", () -> !registration.isRegistered());
    epmd();
    Waiting.until("it is listed", () -> erlang.ask("-names").contains("name belay at port 12345"));
    assertThat(registration.creation()).isEqualTo(creation);
    client.close();
  }

  @Test
  void nodesFindEachOtherByOurEpmd() throws Exception {
    mapper.register("belay", 12_345);
    assertThat(mapper.isEmbedded()).isTrue();
    try (Erlang.Node a = erlang.node("a@localhost", "secret");
        Erlang.Node b = erlang.node("b@localhost", "secret")) {
      assertThat(a.eval("net_adm:ping('b@localhost').")).isEqualTo("pong");
      assertThat(b.eval("nodes().")).isEqualTo("[a@localhost]");
      assertThat(a.eval("lists:sort(element(2, net_adm:names(localhost)))."))
          .contains("{\"a\",", "{\"b\",", "{\"belay\",12345}");
      assertThat(a.eval("erlang:system_info(creation) > 3.")).isEqualTo("true");
      assertThat(erlang.ask("-names")).contains("name belay at port 12345", "name a at port");
      assertThat(erlang.ask("-kill")).contains("living nodes");
      assertThat(mapper.isEmbedded()).isTrue();
    }
    Waiting.until("they are forgotten", () -> mapper.names(LOOPBACK).size() == 1);
  }

  @Test
  void whenOurEpmdGoesAnotherTakesItsPlaceForNodesOfErlangToo() throws Exception {
    mapper.register("belay", 12_345);
    PortMapper second = mapper(true);
    try (Erlang.Node a = erlang.node("a@localhost", "secret")) {
      second.register("second", 1);
      assertThat(second.isEmbedded()).isFalse();
      String creation = a.eval("erlang:system_info(creation).");
      mapper.close();
      Waiting.until(
          "the other one has taken over", () -> second.isEmbedded() && !names(second).isEmpty());
      Waiting.until("the node is back", () -> names(second).contains("a"));
      assertThat(names(second)).containsExactlyInAnyOrder("second", "a");
      assertThat(a.eval("erlang:system_info(creation).")).isEqualTo(creation);
    }
    second.close();
  }

  private static List<String> names(PortMapper mapper) throws Exception {
    return mapper.names(LOOPBACK).stream().map(EpmdMessages.NameAndPort::name).toList();
  }
}
