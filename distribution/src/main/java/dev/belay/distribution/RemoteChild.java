package dev.belay.distribution;

import dev.belay.Belay;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.otp.Server;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import java.util.List;
import java.util.concurrent.Callable;

/// Processes of this node as children of supervisors on other nodes: Belay's, Erlang's or Elixir's.
///
/// ```java
/// DistributionOptions.DEFAULT.function("rope", "start_link", 1, RemoteChild.server(
///     arguments -> () -> new Rope(((Binary) arguments.getFirst()).text())));
/// ```
///
/// The supervisor calls it by `rpc`, without a limit of time, so that it is called in the name of
/// the supervisor itself. No code is needed over there:
///
/// ```erlang
/// #{id => rope, start => {rpc, call, ['j@localhost', rope, start_link, [<<"red">>]]}}
/// ```
///
/// ```elixir
/// %{id: :rope, start: {:rpc, :call, [:"j@localhost", :rope, :start_link, ["red"]]}}
/// ```
///
/// The child is linked with the supervisor. When the connection is lost, the supervisor hears
/// `noconnection`, and the child ends; the supervisor tries to start it again as it does with any
/// other child, and gives up as soon: give it an intensity that outlasts the loss of a node.
public final class RemoteChild {
  private static final Atom ACK = Atom.of("ack");
  private static final Atom IGNORE = Atom.of("ignore");

  private RemoteChild() {}

  /// Makes a server.
  ///
  /// @param <M> its protocol
  @FunctionalInterface
  public interface Maker<M> {
    /// Says how the server is made of what the supervisor has given.
    ///
    /// @param arguments the arguments, terms
    /// @return makes it, in its process
    Callable<? extends Server<M>> of(List<Object> arguments);
  }

  /// Starts a server that is linked with whoever calls by `rpc`; for
  /// [DistributionOptions#function].
  ///
  /// @param server makes the server
  /// @param <M> its protocol
  /// @return a function that returns what a supervisor wants to hear of it: `{ok, Pid}`, `ignore`
  ///   or `{error, Reason}`
  public static <M> RemoteFunction server(Maker<M> server) {
    return server(StartOptions.DEFAULT, server);
  }

  /// Starts a server with options that is linked with whoever calls by `rpc`; for
  /// [DistributionOptions#function].
  ///
  /// @param options how to start it
  /// @param server makes the server
  /// @param <M> its protocol
  /// @return a function that returns what a supervisor wants to hear of it: `{ok, Pid}`, `ignore`
  ///   or `{error, Reason}`
  public static <M> RemoteFunction server(StartOptions options, Maker<M> server) {
    return arguments -> {
      Pid supervisor = caller();
      try {
        Pid pid =
            Server.startLink(Belay.node(), supervisor, options, server.of(arguments))
                .pid()
                .orElseThrow();
        return Tuple.of(Atom.OK, pid);
      } catch (StartException e) {
        if (e.isIgnored()) {
          return IGNORE;
        }
        Object why =
            e.alreadyStarted()
                .<Object>map(pid -> Tuple.of(Atom.of("already_started"), pid))
                .orElseGet(e::reason);
        return Tuple.of(Atom.ERROR, why);
      }
    };
  }

  /// Returns who has had the calling process spawned, from another node.
  private static Pid caller() {
    return Belay.info(Belay.self())
        .flatMap(ProcessInfo::parent)
        .orElseThrow(
            () -> new IllegalStateException("this function is for calls from other nodes alone"));
  }

  /// Tells whoever has spawned the calling process, and waits for that, that it has begun: what
  /// `proc_lib:init_ack` does. For functions that code of Erlang's spawns with a link.
  ///
  /// @param starter who waits
  public static void initAck(Pid starter) {
    Pid self = Belay.self();
    Belay.send(starter, Tuple.of(ACK, self, Tuple.of(Atom.OK, self)));
  }
}
