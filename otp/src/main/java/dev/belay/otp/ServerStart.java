package dev.belay.otp;

import dev.belay.Behaviour;
import dev.belay.ExitSignalError;
import dev.belay.Monitored;
import java.util.Objects;
import java.util.concurrent.Callable;

/// How a server begins, in its process.
///
/// @param server makes it
/// @param <M> its protocol
record ServerStart<M>(Callable<? extends Server<M>> server) implements Starting.Child {
  private static final ScopedValue<Boolean> BEGINNING = ScopedValue.newInstance();

  static <M> Monitored start(
      Caller caller,
      StartOptions options,
      boolean linked,
      boolean keepsMonitor,
      Callable<? extends Server<M>> server) {
    Objects.requireNonNull(server, "server");
    return Starting.start(
        caller, options, linked, keepsMonitor, server.getClass(), new ServerStart<>(server));
  }

  /// Tells whether the calling process is a server that begins.
  static boolean isBeginning() {
    return BEGINNING.isBound();
  }

  @Override
  public Behaviour begin(boolean linked) throws Exception {
    return ScopedValue.where(BEGINNING, true)
        .call(() -> {
          Server<M> made =
              Objects.requireNonNull(server.call(), "the maker of a server returned null");
          try {
            made.begin(linked);
          } catch (ExitSignalError | Starting.Ignore e) {
            throw e;
          } catch (Throwable e) {
            LastWords.leave(made, "its beginning", e);
            throw e;
          }
          return made;
        });
  }

  @Override
  public Behaviour proceed(Behaviour begun) throws Exception {
    Server<?> made = (Server<?>) begun;
    Behaviour next;
    try {
      next = ScopedValue.where(BEGINNING, true).call(made::goOn);
    } catch (ExitSignalError e) {
      throw e;
    } catch (Throwable e) {
      LastWords.leave(made, "what it goes on with", e);
      throw e;
    }
    return next == Behaviour.same() ? begun : next;
  }
}
