package dev.belay;

/// The node has as many processes as it may have, or takes no new ones because it is shutting down.
public final class ProcessLimitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProcessLimitException(String message) {
    super(message);
  }
}
