package dev.belay.otp;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.Sendable;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Waits for futures as processes wait: for a message.
final class StageWait {
  /// The future was completed. What with is nobody's message: no process has sent it.
  @Sendable
  private record Settled(Ref to, @Nullable Object value, @Nullable Throwable failure) {}

  private StageWait() {}

  static <T extends @Nullable Object> T await(CompletionStage<T> stage, Duration timeout) {
    Objects.requireNonNull(stage, "stage");
    Node node = Belay.node();
    Ref alias = Belay.alias(AliasMode.REPLY);
    Selector<Settled> settlement =
        m -> m instanceof Settled settled && settled.to().equals(alias) ? settled : null;
    CompletionStage<?> told = null;
    Settled settled = null;
    try {
      told =
          stage.whenComplete(
              (value, failure) -> node.send(alias, new Settled(alias, value, failure)));
      settled = Belay.receive(alias, settlement, timeout).orElse(null);
    } finally {
      if (settled == null) {
        if (told != null) {
          forget(told);
        }
        if (!Belay.unalias(alias)) {
          // It was sent at the last moment.
          settled = Belay.receive(alias, settlement, Duration.ZERO).orElse(null);
        }
      }
    }
    if (settled == null) {
      throw new TaskException(
          "a future was not completed within " + timeout, ExitReason.term(CallReason.TIMEOUT));
    }
    Throwable failure = settled.failure();
    if (failure == null) {
      return Calls.<T>reply(settled.value());
    }
    Throwable cause = failure.getCause();
    if (failure instanceof CompletionException && cause != null) {
      failure = cause;
    }
    throw new TaskException(
        "a future was completed exceptionally, with " + failure.getClass().getName(),
        ExitReason.crash(failure));
  }

  /// Takes what would have told of the completion off the future, which may live for long.
  private static void forget(CompletionStage<?> told) {
    try {
      told.toCompletableFuture().cancel(false);
    } catch (UnsupportedOperationException e) {
      // Then it tells an alias that has ended.
    }
  }
}
