package dev.belay;

/// A verb was called where it cannot work: outside a process, on a thread that is not the process's
/// own, in a selector or in a class initialiser. The message says what to do instead.
public final class VerbException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  VerbException(String message) {
    super(message);
  }
}
