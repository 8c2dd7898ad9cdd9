package dev.belay.cli.puppet;

/// The function of a puppet returns, from within whatever it is performing.
final class Returned extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Returned() {
    super("return", null, false, false);
  }
}
