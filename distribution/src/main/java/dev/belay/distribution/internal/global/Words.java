package dev.belay.distribution.internal.global;

import dev.belay.Belay;
import dev.belay.Destination;
import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The words in which name servers talk, and how they are put together and taken apart. Lists are
/// immutable, since they are sent.
final class Words {
  /// The version of the protocol that is spoken here; that of Erlang/OTP 25 and newer.
  static final int VERSION = 8;

  /// The first version in which the sides of a session tell each other which one they mean.
  static final int VERIFIES = 8;

  /// The first version that tells versions on, and lost connections.
  static final int TELLS_LOSSES = 7;

  /// The name of the name server on each node.
  static final String SERVER = "global_name_server";

  static final Atom CALL = Atom.of("$gen_call");
  static final Atom CAST = Atom.of("$gen_cast");

  /// The resource that is locked while names change.
  static final Atom GLOBAL = Atom.of("global");

  static final Atom INSERT = Atom.of("insert");
  static final Atom DELETE = Atom.of("delete");
  static final Atom YES = Atom.of("yes");
  static final Atom NONE = Atom.of("none");
  static final Atom UNUSED = Atom.of("unused");
  private static final Atom ALIAS = Atom.of("alias");

  private Words() {}

  /// Makes a tuple that begins with a word.
  static Tuple say(String word, Object... rest) {
    Object[] all = new Object[rest.length + 1];
    all[0] = Atom.of(word);
    System.arraycopy(rest, 0, all, 1, rest.length);
    return Tuple.of(all);
  }

  static Name serverOf(String node) {
    return new Name(SERVER, node);
  }

  /// Returns the word with which a message begins.
  ///
  /// @return it, or an empty text if it begins otherwise
  static String word(Object message) {
    return message instanceof Tuple tuple && tuple.size() > 0 && tuple.get(0) instanceof Atom word
        ? word.name()
        : "";
  }

  static Tuple tuple(Object term) {
    return (Tuple) term;
  }

  static String name(Object term) {
    return ((Atom) term).name();
  }

  @SuppressWarnings("unchecked") // a list of terms
  static List<Object> list(Object term) {
    return (List<Object>) term;
  }

  static List<Object> atoms(Collection<String> nodes) {
    List<Object> atoms = new ArrayList<>();
    for (String node : nodes) {
      atoms.add(Atom.of(node));
    }
    return List.copyOf(atoms);
  }

  /// Returns the greatest of some nodes, which all ask first, so that they do not lock each other
  /// out.
  static String boss(Collection<String> nodes) {
    Atom greatest = null;
    for (String node : nodes) {
      Atom atom = Atom.of(node);
      if (greatest == null || atom.compareTo(greatest) > 0) {
        greatest = atom;
      }
    }
    if (greatest == null) {
      throw new IllegalArgumentException("no nodes");
    }
    return greatest.name();
  }

  /// Makes what two lockers lock with: both as one, in the order that Erlang gives to pids.
  static Tuple lockOf(Pid one, Pid other) {
    return Tuple.of(GLOBAL, compare(one, other) <= 0 ? List.of(one, other) : List.of(other, one));
  }

  private static int compare(Pid one, Pid other) {
    // The serial number first, which is the upper half of the number, and the node last.
    int byNumber = Long.compareUnsigned(one.number(), other.number());
    return byNumber != 0 ? byNumber : Atom.of(one.node()).compareTo(Atom.of(other.node()));
  }

  /// Answers a call.
  ///
  /// @param from the caller and its tag
  static void reply(Tuple from, @Nullable Object answer) {
    if (answer != null) {
      Object tag = from.get(1);
      Belay.send(destination((Pid) from.get(0), tag), Tuple.of(tag, answer));
    }
  }

  /// A tag `[alias|Ref]`, or one that begins with that, wants its reply by that alias.
  private static Destination destination(Pid caller, Object tag) {
    Object inner =
        switch (tag) {
          case List<?> list when !list.isEmpty() -> list.getFirst();
          case ImproperList list when list.elements().getFirst() instanceof ImproperList first ->
              first;
          default -> tag;
        };
    return inner instanceof ImproperList(List<Object> elements, Ref alias)
            && elements.getFirst().equals(ALIAS)
        ? alias
        : caller;
  }
}
