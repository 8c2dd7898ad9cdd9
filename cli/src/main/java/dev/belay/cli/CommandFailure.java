package dev.belay.cli;

/// A command cannot do what it was asked to; the message says to a person why, and what to do.
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandFailure(String message) {
    super(message);
  }
}
