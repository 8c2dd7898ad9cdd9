package dev.belay.distribution.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.AfterEach;

/// What control messages do to a node.
class ControlFuzz {
  private final FuzzTarget target = Part.CONTROL.open();

  @AfterEach
  void close() {
    target.close();
  }

  @FuzzTest
  void input(byte[] bytes) {
    target.takes(bytes);
  }
}
