package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitSignalError;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How a server serves those who look on from outside, in its process (GE3).
final class SystemCalls {
  private SystemCalls() {}

  /// Tells whether a message is one.
  static boolean isOne(Object message) {
    return message instanceof From<?> from && from.request instanceof SysCall;
  }

  static void serve(Server<?> server, From<?> from, SysCall<?> call) {
    switch (call) {
      case SysCall.Suspend _ -> {
        answer(from, true);
        sleepUntilResumed(server);
      }
      case SysCall.Resume _ -> answer(from, false);
      case SysCall.End end -> {
        answer(from, true);
        server.stop(end.reason());
      }
      case SysCall.Look<?> look -> serve(server, from, look, false);
    }
  }

  /// Leaves all messages where they are but those that look at the server, wake it or end it.
  private static void sleepUntilResumed(Server<?> server) {
    Pid parent = server.parent();
    GenProtocol protocol = Abroad.of(Belay.node());
    while (true) {
      Tracing tracing = server.tracing();
      Object message =
          Belay.receive(
              m -> isForSleeper(m, parent, tracing) || Abroad.isSystem(protocol, m) ? m : null);
      switch (Abroad.heard(server, message)) {
        case SysCall.Terminate terminate -> {
          server.stop(terminate.reason());
          return;
        }
        case Exit exit -> {
          server.stopFor(exit);
          return;
        }
        case From<?> from -> {
          switch ((SysCall<?>) from.request) {
            case SysCall.Resume _ -> {
              answer(from, true);
              return;
            }
            case SysCall.Suspend _ -> answer(from, false);
            case SysCall.End end -> {
              answer(from, true);
              server.stop(end.reason());
              return;
            }
            case SysCall.Look<?> look -> serve(server, from, look, true);
          }
        }
        case Object forTracing -> server.affairs().admits(server, forTracing);
      }
    }
  }

  private static boolean isForSleeper(
      Object message, @Nullable Pid parent, @Nullable Tracing tracing) {
    return switch (message) {
      case From<?> from -> isOne(from);
      case Exit exit -> exit.pid().equals(parent);
      case SysCall.Terminate _, Tracing.Late _ -> true;
      default -> tracing != null && tracing.saysTracerEnded(message);
    };
  }

  private static void serve(
      Server<?> server, From<?> from, SysCall.Look<?> look, boolean suspended) {
    Tracing tracing = server.tracing();
    switch (look) {
      case SysCall.Inspect inspect -> show(server, from, inspect.look());
      case SysCall.Status _ -> answer(from, status(server, suspended));
      case SysCall.Unknown _ -> from.refuse("no system message of a server's");
      case SysCall.Log _ -> answer(from, tracing == null ? List.of() : tracing.log());
      case SysCall.Statistics _ ->
          answer(from, tracing == null ? Optional.empty() : tracing.statistics());
      case SysCall.Keep keep -> {
        change(server, t -> t.keep(keep.events()));
        answer(from, true);
      }
      case SysCall.Count count -> {
        change(server, t -> t.count(count.on()));
        answer(from, true);
      }
      case SysCall.Tell tell -> {
        Pid tracer = tell.tracer();
        String wrong = tracer == null ? null : wrongWith(tracer);
        if (wrong != null) {
          from.refuse(wrong);
        } else {
          change(server, t -> t.tell(tracer));
          answer(from, true);
        }
      }
    }
  }

  /// Tells why a process cannot be the tracer, or null.
  private static @Nullable String wrongWith(Pid tracer) {
    if (tracer.equals(Belay.self())) {
      return "a server cannot be its own tracer";
    }
    try {
      Belay.info(tracer);
      return null;
    } catch (IllegalArgumentException e) {
      return "the tracer " + tracer + " is not of the server's node";
    }
  }

  private interface Change {
    void on(Tracing tracing);
  }

  private static void change(Server<?> server, Change change) {
    Tracing tracing = server.tracing();
    if (tracing == null) {
      tracing = new Tracing();
    }
    change.on(tracing);
    server.affairs().tracing = tracing.orNull();
  }

  private static void show(
      Server<?> server, From<?> from, Function<Object, @Nullable Object> look) {
    try {
      // Development mode refuses an answer that could be changed.
      answer(from, look.apply(server));
    } catch (ExitSignalError e) {
      throw e;
    } catch (Throwable e) {
      from.refuse("what was to look at the state threw " + Text.of(e));
    }
  }

  private static ServerStatus status(Server<?> server, boolean suspended) {
    ProcessInfo info = Belay.info(Belay.self()).orElseThrow();
    Optional<Tracing> tracing = Optional.ofNullable(server.tracing());
    return new ServerStatus(
        info.pid(),
        server.ownType().getName(),
        info.label(),
        info.registeredName(),
        info.parent(),
        info.ancestors(),
        server.childPids(),
        suspended,
        info.messageQueueLength(),
        Text.of(server, server::describeState),
        tracing.flatMap(Tracing::statistics),
        tracing.flatMap(Tracing::tracer),
        tracing.map(Tracing::log).orElse(List.of()));
  }

  @SuppressWarnings("unchecked") // the kind of the request is that of its reply
  private static void answer(From<?> from, @Nullable Object value) {
    ((From<@Nullable Object>) from).reply(value);
  }
}
