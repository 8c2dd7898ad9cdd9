package dev.belay.distribution;

import org.jspecify.annotations.Nullable;

/// A value is no term, or a term is no value of the type that was asked for.
///
/// The message says where and what, for example `Order.items[3].count: 300 is not a byte`. What a
/// constructor or an accessor has thrown is the cause.
public final class TermCodecException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// How one comes to what is wrong.
  private final String path;

  TermCodecException(String path, String problem, @Nullable Throwable cause) {
    super(path + ": " + problem, cause);
    this.path = path;
  }

  /// Returns how one comes to what is wrong.
  ///
  /// @return the path, for example `Order.items[3].count`
  public String path() {
    return path;
  }
}
