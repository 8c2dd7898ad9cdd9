package dev.belay.distribution.internal.global;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.ExternalFun;
import dev.belay.distribution.Fun;
import dev.belay.distribution.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides who keeps a name that two processes have when their nodes meet.
final class Resolving {
  /// What is to be done about the names of the other side.
  ///
  /// @param ours what this side has to do
  /// @param theirs what the other side has to do
  record Outcome(List<Object> ours, List<Object> theirs) {}

  private static final String RANDOM_EXIT = "random_exit_name";
  private static final Atom CONFLICT = Atom.of("global_name_conflict");

  private final String self;

  Resolving(String self) {
    this.self = self;
  }

  /// A name of the other side.
  ///
  /// @param offered its `{Name,Pid,Method}`
  /// @param own who has it on this side, or null
  record Offer(Tuple offered, Names.@Nullable Entry own) {}

  /// Decides about all names of the other side; may ask other nodes, and waits for them. In a
  /// process.
  ///
  /// @param first whether it is this side that decides where both have a name
  Outcome decide(List<Offer> offers, boolean first) {
    List<Object> ours = new ArrayList<>();
    List<Object> theirs = new ArrayList<>();
    for (Offer offer : offers) {
      Names.Entry own = offer.own;
      Object insertion = Tuple.of(Words.INSERT, offer.offered);
      if (own == null) {
        ours.add(insertion);
      } else if (!own.pid().equals(offer.offered.get(1)) && first) {
        Object name = offer.offered.get(0);
        Object kept = ask(own, name, (Pid) offer.offered.get(1));
        if (kept == null || kept.equals(offer.offered.get(1))) {
          // Nobody has answered, or theirs is kept.
          ours.add(insertion);
        } else if (kept.equals(own.pid())) {
          theirs.add(Tuple.of(Words.INSERT, Tuple.of(name, own.pid(), own.method())));
        } else {
          ours.add(Tuple.of(Words.DELETE, name));
          theirs.add(Tuple.of(Words.DELETE, name));
        }
      }
    }
    return new Outcome(List.copyOf(ours), List.copyOf(theirs));
  }

  /// Has the node of the process on this side decide.
  ///
  /// @return the pid that is kept, or something else, or null if there was no answer
  private @Nullable Object ask(Names.Entry own, Object name, Pid other) {
    String node = own.pid().node();
    if (node.equals(self)) {
      return decide(own.method(), name, other, own.pid());
    }
    Tuple call =
        Words.say(
            "call",
            Words.GLOBAL,
            Atom.of("resolve_it"),
            List.of(own.method(), name, other, own.pid()),
            Belay.self());
    return Asking.one(new Name("rex", node), call);
  }

  /// Decides between two processes with one name, as the functions of Erlang's `global` do that are
  /// made for it.
  ///
  /// @param method the function
  /// @param one one of the processes
  /// @param other the other one
  /// @return the pid that is kept, or `none`; or null if the function is none of these, and can be
  ///   called by nodes that have it alone
  static @Nullable Object decide(Object method, Object name, Pid one, Pid other) {
    boolean inOrder = Atom.of(one.node()).compareTo(Atom.of(other.node())) < 0;
    Pid less = inOrder ? one : other;
    Pid greater = inOrder ? other : one;
    return switch (function(method)) {
      case RANDOM_EXIT -> {
        Belay.exit(greater, ExitReason.KILL);
        yield less;
      }
      case "random_notify_name" -> {
        Belay.send(greater, Tuple.of(CONFLICT, name));
        yield less;
      }
      case "notify_all_name" -> {
        Belay.send(one, Tuple.of(CONFLICT, name, other));
        Belay.send(other, Tuple.of(CONFLICT, name, one));
        yield Words.NONE;
      }
      default -> null;
    };
  }

  private static String function(Object method) {
    if (method instanceof ExternalFun(Atom module, Atom function, int arity)
        && module.equals(Words.GLOBAL)
        && arity == 3) {
      return function.name();
    }
    // What stands there if a name was registered without a function: one of `global`'s own, which
    // has no name on the wire.
    return method instanceof Fun fun && fun.module().equals(Words.GLOBAL) && fun.arity() == 3
        ? RANDOM_EXIT
        : "";
  }
}
