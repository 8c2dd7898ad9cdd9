package dev.belay.distribution.internal.terms;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;

/// Compressed terms, right ones and wrong ones.
final class Deflated {
  private Deflated() {}

  /// Returns a term that stands for itself, compressed.
  ///
  /// @param standalone the term with the byte 131 before it
  static byte[] term(byte[] standalone) {
    byte[] plain = Arrays.copyOfRange(standalone, 1, standalone.length);
    return claiming(plain.length, plain);
  }

  /// Returns compressed bytes, with a claim of how many they are.
  static byte[] claiming(int size, byte[] plain) {
    Deflater deflater = new Deflater();
    deflater.setInput(plain);
    deflater.finish();
    ByteBuffer bytes = ByteBuffer.allocate(plain.length + 1_000);
    bytes.put((byte) 131).put((byte) 80).putInt(size);
    while (!deflater.finished()) {
      deflater.deflate(bytes);
    }
    deflater.end();
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
