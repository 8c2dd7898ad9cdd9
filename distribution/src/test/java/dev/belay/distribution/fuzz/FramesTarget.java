package dev.belay.distribution.fuzz;

import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.wire.ControlMessage;
import dev.belay.distribution.internal.wire.Dialect;
import dev.belay.distribution.internal.wire.FrameLimits;
import dev.belay.distribution.internal.wire.FrameReader;
import dev.belay.distribution.internal.wire.FrameSink;
import dev.belay.distribution.internal.wire.Payload;
import dev.belay.distribution.internal.wire.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Frames: headers, the atom cache, control messages, fragments. An input is a byte that says what
/// was agreed on, and then all that the peer sends.
///
/// Nothing but a [ProtocolException] comes out, with one line of text, and after it nothing is
/// read. The same signals come however the bytes are cut into pieces. No more is kept than the
/// limits say, nor much more allocated than has come. A control message is the same when it is made
/// a term and read again.
public final class FramesTarget implements FuzzTarget {
  static final Atom PEER = Atom.of(HandshakeTarget.THEM.toString());

  /// What was agreed on, by the first byte: no cache, as with a hidden node; a cache, as between
  /// nodes of Erlang; neither header nor fragments.
  static final long[] FLAGS = {0xD07DF5FBCL, 0xD07DF7FBCL, 0x403070F94L};

  static final int PLAIN = 0;
  static final int CACHE = 1;

  private static final FrameLimits LIMITS = new FrameLimits(1 << 14, 1 << 15, 8);
  private static final TermLimits TERMS = new TermLimits(200, 1 << 14, 100, 1 << 9);
  private static final int LENGTH = 4;
  private static final long MEMORY = 8 << 20;

  /// The dialect that the first byte of an input stands for.
  public static Dialect dialect(byte[] input) {
    return new Dialect(FLAGS[(input[0] & 0xFF) % FLAGS.length]);
  }

  @Override
  public boolean takes(byte[] input) {
    if (input.length == 0) {
      return false;
    }
    Reading whole = new Reading(input);
    whole.read(input.length);
    Reading bytes = new Reading(input);
    bytes.read(1);
    Promises.keep(whole.signals.equals(bytes.signals), "other signals come in pieces");
    Promises.keep(whole.ticks == bytes.ticks, "other ticks come in pieces");
    Promises.keep(whole.failure.equals(bytes.failure), "in pieces it fails otherwise");
    Promises.allocateLess(
        MEMORY + 200L * input.length, () -> new Reading(input).read(1 + input.length / 3));
    return whole.failure.isEmpty() && whole.isAtTheEnd();
  }

  /// A signal, with its payload decoded; an undecodable one stands for the end.
  ///
  /// @param control what kind it is
  /// @param payload null if there is none
  private record Heard(ControlMessage control, @Nullable Object payload) {}

  /// Reads an input once.
  private static final class Reading implements FrameSink {
    final byte[] input;
    final FrameReader reader;
    final TermReader terms = new TermReader(Identities.PLAIN, TERMS);
    final List<Heard> signals = new ArrayList<>();
    int ticks;
    String failure = "";

    Reading(byte[] input) {
      this.input = input;
      this.reader = new FrameReader(dialect(input), LIMITS, TERMS, PEER);
    }

    void read(int piece) {
      try {
        for (int at = 1; at < input.length; at += piece) {
          reader.read(ByteBuffer.wrap(input, at, Math.min(piece, input.length - at)), this);
          checkLimits();
        }
      } catch (ProtocolException e) {
        Promises.speakPlainly(e);
        failure = String.valueOf(e.getMessage());
        checkDead();
      }
    }

    private void checkLimits() {
      Promises.keep(
          reader.openSequences() <= LIMITS.openSequences(), "too many sequences are open");
      Promises.keep(
          reader.openBytes() <= (long) LIMITS.openBytes() + LIMITS.frame(),
          "more is kept than the limits allow");
    }

    /// With what would be a tick, and with nothing.
    private void checkDead() {
      int before = signals.size() + ticks;
      try {
        reader.read(ByteBuffer.allocate(LENGTH), this);
      } catch (ProtocolException _) {
        Promises.keep(signals.size() + ticks == before, "it goes on after it has failed");
        return;
      }
      throw new AssertionError("it reads on after it has failed");
    }

    /// Whether a sequence or a frame that has begun has also ended.
    boolean isAtTheEnd() {
      return reader.openSequences() == 0 && reader.openBytes() == 0;
    }

    @Override
    public void tick() {
      ticks++;
    }

    @Override
    public void signal(ControlMessage control, @Nullable Payload payload) {
      Promises.keep(
          ControlMessage.parse(control.toTerm()).equals(control), "it is another one as a term");
      Promises.keep(payload != null || !control.hasPayload(), "a signal comes without its payload");
      signals.add(new Heard(control, payload == null ? null : payload.read(terms)));
    }
  }
}
