package dev.belay.distribution;

import dev.belay.distribution.fuzz.FuzzTarget;
import dev.belay.distribution.fuzz.Promises;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.terms.TermWriter;
import java.nio.ByteBuffer;

/// What a codec with registered types makes of terms. An input is a term as it is in messages.
///
/// A term is always something: what has the tag of a registered type and not its contents stays a
/// term. Nothing is thrown. What was understood can be said again, and is understood as the same.
/// Every term has a text on one line.
public final class ValuesTarget implements FuzzTarget {
  /// Deeper than values of registered types may be in each other.
  private static final TermLimits LIMITS = new TermLimits(600, 1 << 16, 200, 1 << 10);

  private static final TermCodec CODEC = Shop.CODEC;

  private final TermReader reader = new TermReader(Identities.PLAIN, LIMITS);
  private final TermWriter writer = new TermWriter(Identities.PLAIN);

  @Override
  public boolean takes(byte[] input) {
    ByteBuffer buffer = ByteBuffer.wrap(input);
    Object term;
    try {
      term = reader.read(buffer, null);
    } catch (TermException _) {
      return false;
    }
    Promises.keep(TermText.of(term).indexOf('\n') < 0, "a text of more than one line");
    Object value = CODEC.fromTerm(term);
    Object said = CODEC.toTerm(value);
    writer.reset();
    writer.write(said);
    Promises.keep(CODEC.fromTerm(said).equals(value), "it is another value when it is said again");
    return !buffer.hasRemaining();
  }
}
