package dev.belay.distribution.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.AfterEach;

/// Frames, with headers and fragments.
class FramesFuzz {
  private final FuzzTarget target = Part.FRAMES.open();

  @AfterEach
  void close() {
    target.close();
  }

  @FuzzTest
  void input(byte[] bytes) {
    target.takes(bytes);
  }
}
