package dev.belay.storm;

import java.util.concurrent.atomic.AtomicInteger;

/// Something to own, which counts how often it is closed.
final class Resource implements AutoCloseable {
  final AtomicInteger closings = new AtomicInteger();

  /// Whether it was taken out of the runtime's hands.
  volatile boolean released;

  @Override
  public void close() {
    closings.incrementAndGet();
  }
}
