package dev.belay.distribution.internal.epmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.internal.Environment;
import dev.belay.distribution.testing.LogCapture;
import dev.belay.distribution.testing.Ports;
import dev.belay.distribution.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Registering and asking, whoever the EPMD is, and when it goes and comes.
class PortMapperTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final List<AutoCloseable> open = new ArrayList<>();
  private final LogCapture log = new LogCapture(Level.FINE);
  private int port;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
    log.close();
  }

  private PortMapper.Options options() throws IOException {
    if (port == 0) {
      port = Ports.free();
    }
    return new PortMapper.Options(
        port,
        true,
        List.of(),
        Duration.ofMillis(20),
        Duration.ofSeconds(5),
        EpmdServer.Limits.DEFAULT);
  }

  private PortMapper mapper(PortMapper.Options options) {
    PortMapper mapper = new PortMapper(options);
    open.add(mapper);
    return mapper;
  }

  private EpmdServer server() throws IOException {
    EpmdServer server = EpmdServer.open(List.of(), options().port(), EpmdServer.Limits.DEFAULT);
    open.add(server);
    return server;
  }

  private boolean isFound(String name) {
    try {
      return new EpmdClient(port, Duration.ofSeconds(5)).lookup(LOOPBACK, name).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void itIsAClientIfAnEpmdAnswers() throws Exception {
    server();
    PortMapper mapper = mapper(options());
    Registration registration = mapper.register("a", 17);
    assertThat(mapper.isEmbedded()).isFalse();
    assertThat(registration.creation()).isBetween(4L, 0xFFFF_FFFFL);
    assertThat(mapper.lookup(LOOPBACK, "a")).hasValue(PortInfo.of("a", 17));
    assertThat(mapper.lookup(LOOPBACK, "b")).isEmpty();
    assertThat(mapper.names(LOOPBACK)).containsExactly(new EpmdMessages.NameAndPort("a", 17));
    registration.close();
    Waiting.until("it is forgotten", () -> !isFound("a"));
  }

  @Test
  void itBecomesTheEpmdIfNoneAnswers() throws Exception {
    PortMapper first = mapper(options());
    first.register("a", 17);
    assertThat(first.isEmbedded()).isTrue();
    PortMapper second = mapper(options());
    second.register("b", 18);
    assertThat(second.isEmbedded()).isFalse();
    assertThat(second.names(LOOPBACK))
        .extracting(EpmdMessages.NameAndPort::name)
        .contains("a", "b");
    assertThat(log.with("this program is it now")).hasSize(1);
  }

  @Test
  void itMayBeForbiddenToBecomeTheEpmd() throws Exception {
    PortMapper mapper = mapper(options().embed(false));
    assertThatThrownBy(() -> mapper.register("a", 17))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no EPMD answers on port " + port)
        .hasMessageContaining("epmd -daemon");
    assertThat(mapper.isEmbedded()).isFalse();
  }

  @Test
  void aNameThatIsTakenIsSaidToBe() throws Exception {
    PortMapper mapper = mapper(options());
    mapper.register("a", 17);
    assertThatThrownBy(() -> mapper.register("a", 18))
        .isInstanceOfSatisfying(NameTakenException.class, e -> assertThat(e.name()).isEqualTo("a"))
        .hasMessageContaining("epmd -names");
    assertThatThrownBy(() -> mapper.register("", 18)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whenTheEpmdComesBackTheNodeIsThereAgainWithItsFirstCreation() throws Exception {
    EpmdServer server = server();
    PortMapper mapper = mapper(options().embed(false));
    Registration registration = mapper.register("a", 17);
    long creation = registration.creation();
    for (int round = 1; round <= 3; round++) {
      server.close();
      Waiting.until("it knows", () -> !registration.isRegistered());
      int times = round;
      Waiting.until("it has tried", () -> log.with("cannot be registered").size() == times);
      server = server();
      Waiting.until("it is back", () -> isFound("a"));
      Waiting.until("it knows", registration::isRegistered);
      assertThat(registration.creation()).isEqualTo(creation);
      Waiting.until("it says so", () -> log.with("registered with EPMD again").size() == times);
    }
    assertThat(log.with("no new node finds a")).hasSize(3);
  }

  /// However often it is tried.
  @Test
  void aProblemIsLoggedOnce() throws Exception {
    EpmdServer server = server();
    Registration registration = mapper(options().embed(false)).register("a", 17);
    server.close();
    Waiting.until("it has tried", () -> log.with("cannot be registered").size() == 1);
    try (ServerSocket refusing = new ServerSocket(port, 50, LOOPBACK)) {
      for (int tries = 0; tries < 5; tries++) {
        refusing.accept().close();
      }
    }
    // Connections that are refused, and those that are closed: one line for each kind, or one more
    // for what was refused again in between.
    assertThat(log.with("cannot be registered").size()).isBetween(2, 4);
    assertThat(log.with("cannot be registered"))
        .anyMatch(text -> text.contains("closed the connection"));
    assertThat(registration.isRegistered()).isFalse();
  }

  @Test
  void aNameLostToAnotherNodeIsTakenBackWhenThatEnds() throws Exception {
    EpmdServer server = server();
    PortMapper mapper = mapper(options().embed(false).interval(Duration.ofMillis(300)));
    Registration registration = mapper.register("a", 17);
    server.close();
    Waiting.until("it knows", () -> !registration.isRegistered());
    server();
    Lease thief = new EpmdClient(port, Duration.ofSeconds(5)).register(PortInfo.of("a", 18));
    Waiting.until("it has noticed", () -> !log.with("another node took the name").isEmpty());
    assertThat(registration.isRegistered()).isFalse();
    thief.close();
    Waiting.until("it is back", registration::isRegistered);
    assertThat(log.with("another node took the name")).hasSize(1);
  }

  @Test
  void aNewEpmdIsFoundAmongThoseWhoRegistered() throws Exception {
    List<PortMapper> mappers = new ArrayList<>();
    List<Registration> registrations = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      PortMapper mapper = mapper(options());
      mappers.add(mapper);
      registrations.add(mapper.register("n" + i, 17 + i));
    }
    assertThat(mappers.getFirst().isEmbedded()).isTrue();
    while (mappers.size() > 1) {
      PortMapper epmd = mappers.stream().filter(PortMapper::isEmbedded).findFirst().orElseThrow();
      int index = mappers.indexOf(epmd);
      epmd.close();
      mappers.remove(index);
      registrations.remove(index);
      Waiting.until("the others have registered again", () -> known() == mappers.size());
      assertThat(mappers.stream().filter(PortMapper::isEmbedded)).hasSize(1);
    }
    Waiting.until("it knows", registrations.getFirst()::isRegistered);
  }

  /// How many nodes are registered now.
  private int known() {
    try {
      return new EpmdClient(port, Duration.ofSeconds(5)).names(LOOPBACK).size();
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void closingEndsRegistrationsAlsoWhileThereIsNoEpmd() throws Exception {
    EpmdServer server = server();
    PortMapper mapper = mapper(options().embed(false));
    Registration registration = mapper.register("a", 17);
    server.close();
    Waiting.until("it knows", () -> !registration.isRegistered());
    mapper.close();
    server();
    // A second one takes the name: nobody holds it, nor comes to take it back.
    Registration second = mapper(options()).register("a", 18);
    assertThat(second.isRegistered()).isTrue();
    assertThat(registration.isRegistered()).isFalse();
    assertThat(log.with("took the name")).isEmpty();
  }

  @Test
  void anEpmdThatSaysNothingIsNotWaitedForForever() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, LOOPBACK)) {
      EpmdClient client = new EpmdClient(silent.getLocalPort(), Duration.ofMillis(100));
      assertThatThrownBy(() -> client.lookup(LOOPBACK, "a"))
          .isInstanceOf(SocketTimeoutException.class);
      assertThatThrownBy(() -> client.register(PortInfo.of("a", 1)))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  /// A byte at a time gains no time.
  @Test
  void anEpmdThatDribblesIsNotWaitedForForever() throws Exception {
    try (ServerSocket dribbling = new ServerSocket(0, 50, LOOPBACK)) {
      EpmdClient client = new EpmdClient(dribbling.getLocalPort(), Duration.ofMillis(200));
      CompletableFuture<Void> end = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> dribble(dribbling, end));
      assertThatThrownBy(() -> client.names(LOOPBACK)).isInstanceOf(SocketTimeoutException.class);
      end.complete(null);
    }
  }

  private static void dribble(ServerSocket server, CompletableFuture<Void> end) {
    try (Socket socket = server.accept()) {
      while (!end.isDone()) {
        socket.getOutputStream().write('a');
        LockSupport.parkNanos(1_000_000);
      }
    } catch (IOException e) {
      // the client has gone
    }
  }

  @Test
  void theEnvironmentSaysWhereItIs() {
    Map<String, String> variables =
        Map.of("ERL_EPMD_PORT", "4711", "ERL_EPMD_ADDRESS", "192.0.2.1, ::1");
    PortMapper.Options options = PortMapper.Options.of(variables::get);
    assertThat(options.port()).isEqualTo(4711);
    assertThat(options.embed()).isTrue();
    assertThat(options.addresses())
        .containsExactly(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("::1"));
    assertThat(options.interval()).isEqualTo(Duration.ofSeconds(2));
    Environment none = name -> null;
    assertThat(none.epmdPort()).isEqualTo(4369);
    assertThat(none.epmdAddresses()).isEmpty();
    Environment wrong = name -> "4369x";
    assertThatThrownBy(wrong::epmdPort)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ERL_EPMD_PORT=4369x");
  }
}
