package dev.belay.distribution.internal.connection;

import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.distribution.Atom;
import dev.belay.distribution.RemoteFunction;
import dev.belay.distribution.Tuple;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What other nodes may have run here: the functions that the program has registered, and what
/// Erlang's `erpc` needs to call them. Nothing else.
public final class Functions {
  /// Module, name and number of arguments.
  ///
  /// @param module the module
  /// @param name the name
  /// @param arity how many arguments
  public record Key(String module, String name, int arity) {}

  private static final Key EXECUTE_CALL = new Key("erpc", "execute_call", 4);
  private static final Key EXECUTE_CAST = new Key("erpc", "execute_cast", 3);
  private static final Atom RETURN = Atom.of("return");
  private static final Atom EXIT = Atom.of("exit");
  private static final Atom ERROR = Atom.of("error");
  private static final Atom UNDEF = Atom.of("undef");

  private final Map<Key, RemoteFunction> functions;

  /// Makes the table.
  ///
  /// @param functions what the program has registered
  public Functions(Map<Key, RemoteFunction> functions) {
    this.functions = Map.copyOf(functions);
  }

  /// Returns the body of a process that runs a function.
  ///
  /// @param arguments gives them, in the process
  Body body(Key key, Supplier<List<Object>> arguments) {
    if (key.equals(EXECUTE_CALL)) {
      return () -> call(arguments.get());
    }
    if (key.equals(EXECUTE_CAST)) {
      return () -> {
        List<Object> all = arguments.get();
        run((Atom) all.get(0), (Atom) all.get(1), list(all.get(2)));
      };
    }
    return () -> run(Atom.of(key.module()), Atom.of(key.name()), arguments.get());
  }

  /// Returns the body of a process of this node that runs a function which the node itself spawns,
  /// as if it came from another one.
  ///
  /// @param call the function
  /// @return the body
  /// @throws IllegalArgumentException if an argument could not be sent
  public Body body(SpawnCall call) {
    List<Object> arguments = list(Values.term(call.arguments()));
    Key key = new Key(call.module().name(), call.function().name(), arguments.size());
    return body(key, () -> arguments);
  }

  private @Nullable RemoteFunction find(Atom module, Atom name, List<Object> arguments) {
    return functions.get(new Key(module.name(), name.name(), arguments.size()));
  }

  private void run(Atom module, Atom name, List<Object> arguments) throws Exception {
    RemoteFunction function = find(module, name, arguments);
    if (function == null) {
      throw Belay.exit(ExitReason.term(Tuple.of(UNDEF, stack(module, name, arguments))));
    }
    function.apply(arguments);
  }

  /// The result is the reason with which the process exits.
  private void call(List<Object> all) {
    Object result = all.get(0);
    Atom module = (Atom) all.get(1);
    Atom name = (Atom) all.get(2);
    List<Object> arguments = list(all.get(3));
    RemoteFunction function = find(module, name, arguments);
    Object reason;
    if (function == null) {
      reason = Tuple.of(result, ERROR, UNDEF, stack(module, name, arguments));
    } else {
      try {
        Object value = function.apply(arguments);
        reason = Tuple.of(result, RETURN, value == null ? Atom.UNDEFINED : Values.term(value));
      } catch (ExitException e) {
        reason = Tuple.of(result, EXIT, Reasons.term(e.reason()));
      } catch (Exception e) {
        Tuple crash = (Tuple) Reasons.term(ExitReason.crash(e));
        reason = Tuple.of(result, ERROR, crash.get(0), crash.get(1));
      }
    }
    throw Belay.exit(ExitReason.term(reason));
  }

  private static List<Object> stack(Atom module, Atom name, List<Object> arguments) {
    return List.of(Tuple.of(module, name, arguments, List.of()));
  }

  @SuppressWarnings("unchecked") // a list of terms
  private static List<Object> list(Object term) {
    return (List<Object>) term;
  }
}
