package dev.belay.distribution.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.AfterEach;

/// Values of registered types.
class ValuesFuzz {
  private final FuzzTarget target = Part.VALUES.open();

  @AfterEach
  void close() {
    target.close();
  }

  @FuzzTest
  void input(byte[] bytes) {
    target.takes(bytes);
  }
}
