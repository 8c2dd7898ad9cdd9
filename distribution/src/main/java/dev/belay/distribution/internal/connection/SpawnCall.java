package dev.belay.distribution.internal.connection;

import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.TermCodec;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.terms.TermWriter;
import dev.belay.distribution.internal.wire.Encoded;
import dev.belay.distribution.internal.wire.SpawnOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What another node is asked to spawn, in the program's values.
///
/// @param module the module of the function
/// @param function its name
/// @param arguments its arguments, 255 at most
/// @param others options besides `link` and `monitor`
/// @param groupLeader who does the output of its spawner; null if nobody is known to
public record SpawnCall(
    Atom module, Atom function, List<?> arguments, List<Tuple> others, @Nullable Pid groupLeader) {
  /// As many arguments as a function of Erlang's can have.
  private static final int MOST = 255;

  /// Checks what other nodes would close the connection for.
  ///
  /// @param module the module of the function
  /// @param function its name
  /// @param arguments its arguments
  /// @param others options
  public SpawnCall {
    if (arguments.size() > MOST) {
      throw new IllegalArgumentException(
          "spawn of "
              + module.name()
              + ":"
              + function.name()
              + " with "
              + arguments.size()
              + " arguments: a function has 255 at most");
    }
  }

  /// Returns the function, as Erlang writes it.
  ///
  /// @return `module:name/arity`
  public String text() {
    return module.name() + ":" + function.name() + "/" + arguments.size();
  }

  /// Tells whether this node would take the options.
  ///
  /// @return false if one is unknown, or has a value that it cannot have
  public boolean areOptionsKnown() {
    return SpawnOptions.read(terms()).isPresent();
  }

  private List<Object> terms() {
    List<Object> terms = new ArrayList<>();
    for (Tuple option : others) {
      terms.add(TermCodec.EMPTY.toTerm(option));
    }
    return terms;
  }

  /// What is written for it.
  ///
  /// @param groupLeader the child's group leader
  /// @param others options besides `link` and `monitor`, as terms
  /// @param arguments the list of arguments
  record OnTheWire(
      Atom module,
      Atom function,
      int arity,
      Pid groupLeader,
      List<Object> others,
      Encoded arguments) {}

  /// Makes what is written.
  ///
  /// @throws IllegalArgumentException if an option is no term
  OnTheWire onTheWire(Pid groupLeader, Encoded encoded, Identities identities) {
    List<Object> terms = terms();
    try {
      new TermWriter(identities).write(terms);
    } catch (TermException e) {
      throw new IllegalArgumentException(
          "spawn of " + text() + ": an option is no term of Erlang's: " + e.getMessage(), e);
    }
    return new OnTheWire(module, function, arguments.size(), groupLeader, terms, encoded);
  }
}
