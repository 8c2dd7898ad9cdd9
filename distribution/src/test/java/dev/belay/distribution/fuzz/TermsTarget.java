package dev.belay.distribution.fuzz;

import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.terms.TermWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The decoder and the encoder of terms. An input is a term: as `term_to_binary` makes it if it
/// begins with 131, else as it is in messages, with a cache of three atoms.
///
/// Nothing but a [TermException] comes out, with one line of text, and nothing has been read then.
/// A term is within the limits; written and read again it is an equal one, with the same hash, and
/// written again as long as before. Memory is bounded whatever the input claims. What was wrong
/// with one term does not matter to the next.
final class TermsTarget implements FuzzTarget {
  private static final int VERSION = 131;
  private static final int MAX_DEPTH = 200;
  private static final TermLimits LIMITS = new TermLimits(MAX_DEPTH, 1 << 16, 200, 1 << 10);

  /// A term that is written whole may be longer, and have the atoms of the cache.
  private static final TermLimits WIDER = new TermLimits(MAX_DEPTH, 1 << 23, 203, 1 << 10);

  /// A hundred times as much as the longest term has bytes.
  private static final long MEMORY = 100L << 16;

  private static final Atom[] CACHE = {
    Atom.of("erlang@localhost"), Atom.of("belay@localhost"), Atom.of("hello")
  };
  private static final byte[] KNOWN = {104, 2, 97, 7, 82, 2};

  private final TermReader reader = new TermReader(Identities.PLAIN, LIMITS);
  private final TermReader again = new TermReader(Identities.PLAIN, WIDER);
  private final TermWriter writer = new TermWriter(Identities.PLAIN);
  private final Object known = again.read(ByteBuffer.wrap(KNOWN), CACHE);

  private @Nullable Object term;
  private int rest;

  @Override
  public boolean takes(byte[] input) {
    byte[] before = input.clone();
    Promises.allocateLess(MEMORY, () -> read(input));
    Promises.keep(Arrays.equals(input, before), "the bytes have been changed");
    Promises.keep(
        reader.read(ByteBuffer.wrap(KNOWN), CACHE).equals(known), "the next term is another one");
    if (term == null) {
      return false;
    }
    writeAndReadAgain(term);
    return rest == 0;
  }

  private void read(byte[] input) {
    ByteBuffer buffer = ByteBuffer.wrap(input);
    term = null;
    try {
      boolean standalone = input.length > 0 && (input[0] & 0xFF) == VERSION;
      term = standalone ? reader.readStandalone(buffer) : reader.read(buffer, CACHE);
    } catch (TermException e) {
      Promises.speakPlainly(e);
      Promises.keep(e.offset() >= 0 && e.offset() <= LIMITS.maxBytes(), "an offset that is none");
      Promises.keep(buffer.position() == 0, "something has been read all the same");
    }
    rest = buffer.remaining();
  }

  private void writeAndReadAgain(Object first) {
    writer.reset();
    writer.write(first);
    int size = writer.size();
    ByteBuffer written = writer.view();
    Object second = again.read(written, null);
    Promises.keep(!written.hasRemaining(), "it is longer than its term");
    Promises.keep(second.equals(first), "it is another term when it is read again");
    Promises.keep(second.hashCode() == first.hashCode(), "it has another hash");
    writer.reset();
    writer.write(second);
    Promises.keep(writer.size() == size, "it is written otherwise when it is written again");
  }
}
