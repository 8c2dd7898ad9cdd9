package dev.belay.distribution.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.AfterEach;

/// Both sides of the handshake.
class HandshakeFuzz {
  private final FuzzTarget target = Part.HANDSHAKE.open();

  @AfterEach
  void close() {
    target.close();
  }

  @FuzzTest
  void input(byte[] bytes) {
    target.takes(bytes);
  }
}
