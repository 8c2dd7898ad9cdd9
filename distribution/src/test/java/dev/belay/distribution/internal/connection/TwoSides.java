package dev.belay.distribution.internal.connection;

import dev.belay.Carrier;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.TermCodec;
import dev.belay.distribution.internal.handshake.Flags;
import dev.belay.distribution.internal.handshake.Hello;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.wire.ControlMessage;
import dev.belay.distribution.internal.wire.Dialect;
import dev.belay.distribution.internal.wire.FrameLimits;
import dev.belay.distribution.internal.wire.FrameReader;
import dev.belay.distribution.internal.wire.FrameWriter;
import dev.belay.distribution.internal.wire.Outbound;
import dev.belay.distribution.internal.wire.OutgoingQueue;
import dev.belay.distribution.internal.wire.Signal;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one node says and another one hears, without a connection between: bytes.
final class TwoSides implements AutoCloseable {
  static final String A = "a@localhost";
  static final String B = "b@localhost";

  private final Node nodeA = Node.start(NodeOptions.DEFAULT.name(A).daemon(true));
  private final Node nodeB = Node.start(NodeOptions.DEFAULT.name(B).daemon(true));
  private final Carrier.Access accessA = nodeA.carry(new Nowhere());
  private final Carrier.Access accessB = nodeB.carry(new Nowhere());
  private final NodeIdentities identitiesA = new NodeIdentities(accessA);
  private final NodeIdentities identitiesB = new NodeIdentities(accessB);
  private final Dialect dialect = new Dialect(Flags.offered(false, false));
  private final Hello agreed;

  /// What was heard: the names of the methods of [Carrier.Incoming], and their arguments.
  record Heard(String what, List<Object> arguments) {}

  /// @param agreed what both have said in the handshake
  TwoSides(Hello agreed) {
    this.agreed = agreed;
  }

  /// A process of A's.
  Pid ofA(long number) {
    return accessA.pid(A, accessA.creation(), number);
  }

  /// A process of B's, as A has it.
  Pid ofB(long number) {
    return accessA.pid(B, accessB.creation(), number);
  }

  /// A process of a third node.
  Pid ofAnother(long number) {
    return accessA.pid("c@localhost", 77, number);
  }

  /// A reference of B's, as A has it.
  Ref referenceOfB() {
    return accessA.reference(B, accessB.creation(), new int[] {1, 2, 3});
  }

  /// The bytes that A writes for a signal; none if it is not said.
  byte[] said(Carrier.Signal signal) {
    BelaySignals belay = new BelaySignals(agreed, B, identitiesA, TermCodec.EMPTY);
    return bytes(
        signal.from(), new Speech(dialect, identitiesA, TermCodec.EMPTY, belay).say(signal));
  }

  /// The bytes of a message from a process of A's knowledge to the reserved name.
  byte[] said(Pid from, Object term) {
    Signal signal =
        new Signal(
            new ControlMessage.RegSend(identitiesA.wire(from), BelaySignals.NAME, null), term);
    return bytes(from, new FrameWriter(dialect, identitiesA).write(signal));
  }

  private static byte[] bytes(Pid from, @Nullable Outbound said) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (said != null) {
      OutgoingQueue queue = new OutgoingQueue(OutgoingQueue.DEFAULT_LIMIT, () -> {});
      queue.owe(from, said);
      for (ByteBuffer frame = queue.poll(); frame != null; frame = queue.poll()) {
        bytes.write(frame.array(), frame.arrayOffset() + frame.position(), frame.remaining());
      }
    }
    return bytes.toByteArray();
  }

  /// What B hears of some bytes.
  List<Heard> heard(byte[] bytes) {
    List<Heard> all = new ArrayList<>();
    Carrier.Incoming incoming =
        (Carrier.Incoming)
            Proxy.newProxyInstance(
                TwoSides.class.getClassLoader(),
                new Class<?>[] {Carrier.Incoming.class},
                (_, method, arguments) -> {
                  all.add(new Heard(method.getName(), Arrays.asList(arguments)));
                  return null;
                });
    BelaySignals belay = new BelaySignals(agreed, A, identitiesB, TermCodec.EMPTY);
    Hearing hearing =
        new Hearing(
            B,
            identitiesB,
            incoming,
            TermLimits.DEFAULT,
            new Functions(Map.of(), TermCodec.EMPTY),
            TermCodec.EMPTY,
            belay,
            wrong -> {
              throw wrong;
            });
    new FrameReader(dialect, FrameLimits.DEFAULT, TermLimits.DEFAULT, Atom.of(A))
        .read(ByteBuffer.wrap(bytes), hearing);
    return all;
  }

  @Override
  public void close() {
    nodeA.close();
    nodeB.close();
  }
}
