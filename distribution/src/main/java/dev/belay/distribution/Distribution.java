package dev.belay.distribution;

import dev.belay.Belay;
import dev.belay.Carrier;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.NodeType;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import dev.belay.distribution.internal.Environment;
import dev.belay.distribution.internal.connection.Connections;
import dev.belay.distribution.internal.connection.Functions;
import dev.belay.distribution.internal.connection.SpawnCall;
import dev.belay.distribution.internal.epmd.PortMapper;
import dev.belay.distribution.internal.epmd.Registration;
import dev.belay.distribution.internal.global.Global;
import dev.belay.distribution.internal.handshake.Cookie;
import dev.belay.distribution.internal.handshake.Flags;
import dev.belay.distribution.internal.handshake.NodeName;
import dev.belay.distribution.internal.otp.GenMessages;
import dev.belay.distribution.internal.otp.PgMessages;
import dev.belay.distribution.internal.otp.Translation;
import dev.belay.distribution.internal.tls.Tls;
import dev.belay.otp.GenProtocol;
import dev.belay.otp.Groups;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A node's membership in a cluster of Erlang, Elixir and Belay nodes.
///
/// ```java
/// Node node = Node.start(NodeOptions.DEFAULT.name("rope@localhost"));
/// try (Distribution distribution =
///     Distribution.start(node, DistributionOptions.DEFAULT.cookie("secret"))) {
///   node.send(new Name("climber", "wall@localhost"), "hello"); // connects by itself
/// }
/// ```
///
/// From then on pids, references and names of other nodes work as those of this one: send, link,
/// monitor, exit. Connections are made when they are first needed. When one is lost, everything
/// that was linked or monitored over it hears `noconnection`. Processes are spawned on other nodes
/// by [#spawn(String, String, String, List)] and the like.
///
/// Servers are called across nodes by a [dev.belay.otp.ServerRef], whether they are Belay's,
/// Erlang's or Elixir's, and Belay's servers, state machines, supervisors and processes of events
/// answer what the functions of `gen_server`, `gen_statem`, `supervisor`, `gen_event` and `sys`
/// ask: see [GenCall]. [dev.belay.otp.Groups] are shared with the scopes of `pg` of the same name.
///
/// Everybody who knows the cookie can do everything that a process of the node can. The node
/// listens on the loopback interface alone, unless it is told otherwise. On a network that others
/// use, too, give it TLS ([DistributionOptions#tls]).
public final class Distribution implements AutoCloseable {
  private final Node node;
  private final Connections connections;
  private final PortMapper mapper;
  private final @Nullable Registration registration;
  private final Functions functions;

  /// The processes that Erlang's nodes expect here.
  private final List<Pid> services;

  private final int port;

  private Distribution(
      Node node,
      Connections connections,
      Functions functions,
      PortMapper mapper,
      @Nullable Registration registration,
      List<Pid> services,
      int port) {
    this.node = node;
    this.connections = connections;
    this.functions = functions;
    this.mapper = mapper;
    this.registration = registration;
    this.services = services;
    this.port = port;
  }

