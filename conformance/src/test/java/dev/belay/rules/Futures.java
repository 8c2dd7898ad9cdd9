package dev.belay.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.otp.CallException;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What tests of futures do with them.
final class Futures {
  private Futures() {}

  static ServerRef<Clerk.Order> clerk(Node node) {
    return Server.start(node, StartOptions.DEFAULT, Clerk::new);
  }

  static Clerk.Ask answering(Object reply) {
    return Clerk.ask((c, call) -> c.answer(call, reply));
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
  }

  /// Returns what a future was completed with exceptionally, or null.
  static @Nullable Throwable failure(CompletableFuture<?> future) {
    Throwable thrown = catchThrowable(() -> get(future));
    return thrown instanceof ExecutionException ? thrown.getCause() : thrown;
  }

  static ExitReason reason(CompletableFuture<?> future) {
    return ((CallException) Objects.requireNonNull(failure(future))).reason();
  }

  /// Only one is left, and nobody monitors it.
  static void assertOnlyOneLeft(Node node, ServerRef<?> server) {
    Pid pid = server.pid().orElseThrow();
    Await.until(() -> node.processes().equals(List.of(pid)));
    assertThat(node.info(pid).orElseThrow().monitoredBy()).isEmpty();
  }
}
