package dev.belay.distribution.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Carrier;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.TermCodec;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.handshake.Flags;
import dev.belay.distribution.internal.handshake.Hello;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.terms.TermWriter;
import dev.belay.distribution.internal.wire.ControlMessage;
import dev.belay.distribution.internal.wire.Dialect;
import dev.belay.distribution.internal.wire.Encoded;
import dev.belay.distribution.internal.wire.FrameLimits;
import dev.belay.distribution.internal.wire.FrameReader;
import dev.belay.distribution.internal.wire.FrameSink;
import dev.belay.distribution.internal.wire.Outbound;
import dev.belay.distribution.internal.wire.OutgoingQueue;
import dev.belay.distribution.internal.wire.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is said of a request to spawn, and to whom it is not said.
class SpeechTest {
  private final Node node = Node.start(NodeOptions.DEFAULT.name("j@localhost").daemon(true));
  private final Carrier.Access access = node.carry(new Nowhere());
  private final NodeIdentities identities = new NodeIdentities(access);
  private final Pid parent = access.pid("j@localhost", access.creation(), 7);
  private final Ref ref =
      access.reference("j@localhost", access.creation(), new int[] {1, 2, 3, 4});

  /// One signal that was read.
  private record Heard(ControlMessage control, @Nullable Payload payload) {}

  private Speech speech(Dialect dialect) {
    return new Speech(
        dialect,
        identities,
        TermCodec.EMPTY,
        new BelaySignals(Hello.NONE, "e@localhost", identities, TermCodec.EMPTY));
  }

  @AfterEach
  void close() {
    node.close();
  }

  private Carrier.Signal request() {
    SpawnCall call =
        new SpawnCall(
            Atom.of("m"),
            Atom.of("f"),
            List.of(1, "two"),
            List.of(Tuple.of(Atom.of("priority"), Atom.of("high"))),
            null);
    TermWriter writer = new TermWriter(identities);
    writer.write(TermCodec.EMPTY.toTerm(call.arguments()));
    return Carrier.Signal.spawn(
        parent, ref, true, true, call.onTheWire(parent, new Encoded(writer.toBytes()), identities));
  }

  private Heard heard(Dialect dialect, Carrier.Signal signal) {
    Outbound said = Objects.requireNonNull(speech(dialect).say(signal));
    OutgoingQueue queue = new OutgoingQueue(OutgoingQueue.DEFAULT_LIMIT, () -> {});
    queue.owe(parent, said);
    List<Heard> all = new ArrayList<>();
    FrameReader reader =
        new FrameReader(dialect, FrameLimits.DEFAULT, TermLimits.DEFAULT, Atom.of("j@localhost"));
    for (ByteBuffer frame = queue.poll(); frame != null; frame = queue.poll()) {
      reader.read(
          frame,
          new FrameSink() {
            @Override
            public void tick() {}

            @Override
            public void signal(ControlMessage control, @Nullable Payload payload) {
              all.add(new Heard(control, payload));
            }
          });
    }
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Test
  void aRequestSaysWhatToSpawnAndHow() {
    Heard heard = heard(new Dialect(Flags.offered(false, false)), request());
    assertThat(heard.control())
        .isEqualTo(
            new ControlMessage.SpawnRequest(
                identities.wire(ref),
                identities.wire(parent),
                identities.wire(parent),
                Atom.of("m"),
                Atom.of("f"),
                2,
                List.of(
                    Atom.of("link"),
                    Atom.of("monitor"),
                    Tuple.of(Atom.of("priority"), Atom.of("high"))),
                null));
    Object arguments =
        Objects.requireNonNull(heard.payload())
            .read(new TermReader(identities, TermLimits.DEFAULT));
    assertThat(arguments).isEqualTo(TermCodec.EMPTY.toTerm(List.of(1, "two")));
  }

  @Test
  void aNodeThatKnowsNoRequestsIsNotAsked() {
    assertThat(speech(new Dialect(0)).say(request())).isNull();
  }

  @Test
  void whoWasAbandonedHearsTheAtom() {
    assertThat(Reasons.term(Carrier.Signal.ABANDONED)).isEqualTo(Atom.of("abandoned"));
    assertThat(Reasons.term(ExitReason.term("abandoned"))).isNotEqualTo(Atom.of("abandoned"));
  }
}
