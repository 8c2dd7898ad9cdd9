package dev.belay;

/// A name cannot be registered or unregistered: it is taken, the process has a name already or is
/// not alive (R1), or nobody holds it (R4).
public final class NameException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NameException(String message) {
    super(message);
  }
}
