package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.terms.TermWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What came with a control message, still as bytes: a message, a reason, or a list of arguments.
///
/// Payloads are immutable and keep the atoms that their bytes refer to, so they can be decoded
/// later and on another thread than the one that has read them.
public final class Payload {
  private final byte[] bytes;
  private final int offset;
  private final int size;
  private final Atom @Nullable [] atoms;

  /// The arrays belong to the payload from now on.
  Payload(byte[] bytes, int offset, int size, Atom @Nullable [] atoms) {
    this.bytes = bytes;
    this.offset = offset;
    this.size = size;
    this.atoms = atoms;
  }

  /// Encodes a term that was read with [Identities#PLAIN].
  static Payload of(Object term) {
    TermWriter writer = new TermWriter(Identities.PLAIN);
    writer.write(term);
    byte[] bytes = writer.toBytes();
    return new Payload(bytes, 0, bytes.length, null);
  }

  /// Returns how many bytes there are.
  ///
  /// @return a positive number
  public int size() {
    return size;
  }

  /// Decodes the payload.
  ///
  /// @param reader what decodes it
  /// @return the term
  /// @throws ProtocolException if the bytes are not one whole term: the connection has to be closed
  public Object read(TermReader reader) {
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, size);
    Object term;
    try {
      term = reader.read(in, atoms);
    } catch (TermException e) {
      throw new ProtocolException("payload cannot be decoded: " + e.getMessage(), e);
    }
    if (in.hasRemaining()) {
      throw new ProtocolException(
          "payload goes on after its term, by " + in.remaining() + " bytes");
    }
    return term;
  }
}
