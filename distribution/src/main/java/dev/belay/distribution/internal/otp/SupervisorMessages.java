package dev.belay.distribution.internal.otp;

import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.connection.Reasons;
import dev.belay.otp.Child;
import dev.belay.otp.ChildCounts;
import dev.belay.otp.ChildInfo;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.GenProtocol;
import dev.belay.otp.GenRequest;
import dev.belay.otp.SupervisorException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the functions of `supervisor` ask, and what they are answered.
///
/// An id is a binary there, as texts are: there may be any number of them, and Erlang never forgets
/// an atom. Asked for, it may also be an atom or a list of characters.
final class SupervisorMessages {
  private static final Atom WHICH_CHILDREN = Atom.of("which_children");
  private static final Atom COUNT_CHILDREN = Atom.of("count_children");
  private static final Atom RESTARTING = Atom.of("restarting");
  private static final Atom WORKER = Atom.of("worker");
  private static final Atom SUPERVISOR = Atom.of("supervisor");

  private final ChildSpecs specs;

  SupervisorMessages(ChildStarts starts) {
    this.specs = new ChildSpecs(starts);
  }

  /// Reads a request.
  ///
  /// @return null if it is none
  GenMessages.@Nullable Understood read(GenProtocol.Kind kind, Object request) {
    if (request.equals(WHICH_CHILDREN)) {
      return new GenMessages.Understood(
          GenRequest.children(kind), it -> children(kind, (List<?>) it));
    }
    if (request.equals(COUNT_CHILDREN)) {
      return new GenMessages.Understood(GenRequest.count(kind), it -> counts((ChildCounts) it));
    }
    return request instanceof Tuple pair && pair.size() == 2 && pair.get(0) instanceof Atom verb
        ? read(kind, verb.name(), pair.get(1))
        : null;
  }

  private GenMessages.@Nullable Understood read(
      GenProtocol.Kind kind, String verb, Object argument) {
    if (verb.equals("start_child")) {
      ChildSpec spec = specs.read(argument);
      return spec == null
          ? null
          : new GenMessages.Understood(GenRequest.startChild(kind, spec), this::started);
    }
    if (kind == GenProtocol.Kind.DYNAMIC_SUPERVISOR) {
      return verb.equals("terminate_child") && argument instanceof Pid pid
          ? new GenMessages.Understood(GenRequest.terminateChild(pid), this::done)
          : null;
    }
    String id = ChildSpecs.id(argument);
    return switch (verb) {
      case "terminate_child" ->
          new GenMessages.Understood(GenRequest.terminateChild(id), this::done);
      case "restart_child" ->
          new GenMessages.Understood(GenRequest.restartChild(id), this::started);
      case "delete_child" -> new GenMessages.Understood(GenRequest.deleteChild(id), this::done);
      case "get_childspec" -> new GenMessages.Understood(GenRequest.childSpec(id), this::spec);
      default -> null;
    };
  }

  // what is answered

  static List<Object> children(GenProtocol.Kind kind, List<?> children) {
    List<Object> all = new ArrayList<>(children.size());
    for (Object one : children) {
      ChildInfo child = (ChildInfo) one;
      all.add(
          Tuple.of(
              kind == GenProtocol.Kind.SUPERVISOR ? Binary.utf8(child.id()) : Atom.UNDEFINED,
              child.restarting()
                  ? RESTARTING
                  : child.pid().<Object>map(pid -> pid).orElse(Atom.UNDEFINED),
              child.supervisor() ? SUPERVISOR : WORKER,
              List.of()));
    }
    return List.copyOf(all);
  }

  static List<Object> counts(ChildCounts counts) {
    return List.of(
        Tuple.of(Atom.of("specs"), (long) counts.specs()),
        Tuple.of(Atom.of("active"), (long) counts.active()),
        Tuple.of(Atom.of("supervisors"), (long) counts.supervisors()),
        Tuple.of(Atom.of("workers"), (long) counts.workers()));
  }

  private Object started(Object answer) {
    if (answer instanceof SupervisorException refused) {
      return refused(refused);
    }
    Child child = (Child) answer;
    Object pid = child.pid().<Object>map(it -> it).orElse(Atom.UNDEFINED);
    return child.info().isPresent()
        ? Tuple.of(Atom.OK, pid, child.info().get())
        : Tuple.of(Atom.OK, pid);
  }

  private Object done(Object answer) {
    return answer instanceof SupervisorException refused ? refused(refused) : Atom.OK;
  }

  private Object spec(Object answer) {
    return answer instanceof SupervisorException refused
        ? refused(refused)
        : Tuple.of(Atom.OK, ChildSpecs.term((ChildSpec) answer));
  }

  static Tuple refused(SupervisorException refused) {
    Object why =
        switch (refused.why()) {
          case ALREADY_STARTED ->
              Tuple.of(
                  Atom.of("already_started"),
                  refused.running().<Object>map(it -> it).orElse(Atom.UNDEFINED));
          case ALREADY_PRESENT -> Atom.of("already_present");
          case NOT_FOUND -> Atom.of("not_found");
          case RUNNING -> Atom.of("running");
          case RESTARTING -> RESTARTING;
          case START_FAILED -> Reasons.term(refused.reason().orElse(ExitReason.NORMAL));
          case TOO_MANY -> Atom.of("max_children");
          case QUARANTINED -> Atom.of("quarantined");
        };
    return Tuple.of(Atom.ERROR, why);
  }
}
