package dev.belay.distribution.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.AfterEach;

/// The embedded EPMD, over sockets.
class EpmdServerFuzz {
  private final FuzzTarget target = Part.EPMD_SERVER.open();

  @AfterEach
  void close() {
    target.close();
  }

  @FuzzTest
  void input(byte[] bytes) {
    target.takes(bytes);
  }
}
