package dev.belay;

import java.util.Objects;

/// Why a process ended, as its links and monitors are told.
///
/// One-to-one with Erlang's terms: [#NORMAL] is `normal`, [#SHUTDOWN] `shutdown`, [Shutdown] with a
/// detail `{shutdown, Detail}`, [#KILL] and [#KILLED] the two of the kill signal, [#NO_PROC] and
/// [#NO_CONNECTION] what links and monitors to the dead and the unreachable hear, [Crash] an
/// uncaught exception, and [Term] anything else.
///
/// Reasons are immutable and compared by value (a [Crash] by the identity of its throwable, which
/// has no value of its own).
public sealed interface ExitReason {
  /*
   * No default methods: an interface that has some is initialised together with its implementations, and
   * two threads that begin at the two ends would wait for each other for ever.
   */

  /// The process returned, or ended as intended. A linked process lives on unless it traps exits or
  /// is linked with [LinkMode#ANY_EXIT].
  ExitReason NORMAL = new Normal();

  /// An orderly shutdown, as a supervisor asks for.
  ExitReason SHUTDOWN = new Shutdown(null);

  /// The request to kill. As an exit signal it cannot be trapped and becomes [#KILLED]; as a
  /// process's own reason it is passed on as it is (T3, T4).
  ExitReason KILL = new Kill();

  /// The reason of a process that was killed.
  ExitReason KILLED = new Killed();

  /// The process of a link or monitor did not exist when the signal came to it.
  ExitReason NO_PROC = new NoProc();

  /// The node of the other process cannot be reached, or the connection to it was lost.
  ExitReason NO_CONNECTION = new NoConnection();

  /// Returns the reason of a process that ended by an uncaught throwable.
  ///
  /// @param throwable what was thrown
  /// @return a reason that keeps it
  static ExitReason crash(Throwable throwable) {
    return new Crash(throwable);
  }

  /// Returns a reason that is any immutable value, as any term may be one in Erlang.
  ///
  /// @param value the value
  /// @return the reason
  static ExitReason term(Object value) {
    return new Term(value);
  }

  /// Returns the reason `{shutdown, Detail}`: orderly, with something to say about it.
  ///
  /// @param detail any immutable value
  /// @return the reason
  static ExitReason shutdown(Object detail) {
    return new Shutdown(Objects.requireNonNull(detail, "detail"));
  }

  /// Tells whether this end was intended: normal, or a shutdown with or without detail. Such ends
  /// make no crash report, and a transient child of a supervisor is not restarted after them.
  ///
  /// @return whether the end was intended
  boolean isOrderly();

  /// Erlang's `normal`.
  record Normal() implements ExitReason {
    @Override
    public boolean isOrderly() {
      return true;
    }

    @Override
    public String toString() {
      return "normal";
    }
  }

  /// Erlang's `shutdown` and `{shutdown, Detail}`.
  ///
  /// @param detail what there is to say about it, or null
  @Sendable
  record Shutdown(@org.jspecify.annotations.Nullable Object detail) implements ExitReason {
    @Override
    public boolean isOrderly() {
      return true;
    }

    @Override
    public String toString() {
      return detail == null ? "shutdown" : "{shutdown, " + detail + "}";
    }
  }

  /// Erlang's `kill`.
  record Kill() implements ExitReason {
    @Override
    public boolean isOrderly() {
      return false;
    }

    @Override
    public String toString() {
      return "kill";
    }
  }

  /// Erlang's `killed`.
  record Killed() implements ExitReason {
    @Override
    public boolean isOrderly() {
      return false;
    }

    @Override
    public String toString() {
      return "killed";
    }
  }

  /// Erlang's `noproc`.
  record NoProc() implements ExitReason {
    @Override
    public boolean isOrderly() {
      return false;
    }

    @Override
    public String toString() {
      return "noproc";
    }
  }

  /// Erlang's `noconnection`.
  record NoConnection() implements ExitReason {
    @Override
    public boolean isOrderly() {
      return false;
    }

    @Override
    public String toString() {
      return "noconnection";
    }
  }

  /// An uncaught throwable, kept with its stack.
  ///
  /// @param throwable what was thrown, the original object
  @Sendable
  record Crash(Throwable throwable) implements ExitReason {
    /// Keeps the throwable.
    ///
    /// @param throwable what was thrown
    public Crash {
      Objects.requireNonNull(throwable, "throwable");
    }

    @Override
    public boolean isOrderly() {
      return false;
    }

    @Override
    public String toString() {
      return "crash: " + throwable;
    }
  }

  /// Any other reason.
  ///
  /// @param value the value that is the reason
  @Sendable
  record Term(Object value) implements ExitReason {
    /// Keeps the value.
    ///
    /// @param value the value that is the reason
    public Term {
      Objects.requireNonNull(value, "value");
    }

    @Override
    public boolean isOrderly() {
      return false;
    }

    @Override
    public String toString() {
      return value.toString();
    }
  }
}
