package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.terms.TermWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What came with a control message, still as bytes: a message, a reason, or a list of arguments.
///
/// Payloads are immutable and keep the atoms that their bytes refer to, so they can be decoded
/// later and on another thread than the one that has read them.
public final class Payload {
  private static final byte SMALL_TUPLE = 104;
  private static final byte CACHED_ATOM = 82;
  private static final byte LATIN_ATOM = 100;
  private static final byte SMALL_LATIN_ATOM = 115;
  private static final byte ATOM = 118;
  private static final byte SMALL_ATOM = 119;

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

  /// Tells, without decoding it, whether this is a tuple that begins with an atom, as who sends
  /// such tuples writes them. What is written in another way, such as a small tuple as a large one,
  /// is not recognised.
  ///
  /// @param arity how many elements the tuple has, less than 256
  /// @param first the atom
  /// @return whether it is
  public boolean begins(int arity, Atom first) {
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, size);
    if (in.remaining() < 2 + 2 || in.get() != SMALL_TUPLE || (in.get() & 0xFF) != arity) {
      return false;
    }
    byte tag = in.get();
    if (tag == CACHED_ATOM) {
      int index = in.get() & 0xFF;
      return atoms != null && index < atoms.length && first.equals(atoms[index]);
    }
    int length =
        switch (tag) {
          case SMALL_ATOM, SMALL_LATIN_ATOM -> in.get() & 0xFF;
          case ATOM, LATIN_ATOM -> in.remaining() < 2 ? -1 : in.getShort() & 0xFFFF;
          default -> -1;
        };
    byte[] name = first.name().getBytes(StandardCharsets.UTF_8);
    if (length != name.length || in.remaining() < length) {
      return false;
    }
    byte[] said = new byte[length];
    in.get(said);
    return Arrays.equals(name, said);
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
