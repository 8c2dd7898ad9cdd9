package dev.belay.otp;

import dev.belay.AliasMode;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.InboxClosedException;
import dev.belay.MonitorOptions;
import dev.belay.Pid;
import dev.belay.ProcessLimitException;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.Subject;
import dev.belay.Turns;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Calls servers.
final class Calls {
  /*
   * A call is a monitor of the server that is an alias for the reply (GS9). The alias ends with the reply, and the monitor with it; so
   * exactly one of reply and Down comes, and none after the monitor was taken off: no late reply is left behind (GS12).
   */
  private static final MonitorOptions REPLY = MonitorOptions.DEFAULT.alias(AliasMode.REPLY);

  private Calls() {}

  /// Calls, and waits for the reply.
  ///
  /// @param timeout null to wait for ever
  static @Nullable Object call(
      ServerRef<?> server, Call<?, ?> request, @Nullable Duration timeout) {
    Objects.requireNonNull(request, "request");
    check(timeout);
    try (Caller caller = Caller.of(server.node())) {
      Subject callee = server.subject();
      if (callee == null) {
        throw new CallException(what(server, request), ExitReason.NO_PROC);
      }
      if (callee.equals(caller.pid())) {
        throw CallException.of(what(server, request), CallReason.CALLING_SELF);
      }
      if (callee instanceof Pid pid
          && (Turns.current() instanceof Server<?> || ServerStart.isBeginning())) {
        return callWithinServer(caller, server, pid, request, timeout);
      }
      return call(caller, server, callee, request, timeout, null);
    } catch (ProcessLimitException | InboxClosedException e) {
      throw closing(what(server, request), e);
    }
  }

  private static @Nullable Object callWithinServer(
      Caller caller,
      ServerRef<?> server,
      Pid callee,
      Call<?, ?> request,
      @Nullable Duration timeout) {
    Waits waits = Waits.of(caller.node());
    try {
      return call(caller, server, callee, request, timeout, waits);
    } finally {
      waits.over(caller.pid());
    }
  }

  private static @Nullable Object call(
      Caller caller,
      ServerRef<?> server,
      Subject callee,
      Call<?, ?> request,
      @Nullable Duration timeout,
      @Nullable Waits waits) {
    Ref ref = caller.monitor(callee, REPLY);
    Selector<Object> answers = answerTo(Abroad.of(caller.node()), ref, request);
    Object answer = null;
    boolean over = false;
    try {
      Object said = Abroad.call(caller.node(), caller.pid(), callee, ref, request);
      if (waits != null && said instanceof From<?> from) {
        // Who waits for whom on another node is not known.
        waits
            .begin(caller.pid(), (Pid) callee, from)
            .ifPresent(deadlock -> {
              throw new CallException(what(server, request), ExitReason.term(deadlock));
            });
      }
      caller.send(Abroad.destination(callee), said);
      answer = caller.receiveWithin(ref, answers, timeout);
      if (answer == null) {
        answer = lastMoment(caller, ref, answers);
        over = true;
      }
    } finally {
      if (answer == null && !over) {
        lastMoment(caller, ref, answers);
      }
    }
    return switch (answer) {
      case Answer.Replied(Ref _, Object value) -> value;
      case Answer.Refused refused ->
          throw CallException.of(what(server, request) + ": " + refused.why(), refused.reason());
      case Down down -> throw new CallException(what(server, request), down.reason());
      case null, default ->
          throw CallException.of(
              what(server, request) + " waited for " + timeout, CallReason.TIMEOUT);
    };
  }

  /// Takes the monitor off, and an answer that has come meanwhile (GS12).
  private static @Nullable Object lastMoment(Caller caller, Ref ref, Selector<Object> answers) {
    boolean wasOn = caller.demonitor(ref, Demonitor.INFO);
    return wasOn ? null : caller.receive(ref, answers, Duration.ZERO).orElse(null);
  }

  /// Has a server end, and waits for that (PL10).
  ///
  /// @param timeout null to wait for ever
  static void stop(ServerRef<?> server, ExitReason reason, @Nullable Duration timeout) {
    Objects.requireNonNull(reason, "reason");
    String what = "stop of " + server;
    check(timeout);
    try (Caller caller = Caller.of(server.node())) {
      Subject callee = server.subject();
      if (callee == null) {
        throw new CallException(what, ExitReason.NO_PROC);
      }
      if (callee.equals(caller.pid())) {
        throw CallException.of(what, CallReason.CALLING_SELF);
      }
      Ref ref = caller.monitor(callee, MonitorOptions.DEFAULT);
      Selector<Object> answers = m -> m instanceof Down down && down.ref().equals(ref) ? m : null;
      Object answer = null;
      boolean over = false;
      try {
        caller.send(
            Abroad.destination(callee),
            Abroad.terminate(caller.node(), caller.pid(), callee, ref, reason));
        answer = caller.receiveWithin(ref, answers, timeout);
        if (answer == null) {
          answer = lastMoment(caller, ref, answers);
          over = true;
        }
      } finally {
        if (answer == null && !over) {
          lastMoment(caller, ref, answers);
        }
      }
      switch (answer) {
        case Down down -> {
          if (!down.reason().equals(reason)) {
            throw new CallException(what, down.reason());
          }
        }
        case null, default ->
            throw CallException.of(what + " waited for " + timeout, CallReason.TIMEOUT);
      }
    } catch (ProcessLimitException | InboxClosedException e) {
      throw closing(what, e);
    }
  }

  static void check(@Nullable Duration timeout) {
    if (timeout != null && timeout.isNegative()) {
      throw new IllegalArgumentException(
          "a timeout of " + timeout + ": it cannot be negative, and nothing was sent");
    }
  }

  /// The node is closing, or closed, so that a plain thread gets no mailbox, or has lost it.
  private static CallException closing(String what, RuntimeException because) {
    CallException failure = new CallException(what, ExitReason.NO_CONNECTION);
    failure.addSuppressed(because);
    return failure;
  }

  /// Gives a reply its type: the server replies by methods whose types say so, null included.
  @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
  static <R extends @Nullable Object> R reply(@Nullable Object reply) {
    return (R) reply;
  }

  private static Selector<Object> answerTo(
      @Nullable GenProtocol protocol, Ref ref, Call<?, ?> request) {
    return m ->
        m instanceof Down down
            ? down.ref().equals(ref) ? down : null
            : Abroad.answer(protocol, m, ref, request);
  }

  static String what(ServerRef<?> server, Call<?, ?> request) {
    return "call of " + server + " with " + Text.of(request);
  }
}
