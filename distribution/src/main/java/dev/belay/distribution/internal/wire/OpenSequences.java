package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The messages of which some fragments have come, and others not yet.
final class OpenSequences {
  /*
   * A fragment stays where it was read, in the array of its frame, until the last one has come;
   * only then is there an array for the whole payload. So what is kept is in proportion to what has
   * come, however many fragments were announced. `bytes` counts the arrays of all frames that are
   * kept, and on top of that roughly what the objects around them take, so that neither many tiny
   * fragments nor many sequences with hardly any payload go unnoticed. A fragment without payload
   * is counted off and not kept.
   */
  private static final int PER_SEQUENCE = 512;
  private static final int PER_FRAGMENT = 96;
  private static final int PER_ATOM = 64;

  private final FrameLimits limits;
  private final Map<Long, Sequence> sequences = new HashMap<>();
  private long bytes;

  OpenSequences(FrameLimits limits) {
    this.limits = limits;
  }

  /// One message of which more fragments are to come.
  private static final class Sequence {
    final ControlMessage control;
    final Atom[] atoms;
    final List<ByteBuffer> fragments = new ArrayList<>();

    /// How many fragments are to come, as an unsigned number.
    long left;

    int size;
    long kept;

    Sequence(ControlMessage control, Atom[] atoms, long left) {
      this.control = control;
      this.atoms = atoms;
      this.left = left;
    }
  }

  /// Checks that no message is open under a number.
  void checkUnused(long id) {
    if (sequences.containsKey(id)) {
      throw new ProtocolException("a first fragment comes before the last one of its sequence");
    }
  }

  /// The first of several fragments has come.
  ///
  /// @param left how many are to come, as an unsigned number other than 0
  /// @param rest what of the payload has come
  void open(long id, long left, ControlMessage control, Atom[] atoms, ByteBuffer rest) {
    if (sequences.size() == limits.openSequences()) {
      throw new ProtocolException(
          "more than " + limits.openSequences() + " sequences of fragments are open");
    }
    if (!control.hasPayload()) {
      throw new ProtocolException(
          "operation " + control.op() + " comes in fragments, and has no payload");
    }
    Sequence sequence = new Sequence(control, atoms, left);
    long kept = PER_SEQUENCE + (long) rest.capacity();
    for (Atom atom : atoms) {
      kept += PER_ATOM + 2L * atom.name().length();
    }
    keep(sequence, kept);
    add(sequence, rest);
    sequences.put(id, sequence);
  }

  /// Another fragment has come.
  ///
  /// @param number how many fragments are to come with this one, as an unsigned number
  /// @param rest what of the payload has come
  /// @param sink is given the signal if this was the last one
  void add(long id, long number, ByteBuffer rest, FrameSink sink) {
    Sequence sequence = sequences.get(id);
    if (sequence == null) {
      throw new ProtocolException("a fragment comes without a first one");
    }
    if (number != sequence.left) {
      throw new ProtocolException(
          "fragment "
              + Long.toUnsignedString(number)
              + " comes in place of "
              + Long.toUnsignedString(sequence.left));
    }
    if (rest.hasRemaining()) {
      keep(sequence, PER_FRAGMENT + (long) rest.capacity());
      add(sequence, rest);
    }
    if (--sequence.left == 0) {
      sequences.remove(id);
      bytes -= sequence.kept;
      sink.signal(sequence.control, payload(sequence));
    }
  }

  void clear() {
    sequences.clear();
    bytes = 0;
  }

  int count() {
    return sequences.size();
  }

  /// Tells what is kept, roughly; never less than the bytes of the fragments that have come.
  long bytes() {
    return bytes;
  }

  private static void add(Sequence sequence, ByteBuffer rest) {
    sequence.fragments.add(rest);
    // No overflow: `bytes` has counted it, and its limit is an int.
    sequence.size += rest.remaining();
  }

  private void keep(Sequence sequence, long more) {
    sequence.kept += more;
    bytes += more;
    if (bytes > limits.openBytes()) {
      throw new ProtocolException(
          "unfinished fragments take more than " + limits.openBytes() + " bytes");
    }
  }

  private static Payload payload(Sequence sequence) {
    if (sequence.size == 0) {
      throw new ProtocolException(
          "operation " + sequence.control.op() + " comes without its payload");
    }
    byte[] whole = new byte[sequence.size];
    int end = 0;
    for (ByteBuffer fragment : sequence.fragments) {
      int size = fragment.remaining();
      fragment.get(whole, end, size);
      end += size;
    }
    return new Payload(whole, 0, end, sequence.atoms);
  }
}
