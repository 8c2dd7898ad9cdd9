package dev.belay.distribution.internal.connection;

import dev.belay.Carrier;

/// Carries nothing.
final class Nowhere implements Carrier {
  @Override
  public void connect(Outbox line) {
    line.lose();
  }

  @Override
  public void wake(Outbox line) {}

  @Override
  public void lost(Outbox line) {}

  @Override
  public Object encode(Outbox line, Object message) {
    return message;
  }

  @Override
  public Object decode(Outbox line, Object payload) {
    return payload;
  }

  @Override
  public boolean isFull(Outbox line, Thread sender) {
    return false;
  }
}
