package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermWriter;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.terms.WireRef;
import org.jspecify.annotations.Nullable;

/// Makes frames of the signals that go to one peer.
///
/// A payload of more than 64 KiB goes in fragments, if that was agreed on, so that neither ticks
/// nor the signals of other processes wait for all of it.
///
/// Not safe for use by several threads at once; each has its own, or makes one.
public final class FrameWriter {
  /// How much payload Erlang puts into one frame.
  static final int FRAGMENT = 1 << 16;

  /// What has had room for more is thrown away.
  private static final int ROOM = 1 << 20;

  private final Dialect dialect;
  private final Identities identities;
  private final int fragment;
  private TermWriter terms;

  /// Makes a writer.
  ///
  /// @param dialect what was agreed on
  /// @param identities how processes and references are written
  public FrameWriter(Dialect dialect, Identities identities) {
    this(dialect, identities, FRAGMENT);
  }

  FrameWriter(Dialect dialect, Identities identities, int fragment) {
    this.dialect = dialect;
    this.identities = new Both(identities);
    this.fragment = dialect.hasFragments() ? fragment : 0;
    terms = new TermWriter(this.identities);
  }

  /// Knows what stands for itself in control messages as well as what the others know.
  private record Both(Identities others) implements Identities {
    @Override
    public Object pid(Atom node, int id, int serial, int creation) {
      return others.pid(node, id, serial, creation);
    }

    @Override
    public Object reference(Atom node, int creation, int[] words) {
      return others.reference(node, creation, words);
    }

    @Override
    public @Nullable WirePid wirePid(Object value) {
      return value instanceof WirePid pid ? pid : others.wirePid(value);
    }

    @Override
    public @Nullable WireRef wireRef(Object value) {
      return value instanceof WireRef ref ? ref : others.wireRef(value);
    }
  }

  /// Encodes a signal.
  ///
  /// @param signal what is to be sent
  /// @return what is to be written
  /// @throws dev.belay.distribution.internal.terms.TermException if the payload has a part that is
  ///   no term
  public Outbound write(Signal signal) {
    TermWriter out = terms;
    out.reset();
    out.writeInt(0);
    if (dialect.hasHeader()) {
      out.writeByte(FrameReader.VERSION);
      out.writeByte(FrameReader.WHOLE);
      out.writeByte(0);
    } else {
      out.writeByte(FrameReader.PASS_THROUGH);
      out.writeByte(FrameReader.VERSION);
    }
    int control = out.size();
    out.write(signal.control().toTerm());
    int payload = out.size();
    if (signal.payload() != null) {
      if (!dialect.hasHeader()) {
        out.writeByte(FrameReader.VERSION);
      }
      if (signal.payload() instanceof Encoded(byte[] bytes)) {
        out.writeBytes(bytes, 0, bytes.length);
      } else {
        out.write(signal.payload());
      }
    }
    byte[] frame = out.toBytes();
    if (frame.length > ROOM) {
      terms = new TermWriter(identities);
    }
    setLength(frame);
    return new Outbound(frame, control, payload, fragment);
  }

  private static void setLength(byte[] frame) {
    int length = frame.length - Integer.BYTES;
    for (int i = 0; i < Integer.BYTES; i++) {
      frame[i] = (byte) (length >>> ((Integer.BYTES - 1 - i) * Byte.SIZE));
    }
  }
}
