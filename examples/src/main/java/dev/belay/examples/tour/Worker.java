package dev.belay.examples.tour;

import dev.belay.otp.Server;

/// A server that does nothing but end, as it is told to.
final class Worker extends Server<Worker.Order> {
  /// How to end.
  enum Order {
    /// In order.
    FINISH,
    /// By an exception.
    FAIL
  }

  @Override
  protected void handleMessage(Order order) {
    switch (order) {
      case FINISH -> stop();
      case FAIL -> throw new IllegalStateException("the rope tore");
    }
  }
}
