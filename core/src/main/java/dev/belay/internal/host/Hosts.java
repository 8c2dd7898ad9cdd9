package dev.belay.internal.host;

import org.jspecify.annotations.Nullable;

/// Which host a node gets whose options do not say: that of the thread that starts it, which is the
/// JDK unless the test kit has lent another.
public final class Hosts {
  private static final ScopedValue<Host> LENT = ScopedValue.newInstance();

  private Hosts() {}

  /// Returns the host of the nodes that the calling thread starts.
  ///
  /// @return the JDK, or what was lent
  public static Host current() {
    return LENT.isBound() ? LENT.get() : Host.jdk();
  }

  /// Runs something, and gives a host to the nodes that it starts on the calling thread.
  ///
  /// @param host the host
  /// @param action what to run
  /// @param <T> what it returns
  /// @param <X> what it throws
  /// @return what the action returned
  /// @throws X what the action threw
  public static <T extends @Nullable Object, X extends Throwable> T callWith(
      Host host, ScopedValue.CallableOp<T, X> action) throws X {
    return ScopedValue.where(LENT, host).call(action);
  }
}
