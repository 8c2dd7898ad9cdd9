package dev.belay;

/// A blocking verb was left because somebody other than the runtime interrupted the process's
/// thread. The interrupt status is cleared.
public final class ProcessInterruptedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProcessInterruptedException(String message) {
    super(message);
  }
}
