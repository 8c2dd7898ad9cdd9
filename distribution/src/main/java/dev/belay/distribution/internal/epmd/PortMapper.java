package dev.belay.distribution.internal.epmd;

import dev.belay.distribution.internal.Environment;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The EPMD of this host, whoever it is: the one that answers, or else one within this program.
///
/// A node is registered, over the loopback interface, with whatever listens on the port. If nothing
/// does, and it is allowed, this becomes the EPMD first. When the EPMD goes, each node that was
/// registered with it comes back after a while, and the first of them that may takes its place.
public final class PortMapper implements AutoCloseable {
  /*
   * There is no state "client" or "server": a registration always goes through a socket, and whether this program listens at its
   * other end makes no difference to it. So taking over is nothing but "refused: listen, and try once more". Who loses the race for
   * the port finds the winner in that second try.
   */
  private static final Logger LOGGER = System.getLogger("dev.belay.distribution");

  private final Options options;
  private final EpmdClient client;
  private final Set<Registration> registrations = ConcurrentHashMap.newKeySet();

  // under the lock of this object
  private @Nullable EpmdServer server;
  private boolean closed;

  /// How to reach an EPMD, and whether to become one.
  ///
  /// @param port where EPMDs listen
  /// @param embed whether this program may become the EPMD of its host
  /// @param addresses where it then listens, besides the loopback interface
  /// @param interval how long to wait before a registration that was lost is tried again
  /// @param timeout the time limit for each question
  /// @param limits what an embedded EPMD bears
  public record Options(
      int port,
      boolean embed,
      List<InetAddress> addresses,
      Duration interval,
      Duration timeout,
      EpmdServer.Limits limits) {
    /// How long nodes of Erlang wait before they register again.
    public static final Duration USUAL_INTERVAL = Duration.ofSeconds(2);

    /// Makes options.
    public Options {
      addresses = List.copyOf(addresses);
    }

    /// What the environment says, and otherwise what Erlang does; it may be embedded.
    ///
    /// @param environment where `ERL_EPMD_PORT` and `ERL_EPMD_ADDRESS` may stand
    /// @return the options
    public static Options of(Environment environment) {
      return new Options(
          environment.epmdPort(),
          true,
          environment.epmdAddresses(),
          USUAL_INTERVAL,
          EpmdClient.USUAL_TIMEOUT,
          EpmdServer.Limits.DEFAULT);
    }

    /// Takes another port.
    ///
    /// @param number the port
    /// @return the options
    public Options port(int number) {
      return new Options(number, embed, addresses, interval, timeout, limits);
    }

    /// Says whether this program may become the EPMD of its host.
    ///
    /// @param allowed whether it may
    /// @return the options
    public Options embed(boolean allowed) {
      return new Options(port, allowed, addresses, interval, timeout, limits);
    }

    /// Waits for another time before each new attempt.
    ///
    /// @param time the time
    /// @return the options
    public Options interval(Duration time) {
      return new Options(port, embed, addresses, time, timeout, limits);
    }
  }

  /// Makes a port mapper. Nothing happens before it is used.
  ///
  /// @param options the options
  public PortMapper(Options options) {
    this.options = options;
    this.client = new EpmdClient(options.port(), options.timeout());
  }

  /// Registers a node of this program, and keeps it registered.
  ///
  /// @param name the part of its name before the `@`
  /// @param port where it listens
  /// @return the registration, which holds the node's creation
  /// @throws NameTakenException if another node has the name
  /// @throws IOException if no EPMD answers, and this program may not become one
  public Registration register(String name, int port) throws IOException {
    if (!EpmdMessages.isName(name)) {
      throw new IllegalArgumentException(
          "\"" + name + "\" cannot be registered: EPMD takes names of 1 to 255 characters");
    }
    Registration registration =
        Registration.begin(this::registerOnce, PortInfo.of(name, port), options.interval());
    registrations.removeIf(Registration::isClosed);
    registrations.add(registration);
    synchronized (this) {
      if (closed) {
        registration.close();
      }
    }
    return registration;
  }

  private Lease registerOnce(PortInfo node) throws IOException {
    try {
      return client.register(node);
    } catch (ConnectException e) {
      if (!embedded()) {
        throw new IOException(
            "no EPMD answers on port "
                + options.port()
                + " of this host"
                + (options.embed()
                    ? ""
                    : ", and this program may not become one. Start it with `epmd -daemon`, or allow embedding."),
            e);
      }
      return client.register(node);
    }
  }

  /// Becomes the EPMD unless somebody is.
  ///
  /// @return whether somebody is, now
  private synchronized boolean embedded() throws IOException {
    if (closed || !options.embed()) {
      return false;
    }
    if (server != null && server.isOpen()) {
      return true;
    }
    try {
      server = EpmdServer.open(options.addresses(), options.port(), options.limits());
      LOGGER.log(
          Level.INFO, "no EPMD answered on port " + options.port() + ": this program is it now");
    } catch (BindException e) {
      LOGGER.log(Level.DEBUG, "something else listens on port " + options.port() + " now", e);
    }
    return true;
  }

  /// Asks where a node is.
  ///
  /// @param host the node's host
  /// @param name the part of its name before the `@`
  /// @return what it said of itself, or nothing if it is not registered
  /// @throws IOException if no EPMD answers there in time
  public Optional<PortInfo> lookup(InetAddress host, String name) throws IOException {
    return client.lookup(host, name);
  }

  /// Asks for all nodes of a host.
  ///
  /// @param host the host
  /// @return the nodes
  /// @throws IOException if no EPMD answers there in time
  public List<EpmdMessages.NameAndPort> names(InetAddress host) throws IOException {
    return client.names(host);
  }

  /// Tells whether this program is the EPMD of its host.
  ///
  /// @return whether it is
  public synchronized boolean isEmbedded() {
    return server != null && server.isOpen();
  }

  /// Gives all registrations up, and ends the embedded EPMD if there is one.
  @Override
  public void close() {
    EpmdServer embedded;
    synchronized (this) {
      closed = true;
      embedded = server;
    }
    registrations.forEach(Registration::close);
    registrations.clear();
    if (embedded != null) {
      embedded.close();
    }
  }
}