  /// Makes a node a member of its cluster.
  ///
  /// @param node a node with a name of the form `name@host`
  /// @param options how
  /// @return the membership
  /// @throws IOException if there is no cookie, the certificates for TLS cannot be used, the node
  ///   cannot listen, or its name is taken
  /// @throws IllegalArgumentException if the node's name is none of a cluster
  /// @throws IllegalStateException if the node is a member of one already
  public static Distribution start(Node node, DistributionOptions options) throws IOException {
    NodeName name = NodeName.of(node.name());
    Cookie cookie = Cookie.find(Optional.ofNullable(options.cookie()), Environment.OF_THE_PROGRAM);
    TlsOptions secured = options.tls();
    Tls tls = secured == null ? null : Tls.of(secured.settings());
    PortMapper.Options mapping = PortMapper.Options.of(Environment.OF_THE_PROGRAM);
    if (options.epmdPort() != 0) {
      mapping = mapping.port(options.epmdPort());
    }
    NodeResolver resolver = options.resolver();
    if (resolver == null) {
      resolver = NodeResolver.epmd(mapping.port());
    }
    PortMapper mapper = new PortMapper(mapping);
    InetAddress address = options.address();
    ServerSocket server =
        new ServerSocket(
            options.port(), 0, address == null ? InetAddress.getLoopbackAddress() : address);
    Registration registration = null;
    Functions functions = new Functions(functions(options), options.codec());
    List<Pid> services = new ArrayList<>();
    boolean started = false;
    try {
      if (options.isRegistered()) {
        registration = mapper.register(name.name(), server.getLocalPort());
      }
      Connections connections =
          new Connections(
              node,
              cookie,
              Flags.offered(options.isVisible(), false),
              options.hello(),
              resolver,
              server,
              tls,
              options.allowed(),
              functions,
              options.codec(),
              options.tickTime());
      Translation translation = Translation.of(options.codec());
      GenMessages messages =
          new GenMessages(
              node,
              translation,
              functions::apply,
              new PgMessages(translation, () -> connections.connected(NodeType.ALL)));
      GenProtocol.use(node, messages);
      connections.whenFull(messages::needsNoRoom, messages::refused);
      connections.whenUp(peer -> Groups.nodeUp(node, peer));
      // Before there are connections: who has one may ask them.
      if (options.isVisible()) {
        services.add(Global.start(node, connections));
      }
      services.add(
          node.spawn(SpawnOptions.DEFAULT.name("rex"), Turns.of(() -> new Rex(functions))));
      services.add(node.spawn(SpawnOptions.DEFAULT.name("net_kernel"), Turns.of(NetKernel::new)));
      connections.start();
      started = true;
      return new Distribution(
          node,
          connections,
          functions,
          mapper,
          registration,
          List.copyOf(services),
          server.getLocalPort());
    } finally {
      if (!started) {
        services.forEach(service -> node.terminate(service, ExitReason.SHUTDOWN));
        server.close();
        if (registration != null) {
          registration.close();
        }
        mapper.close();
      }
    }
  }

  private static Map<Functions.Key, RemoteFunction> functions(DistributionOptions options) {
    if (!options.isVisible()) {
      return options.functions();
    }
    Map<Functions.Key, RemoteFunction> all = new HashMap<>(options.functions());
    all.put(new Functions.Key("global", "resolve_it", 4), Global.RESOLVE);
    return all;
  }

  /// Returns the node.
  ///
  /// @return the node
  public Node node() {
    return node;
  }

  /// Returns the port on which the node listens for others.
  ///
  /// @return the port
  public int port() {
    return port;
  }

  /// Connects to another node, and waits until that is done or has failed. There is no need to: it
  /// is done when a signal goes there.
  ///
  /// @param peer the other node's name
  /// @return whether there is a connection
  public boolean connect(String peer) {
    return connections.connect(peer);
  }

  /// Ends the connection to another node; all that is linked or monitors over it hears
  /// `noconnection`.
  ///
  /// @param peer the other node's name
  /// @return whether there was one
  public boolean disconnect(String peer) {
    return connections.disconnect(peer);
  }

  /// Returns the visible nodes to which there is a connection: those that are visible, if this one
  /// is ([DistributionOptions#visible]), and none if it is not.
  ///
  /// @return their names
  public List<String> nodes() {
    return nodes(NodeType.VISIBLE);
  }

  /// Returns the nodes to which there is a connection, by its type. Who subscribes with
  /// [dev.belay.Belay#monitorNodes] first, and then asks, misses no node.
  ///
  /// @param type of which type
  /// @return their names
  public List<String> nodes(NodeType type) {
    return connections.connected(type);
  }

  Connections connections() {
    return connections;
  }

  /// Spawns a process on another node, as `erlang:spawn/4` does: it runs a function that is there,
  /// or that was registered there with [DistributionOptions#function]. This waits until the other
  /// node has answered. If there is no such function, the process ends with `{undef, Stack}` (X3).
  ///
  /// If the node cannot be reached, or the connection is lost before it answers, the result is a
  /// pid of no use (SP3): of a process of this node that ends with
  /// [dev.belay.ExitReason#NO_CONNECTION]. The function may be running over there all the same
  /// (SP9). The name of this node itself means a function of [DistributionOptions#function].
  ///
  /// Called by a process of the node on its own thread, or by a plain thread. If the process is
  /// told to exit, or is interrupted, while it waits, it does not learn of the new one.
  ///
  /// @param peer the other node's name
  /// @param module the function's module
  /// @param function the function's name
  /// @param arguments its arguments, any values that can be sent, 255 at most
  /// @return its pid
  /// @throws SpawnRefusedException if the other node refuses
  /// @throws IllegalArgumentException if the arguments cannot be sent
  /// @throws dev.belay.ProcessInterruptedException if the wait is interrupted
  public Pid spawn(String peer, String module, String function, List<?> arguments) {
    return spawn(peer, RemoteSpawnOptions.DEFAULT, module, function, arguments).pid();
  }

