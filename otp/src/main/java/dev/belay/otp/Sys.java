package dev.belay.otp;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Looks into a running server from outside, for debugging and for tests: Erlang's `sys` (GE3).
///
/// Each method is a call: it waits until the server has handled what came before, for 5 seconds at
/// most, and throws a [CallException] as calls do. They work in processes and on other threads.
public final class Sys {
  private static final Duration TIMEOUT = ServerRef.DEFAULT_TIMEOUT;

  private Sys() {}

  /// Has a server leave its messages where they are until it is resumed. It still answers the
  /// methods of this class, and still ends when it is told to.
  ///
  /// @param server the server
  /// @return whether it was running
  public static boolean suspend(ServerRef<?> server) {
    return Boolean.TRUE.equals(call(server, new SysCall.Suspend()));
  }

  /// Has a suspended server go on.
  ///
  /// @param server the server
  /// @return whether it was suspended
  public static boolean resume(ServerRef<?> server) {
    return Boolean.TRUE.equals(call(server, new SysCall.Resume()));
  }

  /// Looks at the state of a server, between two of its messages.
  ///
  /// @param server the server
  /// @param type its class
  /// @param look gets the server's own object, in its process; returns what is worth knowing, which
  ///   should be immutable. If it throws, the caller is told, and the server goes on
  /// @param <S> its class
  /// @param <T> what is to be known
  /// @return what `look` returned
  public static <S extends Server<?>, T extends @Nullable Object> T inspect(
      ServerRef<?> server, Class<S> type, Function<? super S, ? extends T> look) {
    Objects.requireNonNull(look, "look");
    return Calls.reply(call(server, new SysCall.Inspect(state -> look.apply(type.cast(state)))));
  }

  /// Changes the state of a server, between two of its messages.
  ///
  /// @param server the server
  /// @param type its class
  /// @param change gets the server's own object, in its process. If it throws, the caller is told,
  ///   and the server goes on with what was changed until then
  /// @param <S> its class
  public static <S extends Server<?>> void change(
      ServerRef<?> server, Class<S> type, Consumer<? super S> change) {
    Objects.requireNonNull(change, "change");
    call(
        server,
        new SysCall.Inspect(state -> {
          change.accept(type.cast(state));
          return true;
        }));
  }

  private static @Nullable Object call(ServerRef<?> server, SysCall<?> request) {
    return Calls.call(server, request, TIMEOUT);
  }
}
