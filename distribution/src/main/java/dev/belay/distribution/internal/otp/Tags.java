package dev.belay.distribution.internal.otp;

import dev.belay.Belay;
import dev.belay.Destination;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// By what the reply to a call is known: the second part of Erlang's `From`.
public final class Tags {
  private static final Atom ALIAS = Atom.of("alias");

  private Tags() {}

  /// Who waits for a reply.
  ///
  /// @param caller the process
  /// @param tag anything, to be given back
  record From(Pid caller, Object tag) {
    /// Tells whether the reply goes to a node.
    boolean isOf(String node) {
      Ref alias = alias(tag);
      return caller.node().equals(node) && (alias == null || alias.owner().node().equals(node));
    }

    /// Sends the reply.
    void reply(Node node, Object value) {
      Destination to = replyTo(caller, tag);
      Object reply = Tuple.of(tag, value);
      if (Belay.inProcess()) {
        Belay.send(to, reply);
      } else {
        node.send(to, reply);
      }
    }
  }

  /// Reads a `From`.
  ///
  /// @return null if the term is none
  static @Nullable From from(Object term) {
    return term instanceof Tuple pair && pair.size() == 2 && pair.get(0) instanceof Pid caller
        ? new From(caller, pair.get(1))
        : null;
  }

  /// Makes the `From` of a call of this node.
  static Tuple from(Pid caller, Ref alias) {
    return Tuple.of(caller, tag(alias));
  }

  /// Makes the tag of a call of this node, which has the reply sent to an alias.
  static Object tag(Ref alias) {
    return new ImproperList(List.of(ALIAS), alias);
  }

  /// Returns where the reply to a call goes: a tag of the form `[alias|Ref]` or
  /// `[[alias|Ref]|Anything]` wants it by that alias.
  ///
  /// @param caller who has called
  /// @param tag the tag of the call
  /// @return where to send the reply
  public static Destination replyTo(Pid caller, Object tag) {
    Ref alias = alias(tag);
    return alias == null ? caller : alias;
  }

  /// Returns the alias of a tag that has one.
  static @Nullable Ref alias(Object tag) {
    Ref alias = own(tag);
    return alias != null
        ? alias
        : switch (tag) {
          case ImproperList list -> own(list.elements().getFirst());
          case List<?> list when !list.isEmpty() -> own(list.getFirst());
          default -> null;
        };
  }

  /// Returns the alias of `[alias|Ref]`.
  private static @Nullable Ref own(Object tag) {
    return tag instanceof ImproperList list
            && list.elements().size() == 1
            && list.elements().getFirst().equals(ALIAS)
            && list.tail() instanceof Ref alias
        ? alias
        : null;
  }
}
