package dev.belay.distribution;

import static dev.belay.distribution.HostilePeer.atoms;
import static dev.belay.distribution.HostilePeer.frame;
import static dev.belay.distribution.HostilePeer.message;
import static dev.belay.distribution.HostilePeer.repeated;
import static dev.belay.distribution.HostilePeer.spawnRequest;
import static dev.belay.distribution.HostilePeer.term;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.NodeType;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.wire.ControlMessage;
import dev.belay.distribution.testing.LogCapture;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A peer that has come through the handshake and then does not keep to the protocol: its
/// connection ends, one line in the log says why, memory stays bounded, and other connections do
/// not notice.
@Timeout(120)
class HostilePeerTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int DEEP = 100_001;
  private static final byte[] NIL = {106};
  private static final String LOST = "node " + TwoBelays.B + " has lost " + HostilePeer.NAME;

  private TwoBelays nodes;
  private Bonds ofA;
  private Bonds ofB;

  @BeforeEach
  void start() throws IOException {
    nodes =
        new TwoBelays(options ->
            options.tickTime(Duration.ofSeconds(4)).function("m", "f", 1, List::getFirst));
    ofA = Bonds.of(nodes.a.node);
    ofB = Bonds.of(nodes.b.node);
    ofA.bind(TwoBelays.B, 5);
  }

  @AfterEach
  void stop() throws IOException {
    nodes.close();
  }

  private HostilePeer peer() throws IOException {
    return HostilePeer.connect(TwoBelays.B, nodes.b.distribution.port());
  }

  private void assertUndisturbed() {
    try (Inbox inbox = nodes.a.node.inbox()) {
      inbox.send(new Name("echo", TwoBelays.B), inbox.pid());
      assertThat(inbox.receive(LONG)).contains(Atom.OK);
    }
    ofA.assertNothingHeard();
    ofB.assertNothingHeard();
    assertThat(nodes.toB.connections()).isEqualTo(1);
    Waiting.until("only one connection is left", () -> nodes.b.entries() == 2);
  }

  private static WirePid theirs(String node) {
    return new WirePid(Atom.of(node), 1, 0, 7);
  }

  private static byte[] control(ControlMessage message) {
    return frame(term(message.toTerm()));
  }

  static List<Arguments> wrongs() {
    byte[] next =
        ByteBuffer.allocate(22)
            .putInt(18)
            .put((byte) 131)
            .put((byte) 70)
            .putLong(1)
            .putLong(1)
            .array();
    WirePid evil = HostilePeer.pid();
    return List.of(
        // Lies about lengths.
        wrong("a frame of 4 GiB", repeated(4, 255), "frame of 4294967295 bytes"),
        wrong("a frame beyond the limit", new byte[] {8, 0, 0, 1}, "longer than 134217728"),
        wrong("a list of 4 GiB", frame(new byte[] {108, -1, -1, -1, -1}), "elements of a list"),
        wrong("a frame of 2 bytes", new byte[] {0, 0, 0, 2, (byte) 131, 68}, "ends too early"),
        // Depth.
        wrong("tuples in each other", frame(repeated(DEEP, 104, 1), NIL), "deeper than the limit"),
        wrong(
            "lists in each other",
            frame(repeated(DEEP, 108, 0, 0, 0, 1), NIL),
            "deeper than the limit"),
        wrong(
            "maps in each other",
            frame(repeated(DEEP, 116, 0, 0, 0, 1, 97, 1), NIL),
            "deeper than the limit"),
        wrong(
            "maps as keys of each other", frame(repeated(DEEP, 116, 0, 0, 0, 1), NIL), "A key of"),
        // Atoms.
        wrong("a flood of atoms", frame(atoms(DEEP)), "More different atoms"),
        // What is no signal.
        wrong("no term", frame(new byte[] {0}), "No term begins with 0"),
        wrong("no operation", frame(term(Tuple.of(99L, 1L, 2L))), "no such operation: 99"),
        wrong("a fragment of nothing", next, "without a first one"),
        wrong(
            "a link of somebody else's",
            control(new ControlMessage.Link(theirs("c@localhost"), theirs(TwoBelays.B))),
            "not one of the peer's"),
        wrong(
            "a link to somebody else",
            control(new ControlMessage.Link(evil, theirs("c@localhost"))),
            "a process of another node"),
        // What is only found by the process that it is for.
        wrong(
            "a message that is none", message("echo", new byte[] {0}), "payload cannot be decoded"),
        wrong(
            "a deep message", message("echo", repeated(DEEP, 104, 1)), "payload cannot be decoded"),
        wrong("atoms as a message", message("echo", atoms(DEEP)), "More different atoms"),
        wrong(
            "a message with something behind it",
            message("echo", new byte[] {106, 106}),
            "goes on after its term"),
        wrong("arguments that are none", spawnRequest(1, new byte[] {0}), "cannot be decoded"),
        wrong("too few arguments", spawnRequest(1, NIL), "without its 1 arguments"),
        wrong("arguments in no list", spawnRequest(1, term(Atom.OK)), "without its 1 arguments"));
  }

  private static Arguments wrong(String what, byte[] bytes, String said) {
    return Arguments.of(what, bytes, said);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongs")
  void itIsClosedAndTheLogSaysWhy(String what, byte[] bytes, String said) throws Exception {
    try (LogCapture log = new LogCapture(Level.INFO);
        HostilePeer peer = peer()) {
      peer.say(bytes);
      assertThat(peer.isClosed()).as(what).isTrue();
      assertThat(log.awaited(LOST))
          .singleElement()
          .asString()
          .contains("does not keep to the protocol", said)
          .doesNotContain("\n")
          .hasSizeLessThan(1_000);
    }
    assertUndisturbed();
  }

  /// What could be kept of the floods is given back, and nothing is taken for what is only said to
  /// come.
  @Test
  void memoryStaysBounded() throws Exception {
    byte[] flood = frame(atoms(DEEP));
    byte[] deep = frame(repeated(DEEP, 108, 0, 0, 0, 1), NIL);
    byte[] announced = {7, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 131};
    try (LogCapture _ = new LogCapture(Level.INFO)) {
      for (byte[] bytes : List.of(flood, deep)) {
        try (HostilePeer first = peer()) {
          first.say(bytes);
          assertThat(first.isClosed()).isTrue();
        }
      }
      long before = used();
      for (int i = 0; i < 20; i++) {
        try (HostilePeer again = peer()) {
          again.say(i % 2 == 0 ? flood : deep);
          assertThat(again.isClosed()).isTrue();
        }
      }
      try (HostilePeer waiting = peer()) {
        waiting.say(announced);
        assertUndisturbedBeside(waiting);
        assertThat(used() - before).isLessThan(64 << 20);
      }
    }
    assertUndisturbed();
  }

  private void assertUndisturbedBeside(HostilePeer peer) {
    try (Inbox inbox = nodes.a.node.inbox()) {
      inbox.send(new Name("echo", TwoBelays.B), inbox.pid());
      assertThat(inbox.receive(LONG)).contains(Atom.OK);
    }
    assertThat(peer.socket.isClosed()).isFalse();
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  // half-open

  /// A frame has begun, and never ends; nothing else is said either.
  @Test
  void whoFallsSilentInAFrameIsLost() throws Exception {
    try (LogCapture log = new LogCapture(Level.INFO);
        HostilePeer peer = peer()) {
      peer.say(new byte[] {0, 1, 0, 0, (byte) 131, 68, 0});
      assertThat(peer.isClosed()).isTrue();
      assertThat(log.awaited(LOST)).singleElement().asString().contains("nothing was heard");
    }
    assertUndisturbed();
  }

  @Test
  void whoSaysNoMoreButListensIsLost() throws Exception {
    try (LogCapture log = new LogCapture(Level.INFO);
        HostilePeer peer = peer()) {
      peer.socket.shutdownOutput();
      assertThat(peer.isClosed()).isTrue();
      assertThat(log.awaited(LOST)).singleElement().asString().contains("closed the connection");
    }
    assertUndisturbed();
  }

  /// Half a frame is as good as a tick, and holds up nobody.
  @Test
  void whoDribblesDisturbsNobody() throws Exception {
    try (LogCapture _ = new LogCapture(Level.INFO);
        HostilePeer peer = peer()) {
      byte[] slow = message("echo", term(Atom.OK));
      for (int i = 0; i < slow.length - 1; i++) {
        peer.say(new byte[] {slow[i]});
        if (i % 10 == 0) {
          assertUndisturbedBeside(peer);
        }
      }
      assertThat(nodes.b.distribution.nodes(NodeType.HIDDEN)).contains(HostilePeer.NAME);
    }
    assertUndisturbed();
  }
}
