package dev.belay.distribution;

import static dev.belay.Belay.send;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Destination;
import dev.belay.Down;
import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.ProcessLimitException;
import dev.belay.Ref;
import dev.belay.distribution.internal.connection.Functions;
import dev.belay.distribution.internal.connection.Reasons;
import dev.belay.distribution.internal.otp.Tags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The process `rex`: runs the functions that the program has registered for those who ask by
/// message rather than by spawning, as programs in C do (`erl_call`), and `rpc:block_call` and the
/// nodes of old.
///
/// Each function runs in a process of its own, so that nobody waits for another's. Whatever that
/// ends with, whoever waits for its result gets an answer.
final class Rex implements Behaviour {
  private static final Atom GEN_CALL = Atom.of("$gen_call");
  private static final Atom GEN_CAST = Atom.of("$gen_cast");
  private static final Atom CALL = Atom.of("call");
  private static final Atom BLOCK_CALL = Atom.of("block_call");
  private static final Atom CAST = Atom.of("cast");
  private static final Atom FEATURES_REQUEST = Atom.of("features_request");
  private static final Atom FEATURES_REPLY = Atom.of("features_reply");
  private static final Atom ERPC = Atom.of("erpc");
  private static final Atom REX = Atom.of("rex");
  private static final Atom BADRPC = Atom.of("badrpc");
  private static final Atom EXIT = Atom.of("EXIT");
  private static final Atom SYSTEM_LIMIT = Atom.of("system_limit");
  private static final int REQUEST_SIZE = 5;

  private final Functions functions;

  /// Those who wait for a result, by the monitor of the process that makes it.
  private final Map<Ref, Asker> askers = new HashMap<>();

  private record Asker(Destination to, Object tag) {}

  /// Makes it.
  ///
  /// @param functions what may be run
  Rex(Functions functions) {
    this.functions = functions;
  }

  /// What to run.
  private record Request(Atom module, Atom name, List<?> arguments, Object leader) {
    /// Reads `{Kind, Module, Name, Arguments, GroupLeader}`.
    ///
    /// @return null if it is none
    static @Nullable Request of(Object term, Atom... kinds) {
      return term instanceof Tuple parts
              && parts.size() == REQUEST_SIZE
              && List.of(kinds).contains(parts.get(0))
              && parts.get(1) instanceof Atom module
              && parts.get(2) instanceof Atom name
              && parts.get(3) instanceof List<?> arguments
          ? new Request(module, name, arguments, parts.get(4))
          : null;
    }
  }

  @Override
  public Behaviour handle(Object message) {
    if (message instanceof Down down) {
      ended(down);
    } else if (message instanceof Tuple tuple) {
      if (tuple.size() == 3
          && tuple.get(0).equals(GEN_CALL)
          && tuple.get(1) instanceof Tuple from
          && from.size() == 2
          && from.get(0) instanceof Pid caller) {
        Object tag = from.get(1);
        run(Request.of(tuple.get(2), CALL, BLOCK_CALL), Tags.replyTo(caller, tag), tag);
      } else if (tuple.size() == 2) {
        told(tuple.get(0), tuple.get(1));
      }
    }
    return Behaviour.same();
  }

  private void told(Object from, Object what) {
    if (from.equals(GEN_CAST)) {
      run(Request.of(what, CAST), null, REX);
    } else if (from instanceof Pid caller) {
      if (what.equals(FEATURES_REQUEST)) {
        Tuple reply = Tuple.of(FEATURES_REPLY, Atom.of(Belay.node().name()), List.of(ERPC));
        answer(caller, reply);
      } else {
        run(Request.of(what, CALL), caller, REX);
      }
    }
  }

  /// Has a process run what was asked for.
  ///
  /// @param request null if that makes no sense; then nothing happens, as nobody waits who keeps to
  ///   the protocol
  /// @param to who wants the result, or null if nobody does
  /// @param tag by what it is known
  private void run(@Nullable Request request, @Nullable Destination to, Object tag) {
    if (request == null) {
      return;
    }
    try {
      Monitored worker =
          Belay.spawnMonitor(() -> {
            if (request.leader() instanceof Pid leader) {
              Belay.groupLeader(leader, Belay.self());
            }
            Object result = result(request);
            if (to != null) {
              reply(to, tag, result);
            }
          });
      if (to != null) {
        askers.put(worker.ref(), new Asker(to, tag));
      }
    } catch (ProcessLimitException e) {
      if (to != null) {
        // Here, as there is nobody else to do it.
        send(to, Tuple.of(tag, Tuple.of(BADRPC, Tuple.of(EXIT, SYSTEM_LIMIT))));
      }
    }
  }

  /// A process has ended: if it could not answer, this does.
  private void ended(Down down) {
    Asker asker = askers.remove(down.ref());
    if (asker != null && !down.reason().equals(ExitReason.NORMAL)) {
      answer(asker.to(), Tuple.of(asker.tag(), failed(down.reason())));
    }
  }

  /// Sends an answer from another process, as there may be no room on the way.
  private static void answer(Destination to, Tuple answer) {
    try {
      Belay.spawn(() -> send(to, answer));
    } catch (ProcessLimitException e) {
      send(to, answer);
    }
  }

  private Object result(Request request) {
    try {
      Object value = functions.apply(request.module(), request.name(), terms(request.arguments()));
      return value == null ? Atom.UNDEFINED : value;
    } catch (ExitException e) {
      return failed(e.reason());
    } catch (Exception e) {
      return failed(ExitReason.crash(e));
    }
  }

  private static void reply(Destination to, Object tag, Object result) {
    try {
      send(to, Tuple.of(tag, result));
    } catch (IllegalArgumentException e) {
      // The result is no term.
      send(to, Tuple.of(tag, failed(ExitReason.crash(e))));
    }
  }

  private static Tuple failed(ExitReason reason) {
    return Tuple.of(BADRPC, Tuple.of(EXIT, Reasons.term(reason)));
  }

  @SuppressWarnings("unchecked") // a list of terms
  private static List<Object> terms(List<?> arguments) {
    return (List<Object>) arguments;
  }
}
