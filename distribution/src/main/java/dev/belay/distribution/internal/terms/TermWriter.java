package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Bitstring;
import dev.belay.distribution.ExternalFun;
import dev.belay.distribution.Fun;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.NativeRecord;
import dev.belay.distribution.Port;
import dev.belay.distribution.Tuple;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/// Writes terms in Erlang's external format, one after the other, with whatever has to stand before
/// and between them.
///
/// It takes the values that [TermReader] makes, any `List` and `Map` of such values, and the boxed
/// integers of Java. They must not change while they are written. Integers, atoms, pids, references
/// and ports are written in the newest and shortest way, as Erlang itself writes them to nodes of
/// OTP 26.
///
/// A writer is for one thread at a time.
public final class TermWriter {
  /*
   * Nothing recurses: `begin` writes a value, or the head of a container, which becomes the innermost of `unwritten`; `writeParts` writes the
   * next part of the innermost container, until there is none.
   */
  private static final int MAX_STRING = 0xFFFF;
  private static final int MAX_BYTE = 0xFF;

  private final Identities identities;
  private final GrowableBytes out = new GrowableBytes();
  private final UnwrittenTerms unwritten = new UnwrittenTerms();

  /// Makes a writer that has written nothing.
  ///
  /// @param identities what knows process identifiers and references
  public TermWriter(Identities identities) {
    this.identities = identities;
  }

  /// Writes a term, without the byte 131 before it.
  ///
  /// @param term the term
  /// @throws TermException if it is none, or contains what is none; then nothing has been written
  public void write(Object term) {
    int start = out.size();
    boolean written = false;
    try {
      begin(term);
      writeParts();
      written = true;
    } finally {
      if (!written) {
        out.truncate(start);
        unwritten.clear();
      }
    }
  }

  /// Writes a byte.
  ///
  /// @param value its low 8 bits count
  public void writeByte(int value) {
    out.u1(value);
  }

  /// Writes 4 bytes, the highest first.
  ///
  /// @param value the value
  public void writeInt(int value) {
    out.i4(value);
  }

  /// Writes 8 bytes, the highest first.
  ///
  /// @param value the value
  public void writeLong(long value) {
    out.i8(value);
  }

  /// Writes some of an array's bytes.
  ///
  /// @param bytes the array
  /// @param offset the first byte
  /// @param length how many
  public void writeBytes(byte[] bytes, int offset, int length) {
    out.add(bytes, offset, length);
  }

  /// Changes 4 bytes that have been written, for instance into a length that was not known before.
  ///
  /// @param offset how many bytes are before them
  /// @param value the value
  /// @throws IndexOutOfBoundsException if these bytes have not been written
  public void setInt(int offset, int value) {
    out.setInt(offset, value);
  }

  /// Returns how many bytes have been written.
  ///
  /// @return the size
  public int size() {
    return out.size();
  }

  /// Returns what has been written.
  ///
  /// @return a copy
  public byte[] toBytes() {
    return out.toBytes();
  }

  /// Returns a buffer to read what has been written, without a copy. It is good until the writer is
  /// used again.
  ///
  /// @return a buffer from the first byte to the last
  public ByteBuffer view() {
    return out.view();
  }

  /// Begins anew, with nothing written.
  public void reset() {
    out.reset();
  }

  private void writeParts() {
    while (!unwritten.isEmpty()) {
      if (unwritten.advance()) {
        begin(unwritten.part());
      } else {
        end();
      }
    }
  }

  /// Ends the innermost container, unless its tail is still to be written.
  private void end() {
    switch (unwritten.innermost()) {
      case LIST -> {
        Object tail = unwritten.takeTail();
        if (tail != null) {
          begin(tail);
          return;
        }
        out.u1(Tag.NIL);
      }
      case MAP -> {
        if (!unwritten.isComplete()) {
          throw failure("A map that changes while it is written, which ends");
        }
      }
      case FUN -> out.setInt(unwritten.mark(), out.size() - unwritten.mark());
      case TUPLE, TAIL, RECORD -> {}
    }
    unwritten.end();
  }

  private TermException failure(String problem) {
    return new TermException(problem, out.size(), unwritten.path());
  }

  /// Writes a value, or begins a container.
  private void begin(@Nullable Object term) {
    switch (term) {
      case null -> throw failure("No term is null, which stands");
      case Long number -> integer(number);
      case Atom atom -> atom(atom);
      case Tuple tuple -> tuple(tuple.elements());
      case List<?> list -> list(list);
      case Binary binary -> {
        out.u1(Tag.BINARY);
        out.i4(binary.size());
        out.add(binary);
      }
      case Map<?, ?> map -> {
        int pairs = map.size();
        out.u1(Tag.MAP);
        out.i4(pairs);
        unwritten.beginMap(map, pairs);
      }
      case Double number -> real(number);
      case ImproperList list -> {
        out.u1(Tag.LIST);
        out.i4(list.elements().size());
        unwritten.beginList(list.elements(), list.tail());
      }
      case BigInteger number -> integer(number);
      case Integer number -> integer(number);
      case Short number -> integer(number);
      case Byte number -> integer(number);
      case Bitstring bits -> {
        out.u1(Tag.BIT_BINARY);
        out.i4(bits.bytes().size());
        out.u1(bits.lastBits());
        out.add(bits.bytes());
      }
      case Port port -> {
        out.u1(Tag.V4_PORT);
        atom(port.node());
        out.i8(port.id());
        out.i4(port.creation());
      }
      case ExternalFun fun -> {
        out.u1(Tag.EXPORT);
        atom(fun.module());
        atom(fun.function());
        integer(fun.arity());
      }
      case Fun fun -> fun(fun);
      case NativeRecord fields -> nativeRecord(fields);
      default -> identity(term);
    }
  }

