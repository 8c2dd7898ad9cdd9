package dev.belay.examples.tunnel;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The source's event stream is over: it ended it, or the connection broke.
public final class SourceEnded extends IOException {
  private static final long serialVersionUID = 1L;

  SourceEnded(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
