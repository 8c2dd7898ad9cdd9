package dev.belay.otp;

import dev.belay.AliasMode;
import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.InboxClosedException;
import dev.belay.Monitored;
import dev.belay.NameException;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.Turns;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Starts processes that say when they have begun (PL2).
final class Starting {
  /*
   * The child sends Begun or Ignored to an alias of the starter, or it ends, of which a monitor tells. So the starter hears of a
   * failure only when the child is gone, and its name is free (GS2, PL12). Nothing of the two is left in the starter's mailbox: who
   * takes one takes the other off, or waits for it.
   */

  /// Thrown in the child by whoever does not want it to begin after all.
  static final class Ignore extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Ignore() {
      super("this process says that it is not needed", null, false, false);
    }
  }

  /// What begins in the child.
  interface Child {
    /// Returns what it is, if it is a supervisor.
    default @Nullable Overseer<?> overseer() {
      return null;
    }

    /// Does what has to be done before the starter goes on.
    Behaviour begin(boolean linked) throws Exception;

    /// Does what has to be done next, before any message.
    Behaviour proceed(Behaviour begun) throws Exception;
  }

  private Starting() {}

  /// A process starts others on its own node only.
  static void check(Node node) {
    if (Belay.inProcess() && Belay.node() != node) {
      throw new IllegalArgumentException(
          "a process of " + Belay.node() + " cannot start another one on " + node);
    }
  }

  /// Starts a process and waits until it has begun.
  ///
  /// @param keepsMonitor whether the monitor stays
  /// @throws StartException if it does not begin
  static Monitored start(
      Caller caller,
      StartOptions options,
      boolean linked,
      boolean keepsMonitor,
      Class<?> initial,
      Child child) {
    String what = what(options, initial);
    try {
      return start(caller, options, linked, keepsMonitor, initial, child, what);
    } catch (InboxClosedException e) {
      // The node is closing while a plain thread waits.
      StartException failure = StartException.failed(what, ExitReason.NO_CONNECTION);
      failure.addSuppressed(e);
      throw failure;
    }
  }

  private static Monitored start(
      Caller caller,
      StartOptions options,
      boolean linked,
      boolean keepsMonitor,
      Class<?> initial,
      Child child,
      String what) {
    Via<?, ?> via = options.via();
    if (via != null && via.registry().node() != caller.node()) {
      throw new IllegalArgumentException(
          what
              + " was not started: "
              + via.registry()
              + " is not for processes of "
              + caller.node());
    }
    Ref begun = caller.alias(AliasMode.REPLY);
    Callable<Behaviour> body =
        () -> {
          Optional<Pid> holder = via == null ? Optional.empty() : via.register();
          if (holder.isPresent()) {
            Belay.send(begun, new Answer.Taken(begun, holder.get()));
            return Behaviour.done();
          }
          Behaviour behaviour;
          try {
            behaviour = child.begin(linked);
          } catch (Ignore e) {
            Belay.send(begun, new Answer.Ignored(begun));
            return Behaviour.done();
          }
          Belay.send(begun, new Answer.Begun(begun));
          return child.proceed(behaviour);
        };
    Monitored started = spawn(caller, options, linked, what, begun, Turns.of(body, initial));
    Overseer.spawned(started.pid(), child.overseer());
    boolean over = false;
    try {
      Object answer = caller.receiveWithin(begun, either(begun, started.ref()), options.timeout());
      ExitReason reason = answer == null ? ExitReason.term(CallReason.TIMEOUT) : ExitReason.NORMAL;
      if (answer instanceof Answer.Begun) {
        over = true;
        if (!keepsMonitor) {
          caller.demonitor(started.ref(), Demonitor.FLUSH);
        }
        return started;
      }
      if (answer instanceof Answer.Ignored || answer instanceof Answer.Taken) {
        caller.receive(started.ref(), down(started.ref()));
      } else if (answer instanceof Down down) {
        reason = down.reason();
      } else {
        abandon(caller, started, begun, linked);
        caller.receive(started.ref(), down(started.ref()));
      }
      over = true;
      flush(caller, begun, started.pid(), linked);
      throw switch (answer) {
        case Answer.Ignored _ -> StartException.ignored(what);
        case Answer.Taken taken ->
            StartException.alreadyStarted(what, String.valueOf(via), taken.holder());
        case null, default -> StartException.failed(what, reason);
      };
    } finally {
      if (!over) {
        // The wait was interrupted, or the caller is exiting itself.
        abandon(caller, started, begun, linked);
        caller.demonitor(started.ref(), Demonitor.FLUSH);
        flush(caller, begun, started.pid(), linked);
      }
      caller.unalias(begun);
    }
  }

  private static String what(StartOptions options, Class<?> initial) {
    Via<?, ?> via = options.via();
    return options.name().orElseGet(() -> via == null ? initial.getSimpleName() : via.toString());
  }

  private static Monitored spawn(
      Caller caller, StartOptions options, boolean linked, String what, Ref begun, Turns body) {
    while (true) {
      try {
        return caller.spawnMonitor(options.spawnOptions(linked), body);
      } catch (NameException e) {
        Node node = caller.node();
        Optional<Pid> running = options.name().flatMap(node::whereis);
        if (options.name().isEmpty()) {
          // A name in the options of spawn.
          caller.unalias(begun);
          throw e;
        }
        if (running.isPresent()) {
          caller.unalias(begun);
          throw StartException.alreadyStarted(
              what, "\"" + options.name().orElseThrow() + "\"", running.get());
        }
        // Whoever had it has just ended.
      } catch (Throwable e) {
        caller.unalias(begun);
        throw e;
      }
    }
  }

  /// Kills a child that has not begun, so that its end does not reach the caller by the link (PL4).
  private static void abandon(Caller caller, Monitored started, Ref begun, boolean linked) {
    try {
      caller.unalias(begun);
      if (linked) {
        caller.unlink(started.pid());
      }
      caller.exit(started.pid(), ExitReason.KILL);
    } catch (InboxClosedException e) {
      caller.node().exit(started.pid(), ExitReason.KILL);
      throw e;
    }
  }

  /// Takes away what a child that has not begun may have left in the mailbox.
  private static void flush(Caller caller, Ref begun, Pid pid, boolean linked) {
    caller.receive(
        begun,
        m -> m instanceof Answer answer && answer.to().equals(begun) ? m : null,
        Duration.ZERO);
    if (linked) {
      caller.unlink(pid);
      caller.receive(
          begun,
          m -> m instanceof Exit exit && exit.pid().equals(pid) ? exit : null,
          Duration.ZERO);
    }
  }

  private static Selector<Object> either(Ref begun, Ref monitor) {
    return m ->
        (m instanceof Answer answer && answer.to().equals(begun))
                || (m instanceof Down down && down.ref().equals(monitor))
            ? m
            : null;
  }

  private static Selector<Down> down(Ref monitor) {
    return m -> m instanceof Down down && down.ref().equals(monitor) ? down : null;
  }
}