  private void integer(long number) {
    if (number >= 0 && number <= MAX_BYTE) {
      out.u1(Tag.SMALL_INTEGER);
      out.u1((int) number);
    } else if (number == (int) number) {
      out.u1(Tag.INTEGER);
      out.i4((int) number);
    } else {
      // The least long stays as it is, which is right without its sign.
      long magnitude = Math.abs(number);
      int length = Long.BYTES - Long.numberOfLeadingZeros(magnitude) / Byte.SIZE;
      out.u1(Tag.SMALL_BIG);
      out.u1(length);
      out.u1(number < 0 ? 1 : 0);
      for (int i = 0; i < length; i++) {
        out.u1((int) (magnitude >>> (i * Byte.SIZE)));
      }
    }
  }

  private void integer(BigInteger number) {
    if (number.bitLength() < Long.SIZE) {
      integer(number.longValue());
      return;
    }
    // The highest byte may be zero, for the sign.
    byte[] magnitude = number.abs().toByteArray();
    int zeros = magnitude[0] == 0 ? 1 : 0;
    int length = magnitude.length - zeros;
    if (length <= MAX_BYTE) {
      out.u1(Tag.SMALL_BIG);
      out.u1(length);
    } else {
      out.u1(Tag.LARGE_BIG);
      out.i4(length);
    }
    out.u1(number.signum() < 0 ? 1 : 0);
    for (int i = magnitude.length - 1; i >= zeros; i--) {
      out.u1(magnitude[i]);
    }
  }

  private void real(double number) {
    if (!Double.isFinite(number)) {
      throw failure("Erlang has no float that is " + number + ", which stands");
    }
    out.u1(Tag.NEW_FLOAT);
    out.i8(Double.doubleToRawLongBits(number));
  }

  private void atom(Atom atom) {
    int length = atom.utf8Length();
    if (length <= MAX_BYTE) {
      out.u1(Tag.SMALL_ATOM_UTF8);
      out.u1(length);
    } else {
      out.u1(Tag.ATOM_UTF8);
      out.u2(length);
    }
    out.add(atom);
  }

  private void tuple(List<Object> elements) {
    int arity = elements.size();
    if (arity <= MAX_BYTE) {
      out.u1(Tag.SMALL_TUPLE);
      out.u1(arity);
    } else {
      out.u1(Tag.LARGE_TUPLE);
      out.i4(arity);
    }
    unwritten.begin(Container.TUPLE, elements);
  }

  private void list(List<?> list) {
    List<?> elements = list instanceof RandomAccess ? list : Arrays.asList(list.toArray());
    int length = elements.size();
    if (length == 0) {
      out.u1(Tag.NIL);
    } else if (!string(elements, length)) {
      out.u1(Tag.LIST);
      out.i4(length);
      unwritten.beginList(elements, null);
    }
  }

  /// Writes a list of bytes in the way that is made for such.
  ///
  /// @return whether it is one; otherwise nothing has been written
  private boolean string(List<?> elements, int length) {
    if (length > MAX_STRING) {
      return false;
    }
    int start = out.size();
    out.u1(Tag.STRING);
    out.u2(length);
    for (int i = 0; i < length; i++) {
      if (!(elements.get(i) instanceof Long number) || number < 0 || number > MAX_BYTE) {
        out.truncate(start);
        return false;
      }
      out.u1(number.intValue());
    }
    return true;
  }

  private void fun(Fun fun) {
    out.u1(Tag.NEW_FUN);
    int start = out.size();
    out.i4(0);
    out.u1(fun.arity());
    out.add(fun.uniq());
    out.i4(fun.index());
    out.i4(fun.free().size());
    atom(fun.module());
    integer(fun.oldIndex());
    integer(fun.oldUniq());
    WirePid pid = identities.wirePid(fun.pid());
    if (pid == null) {
      throw failure(
          "The process of a fun is none, but of " + fun.pid().getClass() + ", which stands");
    }
    pid(pid);
    unwritten.beginFun(fun.free(), start);
  }

  private void nativeRecord(NativeRecord all) {
    out.u1(Tag.NATIVE_RECORD);
    out.i4(all.fields().size());
    out.u1(all.exported() ? 1 : 0);
    atom(all.module());
    atom(all.name());
    for (Atom field : all.fields()) {
      atom(field);
    }
    unwritten.begin(Container.RECORD, all.values());
  }

  private void identity(Object value) {
    WirePid pid = identities.wirePid(value);
    if (pid != null) {
      pid(pid);
      return;
    }
    WireRef reference = identities.wireRef(value);
    if (reference == null) {
      throw failure(notATerm(value));
    }
    out.u1(Tag.NEWER_REFERENCE);
    out.u2(reference.words().length);
    atom(reference.node());
    out.i4(reference.creation());
    for (int word : reference.words()) {
      out.i4(word);
    }
  }

  private void pid(WirePid pid) {
    out.u1(Tag.NEW_PID);
    atom(pid.node());
    out.i4(pid.id());
    out.i4(pid.serial());
    out.i4(pid.creation());
  }

  private static String notATerm(Object value) {
    String advice =
        switch (value) {
          case String _ -> " (use Binary.utf8 or Atom.of)";
          case Boolean _ -> " (use Atom.TRUE or Atom.FALSE)";
          case byte[] _ -> " (use Binary.of)";
          default -> "";
        };
    return "A value of " + value.getClass() + " is no term" + advice + ", which stands";
  }
}
