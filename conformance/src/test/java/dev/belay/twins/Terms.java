package dev.belay.twins;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.NameException;
import dev.belay.NoProcessException;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Timeout;
import dev.belay.TimerRef;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.FailedToStart;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// How the values of a scenario are printed: as the Erlang terms that they stand for.
///
/// | Java | Erlang | printed |
/// | --- | --- | --- |
/// | string, number, boolean | atom, integer | as it is |
/// | [List], [Tuple], [Unordered] | list, tuple, list whose order does not count | `[a,b]`, `{a,b}`, `[a,b]` sorted |
/// | [Pid], [Ref], [TimerRef] | pid, reference | its role; `?` if it has none |
/// | [Name] | `{Name, node()}` | `{name,node}` |
/// | [Exit] | `{'EXIT', Pid, Reason}` | `{EXIT,pid,reason}` |
/// | [Down] | `{Tag, Ref, process, Subject, Reason}` | `{DOWN,ref,process,subject,reason}` |
/// | [Timeout] | `{timeout, Ref, Message}` | `{timeout,timer,message}` |
/// | [ExitReason], [ExitReason.Term] | the atom, or the term | `normal`, the value |
/// | [ExitReason.Crash] | `{Error, Stack}` | `{crash,error}` |
/// | [ExitReason.Crash] of a [CallException] that nobody caught | `{Reason, {gen_server, call, Args}}` | `{call_failed,reason}` |
/// | [CallReason], [FailedToStart] | the atom, `{failed_to_start_child, Id, Reason}` | `timeout`, `{failed_to_start_child,id,reason}` |
///
/// What a crash tells besides its stack is comparable as far as both sides raise it themselves, or
/// the run-time systems raise what means the same:
///
/// | Java throws | Erlang raises | printed |
/// | --- | --- | --- |
/// | [Raised] with a value | `error(Value)` | `{crash,value}` |
/// | [Thrown] (checked) with a value | `throw(Value)` | `{crash,{nocatch,value}}` |
/// | [ArithmeticException] | `error:badarith` | `{crash,badarith}` |
/// | [NoProcessException] of `link` | `error:noproc` | `{crash,noproc}` |
/// | [NameException] | `error:badarg` | `{crash,badarg}` |
/// | anything else | | `{crash,class}`, which equals nothing of Erlang's |
final class Terms {
  private final Map<Object, String> roles;

  Terms(Map<Object, String> roles) {
    this.roles = roles;
  }

  /// A tuple of Erlang's, as a message or as a part of one.
  record Tuple(List<Object> elements) {
    static Tuple tuple(Object... elements) {
      return new Tuple(List.of(elements));
    }
  }

  /// Values in no order.
  record Unordered(List<Object> elements) {
    static Unordered set(Collection<?> elements) {
      return new Unordered(List.copyOf(elements));
    }
  }

  String words(List<Object> words) {
    return words.stream().map(this::show).collect(Collectors.joining(" "));
  }

  String show(Object value) {
    return switch (value) {
      case Pid pid -> role(pid);
      case Ref ref -> role(ref);
      case TimerRef timer -> role(timer);
      case Name name -> "{" + name.name() + ",node}";
      case List<?> list -> list.stream().map(this::show).collect(Collectors.joining(",", "[", "]"));
      case Unordered unordered ->
          unordered.elements().stream()
              .map(this::show)
              .sorted()
              .collect(Collectors.joining(",", "[", "]"));
      case Tuple tuple -> tuple(tuple.elements().toArray());
      case Exit exit -> tuple("EXIT", exit.pid(), exit.reason());
      case Down down ->
          tuple(down.tag().orElse("DOWN"), down.ref(), "process", down.subject(), down.reason());
      case Timeout timeout -> tuple("timeout", timeout.timer(), timeout.message());
      case ExitReason.Crash(CallException failed) -> tuple("call_failed", failed.reason());
      case ExitReason.Crash crash -> tuple("crash", raised(crash.throwable()));
      case CallReason reason -> reason.toString();
      case FailedToStart(String id, ExitReason reason) ->
          tuple("failed_to_start_child", id, reason);
      case ExitReason.Term term -> show(term.value());
      case ExitReason.Shutdown shutdown when shutdown.detail() != null ->
          tuple("shutdown", shutdown.detail());
      case ExitReason reason -> reason.toString();
      case String atom -> atom;
      case Integer number -> number.toString();
      case Boolean truth -> truth.toString();
      default ->
          throw new IllegalArgumentException(
              "no Erlang term stands for a " + value.getClass().getName() + ": " + value);
    };
  }

  private String tuple(Object... elements) {
    return List.of(elements).stream().map(this::show).collect(Collectors.joining(",", "{", "}"));
  }

  private String role(Object bearer) {
    return roles.getOrDefault(bearer, "?");
  }

  private static Object raised(Throwable throwable) {
    return switch (throwable) {
      case Raised raised -> raised.value;
      case Thrown thrown -> Tuple.tuple("nocatch", thrown.value);
      case ArithmeticException _ -> "badarith";
      case NoProcessException _ -> "noproc";
      case NameException _ -> "badarg";
      default -> throwable.getClass().getName();
    };
  }

  /// What a scenario throws where its twin says `error(Value)`.
  static final class Raised extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Object value;

    Raised(Object value) {
      super(value.toString());
      this.value = value;
    }

    Object value() {
      return value;
    }
  }

  /// What a scenario throws where its twin says `throw(Value)`.
  static final class Thrown extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Object value;

    Thrown(Object value) {
      super(value.toString());
      this.value = value;
    }
  }
}
