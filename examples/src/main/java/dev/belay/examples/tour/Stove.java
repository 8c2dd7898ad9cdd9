package dev.belay.examples.tour;

import static dev.belay.Belay.self;
import static dev.belay.Belay.send;

import dev.belay.Pid;
import dev.belay.otp.Server;

/// A server that says when it is lit, and then only burns.
final class Stove extends Server<Object> {
  private final Pid watcher;

  /// To the watcher: it is lit.
  record Lit(Pid stove) {}

  /// Makes the server.
  ///
  /// @param watcher who is told when it is lit
  Stove(Pid watcher) {
    this.watcher = watcher;
  }

  @Override
  protected void init() {
    send(watcher, new Lit(self()));
  }

  @Override
  protected void handleMessage(Object message) {}
}
