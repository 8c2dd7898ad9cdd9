package dev.belay.distribution.internal.handshake;

import static dev.belay.distribution.internal.handshake.Dialogue.A;
import static dev.belay.distribution.internal.handshake.Dialogue.B;
import static dev.belay.distribution.internal.handshake.Dialogue.COOKIE;
import static dev.belay.distribution.internal.handshake.Dialogue.FLAGS;
import static dev.belay.distribution.internal.handshake.HandshakeMessagesTest.hex;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.distribution.internal.handshake.HandshakeException.Reason;
import dev.belay.distribution.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The handshake over sockets: time, broken connections, and several at once.
class GreetingTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private Station station(NodeName name, Framing framing) throws IOException {
    Station station = new Station(name, framing);
    open.add(station);
    return station;
  }

  private Station station(NodeName name) throws IOException {
    return station(name, Framing.TCP);
  }

  private Socket raw(Station station) throws IOException {
    Socket socket = Station.connected(station.port());
    open.add(socket);
    return socket;
  }

  private static HandshakeException failure(Station from, Station to) {
    HandshakeException failure =
        catchThrowableOfType(HandshakeException.class, () -> from.connect(to));
    assertThat(failure).isNotNull();
    return failure;
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void twoNodesGreetEachOther(Framing framing) throws Exception {
    Station a = station(A, framing);
    Station b = station(B, framing);
    Station.Line ours = a.connect(b);
    Station.Line theirs = b.nextAccepted();
    assertThat(ours.agreement()).isEqualTo(new Agreement(A, 7, B, 7, FLAGS, Hello.NONE));
    assertThat(theirs.agreement()).isEqualTo(new Agreement(B, 7, A, 7, FLAGS, Hello.NONE));
    assertThat(ours.isUp()).isTrue();
    assertThat(ours.greeted.surplus().remaining()).isZero();
    ours.greeted.socket().getOutputStream().write(42);
    assertThat(theirs.greeted.socket().getInputStream().read()).isEqualTo(42);
    assertThat(theirs.greeted.socket().getSoTimeout()).isZero();
  }

  @Test
  void theSocketOfAChannelWillDo() throws Exception {
    Station a = station(A);
    Station b = station(B);
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(Station.LOOPBACK, b.port()))) {
      Peers.Begun<Station.Line> begun = (Peers.Begun<Station.Line>) a.peers.connect(B);
      Greeted<Station.Line> greeted =
          a.greeting().connect(channel.socket(), Framing.TCP, begun.attempt());
      assertThat(greeted.agreement().peer()).isEqualTo(B);
      assertThat(b.nextAccepted().agreement().peer()).isEqualTo(A);
    }
  }

  /// The first frames may come in one piece with the end of the handshake.
  @Test
  void whatComesTooEarlyIsHandedOn() throws Exception {
    Station b = station(B);
    Socket socket = raw(b);
    OutputStream out = socket.getOutputStream();
    out.write(HandshakeTest.name(A.toString(), FLAGS));
    InputStream in = socket.getInputStream();
    assertThat(in.readNBytes(5)).isEqualTo(hex("0003 736f6b"));
    byte[] challenge = in.readNBytes(2 + 19 + B.toString().length());
    int number = ByteBuffer.wrap(challenge).getInt(11);
    byte[] reply = HandshakeTest.reply(COOKIE, number);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(reply);
    all.writeBytes(hex("00000000 0001"));
    out.write(all.toByteArray());
    assertThat(in.readNBytes(2 + 17)).startsWith(0, 17, 'a');
    Station.Line line = b.nextAccepted();
    byte[] surplus = Station.left(line.greeted.surplus());
    byte[] rest = line.greeted.socket().getInputStream().readNBytes(6 - surplus.length);
    assertThat(ByteBuffer.allocate(6).put(surplus).put(rest).array())
        .isEqualTo(hex("00000000 0001"));
  }

  // why it fails

  @Test
  void differentCookiesAreNamed() throws Exception {
    Station a = station(A);
    Station b = station(B);
    b.cookies = _ -> Cookie.of("other");
    assertThat(failure(a, b).reason()).isEqualTo(Reason.COOKIE);
    assertThat(b.nextRefused().reason()).isEqualTo(Reason.COOKIE);
    assertThat(a.peers.connect(B)).as("it can be tried again").isInstanceOf(Peers.Begun.class);
    assertThat(b.peers.connect(A)).isInstanceOf(Peers.Begun.class);
  }

  @Test
  void whoIsNotAllowedHearsIt() throws Exception {
    Station a = station(A);
    Station b = station(B);
    b.disallowed = A.toString();
    assertThat(failure(a, b).reason()).isEqualTo(Reason.NOT_ALLOWED);
    assertThat(b.nextRefused().reason()).isEqualTo(Reason.NOT_ALLOWED);
  }

  @Test
  void aNodeWithoutANameGetsOne() throws Exception {
    Station a = station(A);
    a.identity = Identity.nameless("localhost", FLAGS);
    Station b = station(B);
    Agreement ours = a.connect(b).agreement();
    Agreement theirs = b.nextAccepted().agreement();
    assertThat(ours.self()).isEqualTo(theirs.peer());
    assertThat(ours.selfCreation()).isEqualTo(theirs.peerCreation());
    assertThat(b.peers.connected()).containsExactly(ours.self());
    b.disallowed = "localhost";
    Station c = station(NodeName.of("c@localhost"));
    c.identity = Identity.nameless("localhost", FLAGS);
    assertThat(failure(c, b).reason()).isEqualTo(Reason.NOT_ALLOWED);
  }

  @Test
  void whoSaysNothingIsNotWaitedForForever() throws Exception {
    Station a = station(A);
    a.stepTime = SHORT;
    Station b = station(B);
    b.gate = new CompletableFuture<>();
    assertThat(failure(a, b).reason()).isEqualTo(Reason.TIMED_OUT);
    b.stepTime = SHORT;
    b.gate.complete(null);
    Socket silent = raw(b);
    HandshakeException refused = b.nextRefused();
    while (refused.reason() == Reason.CLOSED) {
      refused = b.nextRefused();
    }
    assertThat(refused.reason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(ends(silent)).isTrue();
  }

  private static boolean ends(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  /// The time begins anew with each message, and not with each byte.
  @Test
  void whoDribblesIsNotWaitedForForever() throws Exception {
    Station b = station(B);
    b.stepTime = SHORT;
    Socket socket = raw(b);
    OutputStream out = socket.getOutputStream();
    out.write(hex("0fff 4e"));
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
    assertThat(b.nextRefused().reason()).isEqualTo(Reason.TIMED_OUT);
  }

  @Test
  void theTimeBeginsAnewWithEachMessage() throws Exception {
    Station b = station(B);
    b.stepTime = Duration.ofMillis(1_500);
    Socket socket = raw(b);
    OutputStream out = socket.getOutputStream();
    InputStream in = socket.getInputStream();
    long begin = System.nanoTime();
    waitFor(begin, 1_000);
    out.write(HandshakeTest.name(A.toString(), FLAGS));
    in.readNBytes(5);
    byte[] challenge = in.readNBytes(2 + 19 + B.toString().length());
    waitFor(begin, 2_000);
    out.write(HandshakeTest.reply(COOKIE, ByteBuffer.wrap(challenge).getInt(11)));
    assertThat(b.nextAccepted().agreement().peer()).isEqualTo(A);
  }

  /// The time that passes is what is tested here.
  private static void waitFor(long begin, long millis) {
    long end = begin + TimeUnit.MILLISECONDS.toNanos(millis);
    while (end - System.nanoTime() > 0) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  @Test
  void anythingElseThatListensThereIsNoticed() throws Exception {
    Station a = station(A);
    try (ServerSocket web = new ServerSocket(0, 5, Station.LOOPBACK)) {
      Thread.ofVirtual().start(() -> answer(web, "HTTP/1.1 400 Bad Request\r\n\r\n"));
      HandshakeException failure =
          catchThrowableOfType(HandshakeException.class, () -> a.connect(B, web.getLocalPort()));
      assertThat(failure.reason()).isEqualTo(Reason.MALFORMED);
      assertThat(failure).hasMessageContaining("b@localhost");
    }
  }

  private static void answer(ServerSocket server, String text) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write(text.getBytes(US_ASCII));
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      // the test has seen enough
    }
  }

  // several attempts

  @Test
  void anAttemptThatIsOvertakenEnds() throws Exception {
    Station a = station(A);
    Station b = station(B);
    b.gate = new CompletableFuture<>();
    Peers.Begun<Station.Line> begun = (Peers.Begun<Station.Line>) a.peers.connect(B);
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            a.connect(begun.attempt(), b.port());
            end.complete(new AssertionError("connected"));
          } catch (IOException e) {
            end.complete(e);
          }
        });
    // The greater name goes on.
    Station.Line theirs = b.connect(a);
    assertThat(end.get(30, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            HandshakeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OVERTAKEN));
    assertThat(begun.outcome().get(30, TimeUnit.SECONDS).agreement().peer()).isEqualTo(B);
    assertThat(theirs.isUp()).isTrue();
    b.gate.complete(null);
    assertThat(b.nextRefused()).as("its name came, and nothing else").isNotNull();
    assertThat(b.peers.connect(A)).isEqualTo(new Peers.Up<>(theirs));
  }

  @Test
  void whoHasToWaitGetsTheConnectionOfTheOther() throws Exception {
    Station a = station(A);
    Station b = station(B);
    Peers.Begun<Station.Line> ofB = (Peers.Begun<Station.Line>) b.peers.connect(A);
    Peers.Begun<Station.Line> ofA = (Peers.Begun<Station.Line>) a.peers.connect(B);
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            a.connect(ofA.attempt(), b.port());
            end.complete(new AssertionError("connected"));
          } catch (IOException e) {
            end.complete(e);
          }
        });
    assertThat(b.nextRefused().reason()).isEqualTo(Reason.YIELDED);
    Station.Line line = b.connect(ofB.attempt(), a.port());
    assertThat(line.isUp()).isTrue();
    assertThat(ofA.outcome().get(30, TimeUnit.SECONDS).isUp()).isTrue();
    // the other's attempt may come before its answer has been read
    assertThat(end.get(30, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            HandshakeException.class,
            e -> assertThat(e.reason()).isIn(Reason.YIELDED, Reason.OVERTAKEN));
  }

  @Test
  void whoWaitsInVainGivesUp() throws Exception {
    Station a = station(A);
    a.stepTime = SHORT;
    Station b = station(B);
    Peers.Begun<Station.Line> ofB = (Peers.Begun<Station.Line>) b.peers.connect(A);
    assertThat(failure(a, b).reason()).isEqualTo(Reason.YIELDED);
    assertThat(ofB.attempt().isCurrent()).isTrue();
    assertThat(a.peers.connect(B)).isInstanceOf(Peers.Begun.class);
  }

  @Test
  void aNewConnectionIsMadeWhenTheOldOneIsGone() throws Exception {
    Station b = station(B);
    b.closesAtOnce = false;
    station(A).connect(b);
    Station.Line oldOfB = b.nextAccepted();
    Station second = station(A);
    CompletableFuture<Station.Line> made = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            made.complete(second.connect(b));
          } catch (IOException e) {
            made.completeExceptionally(e);
          }
        });
    assertThat(Station.next(b.closing)).isSameAs(oldOfB);
    assertThat(made).isNotDone();
    oldOfB.close();
    assertThat(made.get(30, TimeUnit.SECONDS).isUp()).isTrue();
    Station.Line newOfB = b.nextAccepted();
    assertThat(b.peers.connect(A)).isEqualTo(new Peers.Up<>(newOfB));
  }

  @Test
  void aNewConnectionIsMade() throws Exception {
    Station b = station(B);
    Station first = station(A);
    Station.Line old = first.connect(b);
    Station.Line oldOfB = b.nextAccepted();
    Station second = station(A);
    assertThat(second.connect(b).isUp()).isTrue();
    assertThat(Station.next(b.closing)).isSameAs(oldOfB);
    assertThat(ends(old.greeted.socket())).isTrue();
    Station.Line newOfB = b.nextAccepted();
    assertThat(b.peers.connect(A)).isEqualTo(new Peers.Up<>(newOfB));
  }

  @Test
  void anOldConnectionThatDoesNotEndIsNotWaitedForForever() throws Exception {
    Station b = station(B);
    b.closesAtOnce = false;
    b.stepTime = SHORT;
    Station first = station(A);
    first.connect(b);
    Station.Line oldOfB = b.nextAccepted();
    Station second = station(A);
    HandshakeException failure = failure(second, b);
    assertThat(failure.reason()).isEqualTo(Reason.COOKIE);
    HandshakeException refused = b.nextRefused();
    assertThat(refused.reason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(refused).hasMessageContaining("old connection to a@localhost");
    oldOfB.close();
    assertThat(b.peers.connect(A)).isInstanceOf(Peers.Begun.class);
  }

  @Test
  void aConnectionThatIsWantedNoMoreStays() throws Exception {
    Station a = station(A);
    Station b = station(B);
    Station.Line line = a.connect(b);
    b.nextAccepted();
    // Somebody who has an attempt that is over by the time it is asked about.
    Attempt<Station.Line> stale = new Attempt<>(a.peers, B, true);
    assertThatThrownBy(() -> a.connect(stale, b.port()))
        .isInstanceOfSatisfying(
            HandshakeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ALREADY_UP));
    assertThat(b.nextRefused().reason()).isEqualTo(Reason.ALREADY_UP);
    assertThat(a.peers.connect(B)).isEqualTo(new Peers.Up<>(line));
  }

  /// Both connect at the same moment, again and again: there is always one connection.
  @Test
  void bothConnectAtOnce() throws Exception {
    bothConnectAtOnce(40);
  }

  @Tag("full")
  @Test
  void bothConnectAtOnceTwoHundredTimes() throws Exception {
    bothConnectAtOnce(200);
  }

  private void bothConnectAtOnce(int times) throws Exception {
    Station a = station(A);
    Station b = station(B);
    CyclicBarrier barrier = new CyclicBarrier(2);
    for (int round = 0; round < times; round++) {
      CompletableFuture<Station.Line> ofA = new CompletableFuture<>();
      CompletableFuture<Station.Line> ofB = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> connectAtOnce(a, b, barrier, ofA));
      Thread.ofVirtual().start(() -> connectAtOnce(b, a, barrier, ofB));
      Station.Line one = line(ofA, round);
      Station.Line other = line(ofB, round);
      assertThat(one.greeted.socket().getLocalPort())
          .as("the same connection, round %s", round)
          .isEqualTo(other.greeted.socket().getPort());
      one.greeted.socket().getOutputStream().write(round);
      assertThat(other.greeted.socket().getInputStream().read()).isEqualTo(round & 0xFF);
      one.close();
      other.close();
    }
  }

  private static Station.Line line(CompletableFuture<Station.Line> future, int round)
      throws Exception {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("round " + round, e);
    }
  }

  private static void connectAtOnce(
      Station from, Station to, CyclicBarrier barrier, CompletableFuture<Station.Line> result) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
      switch (from.peers.connect(to.name)) {
        case Peers.Begun<Station.Line>(
                Attempt<Station.Line> attempt,
                CompletableFuture<Station.Line> outcome) -> {
          forward(outcome, result);
          try {
            from.connect(attempt, to.port());
          } catch (IOException e) {
            // the outcome says whether another attempt has led to a connection
          }
        }
        case Peers.Pending<Station.Line>(CompletableFuture<Station.Line> outcome) ->
            forward(outcome, result);
        case Peers.Up<Station.Line>(Station.Line line) -> result.complete(line);
      }
    } catch (Exception e) {
      result.completeExceptionally(e);
    }
  }

  private static void forward(
      CompletableFuture<Station.Line> outcome, CompletableFuture<Station.Line> result) {
    var _ =
        outcome.whenComplete((line, failure) -> {
          if (failure == null) {
            result.complete(line);
          } else {
            result.completeExceptionally(failure);
          }
        });
  }

  // those who mean harm

  @Test
  void randomBytesHarmNobodyElse() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Station b = station(B);
    List<byte[]> messages =
        List.of(
            HandshakeTest.name(A.toString(), FLAGS),
            HandshakeTest.name("localhost", Flags.nameless(FLAGS)),
            hex("0013 6e 0005 07df7fbc 6831406c6f63616c686f7374"));
    int rounds = 2_000;
    for (int round = 0; round < rounds; round++) {
      byte[] message = messages.get(random.nextInt(messages.size())).clone();
      for (int change = random.nextInt(3); change > 0; change--) {
        message[random.nextInt(message.length)] = (byte) random.nextInt();
      }
      try (Socket socket = Station.connected(b.port())) {
        socket.getOutputStream().write(message);
        byte[] more = new byte[random.nextInt(60)];
        random.nextBytes(more);
        socket.getOutputStream().write(more);
      } catch (SocketException e) {
        // closed by the node while it was written to
      }
    }
    for (int round = 0; round < rounds; round++) {
      assertThat(Station.next(b.refused)).as("seed " + seed).isInstanceOf(IOException.class);
    }
    assertThat(b.peers.connected()).isEmpty();
    assertThat(station(A).connect(b).isUp()).isTrue();
  }
}
