package dev.belay.distribution.internal.otp;

import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.connection.Reasons;
import dev.belay.otp.GenRequest;
import dev.belay.otp.ServerStatus;
import java.util.List;

/// What the functions of `sys` ask any server, and what they are answered.
///
/// A state is told as text, as [dev.belay.otp.Server] describes it: that it is an object of Java's
/// makes it no term. For the same reason nothing can be put in its place.
final class SystemMessages {
  private static final Atom SUSPEND = Atom.of("suspend");
  private static final Atom RESUME = Atom.of("resume");
  private static final Atom GET_STATE = Atom.of("get_state");
  private static final Atom GET_STATUS = Atom.of("get_status");
  private static final Atom TERMINATE = Atom.of("terminate");
  private static final Atom DATA = Atom.of("data");

  private SystemMessages() {}

  static GenMessages.Understood read(Object request) {
    if (request instanceof Atom word) {
      if (word.equals(SUSPEND)) {
        return new GenMessages.Understood(GenRequest.suspend(), _ -> Atom.OK);
      }
      if (word.equals(RESUME)) {
        return new GenMessages.Understood(GenRequest.resume(), _ -> Atom.OK);
      }
      if (word.equals(GET_STATE)) {
        return new GenMessages.Understood(
            GenRequest.status(), it -> Binary.utf8(((ServerStatus) it).state()));
      }
      if (word.equals(GET_STATUS)) {
        return new GenMessages.Understood(GenRequest.status(), it -> status((ServerStatus) it));
      }
    }
    if (request instanceof Tuple pair && pair.size() == 2 && pair.get(0).equals(TERMINATE)) {
      return new GenMessages.Understood(
          GenRequest.terminate(Reasons.reason(pair.get(1))), _ -> Atom.OK);
    }
    return new GenMessages.Understood(GenRequest.unknown(), it -> it);
  }

  /// `{status, Pid, {module, Module}, [PDict, SysState, Parent, Debug, Misc]}`
  static Tuple status(ServerStatus it) {
    Atom module = atom(it.type());
    Atom state = Atom.of(it.suspended() ? "suspended" : "running");
    Pid parent = it.parent().orElse(it.pid());
    List<Object> dictionary =
        List.of(
            Tuple.of(Atom.of("$ancestors"), it.ancestors()),
            Tuple.of(Atom.of("$initial_call"), Tuple.of(module, Atom.of("init"), 1L)));
    String name = it.name().orElse(it.label().isEmpty() ? it.pid().toString() : it.label());
    List<Object> misc =
        List.of(
            Tuple.of(Atom.of("header"), characters("Status for server " + name)),
            Tuple.of(
                DATA,
                List.of(
                    Tuple.of(characters("Status"), state),
                    Tuple.of(characters("Parent"), parent),
                    Tuple.of(characters("Logged events"), List.of()))),
            Tuple.of(DATA, List.of(Tuple.of(characters("State"), Binary.utf8(it.state())))));
    return Tuple.of(
        Atom.of("status"),
        it.pid(),
        Tuple.of(Atom.of("module"), module),
        List.of(dictionary, state, parent, List.of(), misc));
  }

  private static Atom atom(String text) {
    return Atom.of(text.length() <= Atom.MAX_LENGTH ? text : text.substring(0, Atom.MAX_LENGTH));
  }

  private static List<Object> characters(String text) {
    return List.copyOf(text.codePoints().mapToObj(c -> (Object) (long) c).toList());
  }
}
