package dev.belay.distribution.internal.epmd;

import static dev.belay.distribution.internal.epmd.EpmdMessagesTest.hex;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.testing.LogCapture;
import dev.belay.distribution.testing.Waiting;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The embedded EPMD, asked over sockets.
class EpmdServerTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int PATIENCE_MILLIS = 20_000;
  private static final byte[] PORT_OF_NODE = hex("0005 7a 6e6f6465");

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private EpmdServer server(EpmdServer.Limits limits, InetAddress... further) throws IOException {
    EpmdServer server = EpmdServer.open(List.of(further), 0, limits);
    open.add(server);
    return server;
  }

  private EpmdServer server() throws IOException {
    return server(EpmdServer.Limits.DEFAULT);
  }

  private Socket connect(InetAddress address, EpmdServer server) throws IOException {
    Socket socket = new Socket();
    open.add(socket);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(address, server.port()), PATIENCE_MILLIS);
    return socket;
  }

  private Socket send(EpmdServer server, byte[] bytes) throws IOException {
    Socket socket = connect(LOOPBACK, server);
    socket.getOutputStream().write(bytes);
    return socket;
  }

  /// Sends something, and reads to the end.
  private byte[] ask(EpmdServer server, byte[] bytes) throws IOException {
    try (Socket socket = send(server, bytes)) {
      return socket.getInputStream().readAllBytes();
    }
  }

  private static byte[] alive(String name, int port) {
    return EpmdMessages.encode(new EpmdMessages.Alive(PortInfo.of(name, port)));
  }

  private Socket register(EpmdServer server, String name) throws IOException {
    Socket socket = send(server, alive(name, 4711));
    byte[] answer = socket.getInputStream().readNBytes(6);
    assertThat(answer).startsWith(0x76, 0);
    return socket;
  }

  private static long creation(byte[] answer) {
    return Integer.toUnsignedLong(ByteBuffer.wrap(answer, 2, 4).getInt());
  }

  /// Whether the peer has closed, as soon as it has.
  private static boolean ends(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  @Test
  void aNodeIsFoundUntilItsSocketEnds() throws Exception {
    EpmdServer server = server();
    assertThat(ask(server, PORT_OF_NODE)).isEqualTo(hex("77 01"));
    try (Socket lease = register(server, "node")) {
      assertThat(lease.isConnected()).isTrue();
      assertThat(ask(server, PORT_OF_NODE))
          .isEqualTo(hex("77 00 1267 4d 00 0006 0006 0004 6e6f6465 0000"));
      byte[] names = ask(server, hex("0001 6e"));
      assertThat(ByteBuffer.wrap(names).getInt()).isEqualTo(server.port());
      assertThat(new String(names, 4, names.length - 4, UTF_8))
          .isEqualTo("name node at port 4711\n");
    }
    Waiting.until("it is forgotten", () -> Arrays.equals(ask(server, PORT_OF_NODE), hex("77 01")));
    assertThat(new String(ask(server, hex("0001 64")), UTF_8))
        .contains("old/unused name <node>, port = 4711, fd = ");
  }

  @Test
  void aByteOnTheSocketOfARegistrationEndsIt() throws Exception {
    EpmdServer server = server();
    Socket lease = register(server, "node");
    lease.getOutputStream().write(1);
    assertThat(ends(lease)).isTrue();
    assertThat(ask(server, PORT_OF_NODE)).isEqualTo(hex("77 01"));
  }

  @Test
  void aNameIsTakenOnce() throws Exception {
    EpmdServer server = server();
    Socket first = register(server, "node");
    Socket second = send(server, alive("node", 1));
    assertThat(second.getInputStream().readNBytes(6)).isEqualTo(hex("76 01 00000063"));
    second.setSoTimeout(100);
    assertThatThrownBy(() -> second.getInputStream().read())
        .as("left open")
        .isInstanceOf(java.net.SocketTimeoutException.class);
    second.close();
    assertThat(ask(server, PORT_OF_NODE)).startsWith(0x77, 0);
    first.close();
    Waiting.until("it is forgotten", () -> Arrays.equals(ask(server, PORT_OF_NODE), hex("77 01")));
  }

  @Test
  void whoComesBackGetsTheNextCreation() throws Exception {
    EpmdServer server = server();
    long before = 0;
    for (int round = 0; round < 3; round++) {
      try (Socket lease = send(server, alive("node", 1))) {
        byte[] answer = lease.getInputStream().readNBytes(6);
        assertThat(answer[1]).isZero();
        long creation = creation(answer);
        assertThat(creation).isBetween(4L, 0xFFFF_FFFFL);
        if (round > 0) {
          assertThat(creation).isEqualTo(before + 1);
        }
        before = creation;
      }
      Waiting.until(
          "it is forgotten", () -> Arrays.equals(ask(server, PORT_OF_NODE), hex("77 01")));
    }
  }

  @Test
  void oldNodesGetShortCreations() throws Exception {
    PortInfo old = new PortInfo("node", 1, 77, 0, 5, 5, "");
    Socket lease = send(server(), EpmdMessages.encode(new EpmdMessages.Alive(old)));
    byte[] answer = lease.getInputStream().readNBytes(4);
    assertThat(answer).startsWith(0x79, 0, 0);
    assertThat(answer[3]).isBetween((byte) 1, (byte) 3);
  }

  @Test
  void aNameThatIsNoneIsRefused() throws Exception {
    Socket socket = send(server(), hex("0010 78 aa29 4d 00 0006 0005 0003 ffffff 0000"));
    assertThat(socket.getInputStream().readNBytes(6)).isEqualTo(hex("76 01 00000063"));
  }

  @Test
  void whatIsNoRequestGetsNoAnswer() throws Exception {
    EpmdServer server = server();
    for (String wrong :
        List.of(
            "0000",
            "0001 ff",
            "0001 7a",
            "0bf3",
            "ffff 6e",
            "0002 73 61",
            "0010 78 aa29 4d 00 0006 0005 0003 610062 0000")) {
      assertThat(ask(server, hex(wrong))).as(wrong).isEmpty();
    }
    Socket tooMuch = send(server, hex("0001 6e 6e"));
    assertThat(ends(tooMuch)).isTrue();
  }

  @Test
  void aRequestMayComeInPieces() throws Exception {
    Socket socket = connect(LOOPBACK, server());
    for (byte b : PORT_OF_NODE) {
      socket.getOutputStream().write(b);
      socket.getOutputStream().flush();
    }
    assertThat(socket.getInputStream().readAllBytes()).isEqualTo(hex("77 01"));
  }

  @Test
  void itIsKilledOnlyWhenNoNodeIsLeft() throws Exception {
    EpmdServer server = server();
    Socket lease = register(server, "node");
    assertThat(ask(server, hex("0001 6b"))).isEqualTo("NO".getBytes(UTF_8));
    assertThat(server.isOpen()).isTrue();
    lease.close();
    Waiting.until("it is forgotten", () -> Arrays.equals(ask(server, PORT_OF_NODE), hex("77 01")));
    assertThat(ask(server, hex("0001 6b"))).isEqualTo("OK".getBytes(UTF_8));
    Waiting.until("it is closed", () -> !server.isOpen());
    Waiting.until("nobody listens any more", () -> isRefused(server));
  }

  private boolean isRefused(EpmdServer server) {
    try {
      connect(LOOPBACK, server).close();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void aRelaxedOneForgetsNodesAndCanBeKilled() throws Exception {
    EpmdServer server = server(new EpmdServer.Limits(10, Duration.ofSeconds(60), true));
    Socket lease = register(server, "node");
    byte[] stop = EpmdMessages.encode(new EpmdMessages.Stop("node"));
    assertThat(ask(server, stop)).isEqualTo("STOPPED".getBytes(UTF_8));
    assertThat(ends(lease)).isTrue();
    assertThat(ask(server, stop)).isEqualTo("NOEXIST".getBytes(UTF_8));
    Socket other = register(server, "other");
    assertThat(ask(server, hex("0001 6b"))).isEqualTo("OK".getBytes(UTF_8));
    assertThat(ends(other)).isTrue();
  }

  @Test
  void itListensOnTheLoopbackOnlyUnlessToldOtherwise() throws Exception {
    Optional<InetAddress> outside =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
            .findAny();
    EpmdServer inside = server();
    if (outside.isPresent()) {
      assertThatThrownBy(() -> connect(outside.get(), inside)).isInstanceOf(IOException.class);
      EpmdServer both = server(EpmdServer.Limits.DEFAULT, outside.get());
      try (Socket socket = connect(outside.get(), both)) {
        socket.getOutputStream().write(PORT_OF_NODE);
        assertThat(socket.getInputStream().readAllBytes()).isEqualTo(hex("77 01"));
      }
    }
    EpmdServer everywhere = server(EpmdServer.Limits.DEFAULT, InetAddress.ofLiteral("0.0.0.0"));
    assertThat(ask(everywhere, PORT_OF_NODE)).isEqualTo(hex("77 01"));
    // 127.0.0.2 is of this host, but nothing listens there.
    assertThatThrownBy(() -> connect(InetAddress.ofLiteral("127.0.0.2"), inside))
        .isInstanceOf(IOException.class);
  }

  @Test
  void onlyOneCanListen() throws Exception {
    EpmdServer server = server();
    assertThatThrownBy(() -> EpmdServer.open(List.of(), server.port(), EpmdServer.Limits.DEFAULT))
        .isInstanceOf(BindException.class);
  }

  @Test
  void closingItEndsAllThatIsOpen() throws Exception {
    EpmdServer server = server();
    Socket lease = register(server, "node");
    Socket silent = connect(LOOPBACK, server);
    // Connections are taken in their order: when this one is answered, the others have been taken.
    assertThat(ask(server, PORT_OF_NODE)).startsWith(0x77, 0);
    server.close();
    assertThat(ends(lease)).isTrue();
    assertThat(ends(silent)).isTrue();
    EpmdServer next = EpmdServer.open(List.of(), server.port(), EpmdServer.Limits.DEFAULT);
    open.add(next);
    assertThat(next.isOpen()).isTrue();
  }

  // those who take their time

  @Test
  void whoSaysNothingIsClosedAndWhoRegisteredIsNot() throws Exception {
    EpmdServer server = server(new EpmdServer.Limits(10, Duration.ofMillis(300), false));
    Socket lease = register(server, "node");
    Socket silent = connect(LOOPBACK, server);
    Socket half = send(server, hex("0005 7a"));
    Socket refused = send(server, alive("node", 1));
    assertThat(refused.getInputStream().readNBytes(6)).startsWith(0x76, 1);
    assertThat(ends(silent)).isTrue();
    assertThat(ends(half)).isTrue();
    assertThat(ends(refused)).isTrue();
    assertThat(ask(server, PORT_OF_NODE)).startsWith(0x77, 0);
    lease.close();
  }

  /// A byte now and then gains no time.
  @Test
  void whoDribblesIsClosed() throws Exception {
    EpmdServer server = server(new EpmdServer.Limits(10, Duration.ofMillis(300), false));
    Socket socket = connect(LOOPBACK, server);
    OutputStream out = socket.getOutputStream();
    out.write(hex("0bf0 7a"));
    Waiting.until(
        "it is closed",
        () -> {
          try {
            out.write('a');
            return false;
          } catch (IOException e) {
            return true;
          }
        });
  }

  @Test
  void aCrowdOfSilentOnesKeepsNobodyOut() throws Exception {
    EpmdServer server = server(new EpmdServer.Limits(8, Duration.ofSeconds(60), false));
    Socket lease = register(server, "node");
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      silent.add(connect(LOOPBACK, server));
    }
    Socket other = register(server, "other");
    assertThat(ask(server, PORT_OF_NODE)).startsWith(0x77, 0);
    assertThat(ends(silent.getFirst())).isTrue();
    other.close();
    lease.close();
  }

  @Test
  void whenItIsFullOfNodesNoMoreComeIn() throws Exception {
    EpmdServer server = server(new EpmdServer.Limits(3, Duration.ofSeconds(60), false));
    register(server, "a");
    register(server, "b");
    Socket last = register(server, "c");
    assertThat(ends(send(server, PORT_OF_NODE))).isTrue();
    last.close();
    Waiting.until(
        "there is room again",
        () -> {
          try (Socket socket = send(server, PORT_OF_NODE)) {
            return socket.getInputStream().read() == 0x77;
          } catch (SocketException e) {
            return false;
          }
        });
  }

  // those who mean harm

  @Test
  void randomBytesHarmNobodyElse() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (LogCapture log = new LogCapture(Level.INFO)) {
      EpmdServer server = server(new EpmdServer.Limits(100, Duration.ofSeconds(60), false));
      Socket lease = register(server, "node");
      List<byte[]> seeds = List.of(alive("other", 7), PORT_OF_NODE, hex("0001 6e"), hex("0001 6b"));
      for (int round = 0; round < 3_000; round++) {
        byte[] bytes = EpmdMessagesTest.mutated(seeds, random);
        if (bytes.length > 2 && random.nextBoolean()) {
          bytes[0] = 0;
          bytes[1] = (byte) (bytes.length - 2);
        }
        try (Socket socket = send(server, bytes)) {
          if (random.nextInt(8) == 0) {
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readNBytes(1_000)).isNotNull();
          }
        } catch (SocketException e) {
          // closed by the server while it was written to
        }
      }
      assertThat(ask(server, PORT_OF_NODE)).as("seed " + seed).startsWith(0x77, 0);
      assertThat(log.from(Level.WARNING)).as("seed " + seed).isEmpty();
      lease.close();
    }
  }
}
