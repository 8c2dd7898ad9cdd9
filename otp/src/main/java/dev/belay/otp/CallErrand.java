package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.ProcessLimitException;
import dev.belay.Ref;
import dev.belay.Sendable;
import dev.belay.Subject;
import dev.belay.TimerRef;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A call whose reply completes a future.
///
/// @param <R> the type of the reply
@Sendable
final class CallErrand<R extends @Nullable Object> extends Errand<R> {
  private final ServerRef<?> server;
  private final Subject callee;
  private final Call<?, R> request;
  private final @Nullable Duration timeout;

  /// When the call was made, by the node's clock.
  private final long made;

  private @Nullable Ref ref;
  private @Nullable TimerRef timer;

  private CallErrand(
      ServerRef<?> server, Subject callee, Call<?, R> request, @Nullable Duration timeout) {
    this.server = server;
    this.callee = callee;
    this.request = request;
    this.timeout = timeout;
    this.made = server.node().nanoTime();
  }

  /// Calls a server without waiting, on any thread.
  ///
  /// @param timeout null to wait for ever
  static <R extends @Nullable Object> CompletableFuture<R> call(
      ServerRef<?> server, Call<?, R> request, @Nullable Duration timeout) {
    Objects.requireNonNull(request, "request");
    Calls.check(timeout);
    Subject callee = server.subject();
    if (callee == null) {
      return CompletableFuture.failedFuture(
          new CallException(Calls.what(server, request), ExitReason.NO_PROC));
    }
    return Attendance.of(server.node()).attend(new CallErrand<>(server, callee, request, timeout));
  }

  @Override
  void begin(Attendant by) {
    Node node = server.node();
    Ref monitor = Belay.monitor(callee, TaskSupervisorRef.REPLY);
    boolean begun = false;
    try {
      by.send(this, callee, Abroad.call(node, by.pid(), callee, monitor, request));
      if (timeout != null) {
        timer = by.tellLate(this, Task.left(timeout, made));
      }
      ref = monitor;
      by.await(monitor, this);
      begun = true;
    } finally {
      if (!begun) {
        Belay.demonitor(monitor, Demonitor.FLUSH);
      }
    }
  }

  @Override
  void take(Attendant by, Object message) {
    if (timer != null) {
      Belay.cancelTimer(timer);
    }
    Object answer =
        message instanceof Down
            ? message
            : Abroad.answer(
                Abroad.of(server.node()), message, Objects.requireNonNull(ref), request);
    switch (answer) {
      case Answer.Replied(Ref _, Object value) ->
          by.settle(this, () -> complete(Calls.reply(value)));
      case Answer.Refused refused ->
          failBy(by, () -> CallException.of(what() + ": " + refused.why(), refused.reason()));
      case Down down -> failBy(by, () -> new CallException(what(), down.reason()));
      case null, default -> throw new AssertionError(message);
    }
  }

  /// Fails the future, where the text of the request does no harm either.
  private void failBy(Attendant by, Supplier<CallException> failure) {
    by.settle(
        this,
        () -> {
          if (!future.isDone()) {
            fail(failure.get());
          }
        });
  }

  @Override
  void late(Attendant by) {
    drop(by);
    failBy(by, () -> CallException.of(what() + " waited for " + timeout, CallReason.TIMEOUT));
  }

  @Override
  void abandon(Attendant by) {
    if (timer != null) {
      Belay.cancelTimer(timer);
    }
    drop(by);
    by.over(this);
  }

  /// Waits no longer: no reply comes any more.
  private void drop(Attendant by) {
    if (ref != null) {
      Belay.demonitor(ref, Demonitor.FLUSH);
      Belay.unalias(ref);
      by.forget(ref);
    }
  }

  @Override
  RuntimeException failure(@Nullable RuntimeException why) {
    if (why != null && !(why instanceof ProcessLimitException)) {
      return why;
    }
    CallException failure = new CallException(what(), ExitReason.NO_CONNECTION);
    if (why != null) {
      failure.addSuppressed(why);
    }
    return failure;
  }

  private String what() {
    return Calls.what(server, request);
  }
}
