package dev.belay;

import java.util.Objects;

/// The process or name that an operation needs does not exist: Erlang's `noproc` and, for names,
/// `badarg` (S8, L3).
public final class NoProcessException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoProcessException(String message) {
    super(Objects.requireNonNull(message, "message"));
  }
}