  /// Spawns a process on another node that is linked with the caller from its first instant (L23);
  /// otherwise as [#spawn(String, String, String, List)]. Where that has a pid of no use, the
  /// caller gets an exit signal with `noconnection`.
  ///
  /// Called by a process of the node on its own thread, as verbs are. If it ends before the answer
  /// is there, the new process gets an exit signal with the caller's reason.
  ///
  /// @param peer the other node's name
  /// @param module the function's module
  /// @param function the function's name
  /// @param arguments its arguments
  /// @return its pid
  /// @throws SpawnRefusedException if the other node refuses
  /// @throws dev.belay.VerbException if the calling thread is no process's
  public Pid spawnLink(String peer, String module, String function, List<?> arguments) {
    return spawn(peer, RemoteSpawnOptions.DEFAULT.link(), module, function, arguments).pid();
  }

  /// Spawns a process on another node and monitors it from its first instant, so that the
  /// [dev.belay.Down] has its true reason (M19); otherwise as [#spawn(String, String, String,
  /// List)]. Where that has a pid of no use, the reason is `noconnection`.
  ///
  /// Called by a process of the node on its own thread, as verbs are.
  ///
  /// @param peer the other node's name
  /// @param module the function's module
  /// @param function the function's name
  /// @param arguments its arguments
  /// @return its pid and the monitor
  /// @throws SpawnRefusedException if the other node refuses
  /// @throws dev.belay.VerbException if the calling thread is no process's
  public Monitored spawnMonitor(String peer, String module, String function, List<?> arguments) {
    Spawned spawned =
        spawn(peer, RemoteSpawnOptions.DEFAULT.monitor(), module, function, arguments);
    return new Monitored(spawned.pid(), spawned.ref().orElseThrow());
  }

  /// Spawns a process on another node with options, as `erlang:spawn_opt/5` does; otherwise as
  /// [#spawn(String, String, String, List)].
  ///
  /// Called by a process of the node on its own thread; without link and monitor also by a plain
  /// thread.
  ///
  /// @param peer the other node's name
  /// @param options whether to link and to monitor it, and how
  /// @param module the function's module
  /// @param function the function's name
  /// @param arguments its arguments
  /// @return its pid, and the monitor if that was asked for
  /// @throws SpawnRefusedException if the other node refuses
  /// @throws dev.belay.VerbException if the calling thread is no process's, and a link or a monitor
  ///   is asked for
  public Spawned spawn(
      String peer, RemoteSpawnOptions options, String module, String function, List<?> arguments) {
    SpawnCall call =
        new SpawnCall(
            Atom.of(module), Atom.of(function), arguments, options.others(), groupLeader());
    if (peer.equals(node.name())) {
      return OwnSpawning.spawn(node, functions, call, options);
    }
    Carrier.Spawned spawned =
        connections.spawn(peer, call, options.linkMode(), options.monitorOptions());
    Pid child = spawned.child();
    if (child == null) {
      throw new SpawnRefusedException(peer, call.text(), String.valueOf(spawned.refusal()));
    }
    return new Spawned(child, Optional.ofNullable(spawned.ref()));
  }

  /// A plain thread has none.
  private static @Nullable Pid groupLeader() {
    return Belay.inProcess() ? Belay.groupLeader().orElse(null) : null;
  }

  /// Leaves the cluster: all connections are ended. The node itself lives on.
  @Override
  public void close() {
    if (registration != null) {
      registration.close();
    }
    // First: to the name server nobody is lost, but this node goes.
    services.forEach(service -> node.terminate(service, ExitReason.SHUTDOWN));
    connections.close();
    mapper.close();
  }
}
