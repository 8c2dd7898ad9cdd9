package dev.belay.distribution;

import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.distribution.internal.connection.Reasons;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Servers of Erlang's and Elixir's as children of supervisors on this node.
///
/// ```java
/// Supervisor.oneForOne()
///     .child(ErlangChild.genServer("shop", distribution::spawnLink, "e@localhost", "shop", args))
///     .startLink();
/// ```
///
/// The supervisor is their parent in Erlang's sense: they are spawned with a link to it, and end
/// when it does. When the connection is lost the supervisor takes them for ended, and starts them
/// again as their specification says; give it a [dev.belay.otp.Backoff], so that it does not give
/// up before the node is there again.
public final class ErlangChild {
  private static final Atom ACK = Atom.of("ack");
  private static final Atom NACK = Atom.of("nack");
  private static final Atom IGNORE = Atom.of("ignore");

  private ErlangChild() {}

  /// Spawns processes of other nodes.
  @FunctionalInterface
  public interface Spawner {
    /// Spawns a process that is linked with the calling one from the start.
    ///
    /// @param node where
    /// @param module the module of the function that it runs
    /// @param function its name
    /// @param arguments what it is given
    /// @return the process
    Pid spawnLink(String node, String module, String function, List<Object> arguments);
  }

  /// A child that is a `gen_server`, started as by its `start_link`.
  ///
  /// @param id what it is told apart by from its siblings
  /// @param spawner spawns it
  /// @param node where
  /// @param module its callback module
  /// @param arguments what its `init` is given: any value that can be sent
  /// @return the specification
  public static ChildSpec genServer(
      String id, Spawner spawner, String node, String module, Object arguments) {
    return behaviour(id, spawner, node, "gen_server", module, arguments);
  }

  /// A child that is of one of the behaviours that `gen` starts: `gen_server`, `gen_statem`, or one
  /// like them.
  ///
  /// @param id what it is told apart by from its siblings
  /// @param spawner spawns it
  /// @param node where
  /// @param behaviour the module of the behaviour
  /// @param module its callback module
  /// @param arguments what its `init` is given: any value that can be sent
  /// @return the specification
  public static ChildSpec behaviour(
      String id, Spawner spawner, String node, String behaviour, String module, Object arguments) {
    Objects.requireNonNull(spawner, "spawner");
    Objects.requireNonNull(node, "node");
    Atom kind = Atom.of(behaviour);
    Atom callbacks = Atom.of(module);
    Objects.requireNonNull(arguments, "arguments");
    return ChildSpec.of(
        id,
        () -> {
          Pid self = Belay.self();
          // What proc_lib:start_link does on the node itself.
          List<Object> gen = List.of(kind, self, self, callbacks, arguments, List.of());
          Pid child =
              spawner.spawnLink(
                  node,
                  "proc_lib",
                  "init_p",
                  List.of(self, List.of(), Atom.of("gen"), Atom.of("init_it"), gen));
          return begun(child);
        });
  }

  /// Waits until a child says that it has begun, or has ended.
  private static Child begun(Pid child) {
    Object said =
        Belay.receive(m ->
            isAbout(m, child) || (m instanceof Exit exit && exit.pid().equals(child)) ? m : null);
    if (said instanceof Exit exit) {
      throw Belay.exit(exit.reason());
    }
    Object result = ((Tuple) said).get(2);
    if (result.equals(Tuple.of(Atom.OK, child)) && ((Tuple) said).get(0).equals(ACK)) {
      return Child.of(child);
    }
    // It has said why, and ends.
    ExitReason ended =
        Belay.receive(m -> m instanceof Exit exit && exit.pid().equals(child) ? exit : null)
            .reason();
    if (result.equals(IGNORE)) {
      return Child.ignored();
    }
    ExitReason told = told(result);
    throw Belay.exit(told == null ? ended : told);
  }

  private static boolean isAbout(Object message, Pid child) {
    return message instanceof Tuple tuple
        && tuple.size() == 3
        && (tuple.get(0).equals(ACK) || tuple.get(0).equals(NACK))
        && tuple.get(1).equals(child);
  }

  private static @Nullable ExitReason told(Object result) {
    return result instanceof Tuple pair && pair.size() == 2 && pair.get(0).equals(Atom.ERROR)
        ? Reasons.reason(pair.get(1))
        : null;
  }
}
