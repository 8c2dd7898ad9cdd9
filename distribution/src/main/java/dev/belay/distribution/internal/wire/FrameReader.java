package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Makes signals of the bytes that come from one peer after the handshake.
///
/// The bytes may come in pieces of any size. Control messages are decoded at once, payloads are
/// not. What does not follow the protocol is a [ProtocolException]; after that, or after anything
/// that the sink throws, the reader is of no more use and says so.
///
/// The peer decides how much it sends, but not how much is kept: a length that is announced costs
/// nothing before its bytes come, and [FrameLimits] say what is too much.
///
/// Not safe for use by several threads at once: there is one that reads the connection.
public final class FrameReader {
  /*
   * Frames are a length of four bytes and as many bytes; a length of 0 is a tick. What is in them
   * depends on what was agreed on, for the whole connection:
   *
   *   passed through   112 131 control [131 payload]
   *   with header      131 68 table control [payload]
   *                    131 69 sequence:8 left:8 table control part     (first fragment)
   *                    131 70 sequence:8 left:8 part                   (next ones)
   *
   * Each frame is read into an array of its own, so that payloads can stay where they are. It grows
   * as the bytes come, to at most twice as many, and in the end is as long as the frame.
   */
  static final int VERSION = 131;
  static final int PASS_THROUGH = 112;
  static final int WHOLE = 68;
  static final int FIRST_FRAGMENT = 69;
  static final int NEXT_FRAGMENT = 70;

  /// So much room costs nobody anything.
  private static final int FIRST_ROOM = 4096;

  private static final byte[] EMPTY = {};

  private final Dialect dialect;
  private final FrameLimits limits;
  private final Atom peer;
  private final TermReader terms;
  private final IncomingAtoms atoms;
  private final OpenSequences sequences;

  private int lengthBytes;
  private int length;
  private byte[] body = EMPTY;
  private int filled;

  private boolean isBroken;

  /// Makes a reader for one connection.
  ///
  /// @param dialect what was agreed on
  /// @param limits how much may be kept
  /// @param termLimits how great control messages may be
  /// @param peer the name of the peer
  public FrameReader(Dialect dialect, FrameLimits limits, TermLimits termLimits, Atom peer) {
    this.dialect = dialect;
    this.limits = limits;
    this.peer = peer;
    terms = new TermReader(Identities.PLAIN, termLimits);
    atoms = new IncomingAtoms(dialect.hasAtomCache());
    sequences = new OpenSequences(limits);
  }

  /// Reads all of a piece.
  ///
  /// @param piece the bytes that have come next
  /// @param sink is given what is complete with them
  /// @throws ProtocolException if the peer does not follow the protocol, or has not before
  public void read(ByteBuffer piece, FrameSink sink) {
    if (isBroken) {
      throw new ProtocolException("nothing can be read after what was wrong before");
    }
    isBroken = true;
    while (piece.hasRemaining()) {
      if (lengthBytes < Integer.BYTES) {
        length = length << 8 | (piece.get() & 0xff);
        if (++lengthBytes == Integer.BYTES) {
          begin(sink);
        }
      } else {
        fill(piece);
        if (filled == length) {
          byte[] frame = body;
          body = EMPTY;
          reset();
          frame(ByteBuffer.wrap(frame), sink);
        }
      }
    }
    isBroken = false;
  }

  /// Tells how many messages have come in part.
  ///
  /// @return how many sequences of fragments are open
  public int openSequences() {
    return sequences.count();
  }

  /// Tells how much memory is taken by what has come in part, roughly.
  ///
  /// @return a number of bytes
  public long openBytes() {
    return body.length + sequences.bytes();
  }

  private void begin(FrameSink sink) {
    if (length == 0) {
      reset();
      sink.tick();
    } else if (length < 0 || length > limits.frame()) {
      throw new ProtocolException(
          "frame of "
              + Integer.toUnsignedString(length)
              + " bytes is longer than "
              + limits.frame());
    }
  }

  private void fill(ByteBuffer piece) {
    if (filled == body.length) {
      long room = Math.max(FIRST_ROOM, Math.max(2L * filled, (long) filled + piece.remaining()));
      body = Arrays.copyOf(body, (int) Math.min(room, length));
    }
    int count = Math.min(piece.remaining(), body.length - filled);
    piece.get(body, filled, count);
    filled += count;
  }

  private void reset() {
    lengthBytes = 0;
    length = 0;
    filled = 0;
  }

  private void frame(ByteBuffer in, FrameSink sink) {
    if (!dialect.hasHeader()) {
      Bytes.expect(in, PASS_THROUGH, "kind of frame");
      Bytes.expect(in, VERSION, "version of the control message");
      ControlMessage control = control(in, null);
      if (control.hasPayload()) {
        Bytes.expect(in, VERSION, "version of the payload");
      }
      deliver(control, null, in, sink);
      return;
    }
    Bytes.expect(in, VERSION, "version of the header");
    int kind = Bytes.unsigned(in);
    if (kind == WHOLE) {
      Atom[] table = atoms.read(in);
      deliver(control(in, table), table, in, sink);
    } else if (kind == FIRST_FRAGMENT && dialect.hasFragments()) {
      firstFragment(in, sink);
    } else if (kind == NEXT_FRAGMENT && dialect.hasFragments()) {
      sequences.add(Bytes.eight(in), Bytes.eight(in), in, sink);
    } else {
      throw new ProtocolException("no such header: " + kind);
    }
  }

  private void firstFragment(ByteBuffer in, FrameSink sink) {
    long id = Bytes.eight(in);
    long count = Bytes.eight(in);
    if (count == 0) {
      throw new ProtocolException("a message comes in no fragments");
    }
    sequences.checkUnused(id);
    Atom[] table = atoms.read(in);
    ControlMessage control = control(in, table);
    if (count == 1) {
      deliver(control, table, in, sink);
    } else {
      sequences.open(id, count - 1, control, table, in);
    }
  }

  private ControlMessage control(ByteBuffer in, Atom @Nullable [] table) {
    Object term;
    try {
      term = terms.read(in, table);
    } catch (TermException e) {
      throw new ProtocolException("control message cannot be decoded: " + e.getMessage(), e);
    }
    ControlMessage control = ControlMessage.parse(term);
    control.checkSender(peer);
    return control;
  }

  private static void deliver(
      ControlMessage control, Atom @Nullable [] table, ByteBuffer in, FrameSink sink) {
    if (control.hasPayload() != in.hasRemaining()) {
      throw new ProtocolException(
          "operation "
              + control.op()
              + (in.hasRemaining() ? " comes with a payload" : " comes without its payload"));
    }
    sink.signal(control, payload(control, table, in));
  }

  private static @Nullable Payload payload(
      ControlMessage control, Atom @Nullable [] table, ByteBuffer in) {
    if (in.hasRemaining()) {
      return new Payload(in.array(), in.arrayOffset() + in.position(), in.remaining(), table);
    }
    Object reason = ControlTerms.reason(control);
    return reason == null ? null : Payload.of(reason);
  }
}
