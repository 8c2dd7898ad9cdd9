package dev.belay.distribution.internal.terms;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What each tag looks like on the wire: most vectors are captures of real nodes.
class VectorsTest {
  private final TermReader reader = new TermReader(Identities.PLAIN, TermLimits.DEFAULT);
  private final TermWriter writer = new TermWriter(Identities.PLAIN);

  static List<Vector> vectors() {
    return Vector.all();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void isRead(Vector vector) {
    Object term = reader.read(ByteBuffer.wrap(vector.bytes()), Vector.CACHE);
    assertThat(term).isEqualTo(vector.term()).hasSameHashCodeAs(vector.term());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void isWritten(Vector vector) {
    writer.write(vector.term());
    if (vector.written()) {
      assertThat(Hex.text(writer.toBytes())).isEqualTo(Hex.text(vector.bytes()));
    }
    assertThat(reader.read(writer.view(), null)).isEqualTo(vector.term());
  }

  /// In the middle of an array, in native memory, and where it must not be changed.
  @ParameterizedTest
  @MethodSource("vectors")
  void isReadFromAnyBuffer(Vector vector) {
    byte[] bytes = vector.bytes();
    byte[] around = new byte[bytes.length + 20];
    Arrays.fill(around, (byte) 0x6A);
    System.arraycopy(bytes, 0, around, 7, bytes.length);
    ByteBuffer slice = ByteBuffer.wrap(around).slice(3, bytes.length + 10);
    ByteBuffer direct = ByteBuffer.allocateDirect(around.length).put(around).flip().position(3);
    for (ByteBuffer buffer : List.of(slice, slice.asReadOnlyBuffer(), direct.slice())) {
      buffer.position(4);
      assertThat(reader.read(buffer, Vector.CACHE)).isEqualTo(vector.term());
      assertThat(buffer.position()).isEqualTo(4 + bytes.length);
      assertThat(reader.read(buffer, null)).as("the NIL behind it").isEqualTo(List.of());
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void isReadOnItsOwn(Vector vector) {
    writer.writeByte(131);
    writer.write(vector.term());
    ByteBuffer written = writer.view();
    assertThat(reader.readStandalone(written)).isEqualTo(vector.term());
    assertThat(written.hasRemaining()).isFalse();
    ByteBuffer compressed = ByteBuffer.wrap(Deflated.term(writer.toBytes()));
    assertThat(reader.readStandalone(compressed)).isEqualTo(vector.term());
    assertThat(compressed.hasRemaining()).isFalse();
  }
}
