package dev.belay.distribution.internal.connection;

import dev.belay.distribution.internal.handshake.Attempt;
import dev.belay.distribution.internal.handshake.Framing;
import dev.belay.distribution.internal.handshake.Greeted;
import dev.belay.distribution.internal.handshake.Greeting;
import dev.belay.distribution.internal.handshake.HandshakeException;
import dev.belay.distribution.internal.handshake.NodeName;
import dev.belay.distribution.internal.tls.Tls;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Leads sockets through their handshakes, of TLS if the node has it, and of Erlang; says in the
/// log why one does not come through.
///
/// Any thread may call. The handshakes of one socket take a bounded time as a whole.
final class Entrance {
  /// For all handshakes of a socket.
  private static final Duration TIME = Duration.ofSeconds(20);

  private final String node;
  private final @Nullable Tls tls;
  private final Greeting<Connection> greeting;
  private final Predicate<? super String> allowed;
  private final Hall hall = new Hall();
  private final Complaints complaints = new Complaints();

  /// Takes a socket that has come through.
  interface Next {
    void up(Greeted<Connection> greeted) throws IOException;
  }

  /// Finds a socket to a node.
  interface Way {
    Socket socket(NodeName name) throws IOException;
  }

  /// @param node the name of this node
  /// @param tls what secures all connections; null if none are
  /// @param greeting the handshake of Erlang
  /// @param allowed who may be connected, by name
  Entrance(
      String node,
      @Nullable Tls tls,
      Greeting<Connection> greeting,
      Predicate<? super String> allowed) {
    this.node = node;
    this.tls = tls;
    this.greeting = greeting;
    this.allowed = allowed;
  }

  private Framing framing() {
    return tls == null ? Framing.TCP : Framing.TLS;
  }

  /// Connects to a node. If that fails, the attempt is told, and then it is logged.
  void open(Attempt<Connection> attempt, Way way, Next next) {
    NodeName name = attempt.peer();
    Hall.Guest guest = null;
    Throwable failure = null;
    try {
      if (!allowed.test(name.toString())) {
        throw new HandshakeException(
            HandshakeException.Reason.NOT_ALLOWED, "it is not among the nodes that may be");
      }
      Socket socket = way.socket(name);
      guest = hall.depart(socket, TIME);
      Socket channel = tls == null ? socket : tls.connect(socket, name.host());
      up(guest, greeting.connect(channel, framing(), attempt), next);
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    if (guest != null) {
      hall.leave(guest, failure != null);
    }
    if (failure != null) {
      // Before it is logged: a handler of the log's may hang, and others wait for this.
      attempt.failed(failure instanceof IOException io ? io : new IOException(failure));
      if (failure instanceof Error error) {
        throw error;
      }
      complaints.log(
          severity((Exception) failure),
          "node " + node + " cannot connect to " + name + ": " + why(guest, (Exception) failure));
    }
  }

  /// Takes a connection that somebody has made.
  void accept(Socket socket, Next next) {
    Hall.Guest guest = hall.arrive(socket, TIME);
    boolean greeted = false;
    try {
      socket.setTcpNoDelay(true);
      if (tls == null) {
        up(guest, greeting.accept(socket, framing()), next);
      } else {
        Tls secured = tls;
        Socket channel = secured.accept(socket);
        up(
            guest,
            greeting.accept(channel, framing(), name -> secured.doubt(channel, host(name))),
            next);
      }
      greeted = true;
    } catch (IOException | RuntimeException e) {
      complaints.log(
          severity(e),
          "node "
              + node
              + " has not accepted a connection from "
              + guest.address()
              + ": "
              + why(guest, e));
    } finally {
      hall.leave(guest, !greeted);
    }
  }

  private void up(Hall.Guest guest, Greeted<Connection> greeted, Next next) throws IOException {
    boolean done = false;
    try {
      if (!hall.isThrough(guest)) {
        throw new IOException(guest.dismissal());
      }
      next.up(greeted);
      done = true;
    } finally {
      if (!done) {
        greeted.attempt().failed(new IOException("what follows on the handshake has failed"));
      }
    }
  }

  /// Who asks for a name says only its host.
  private static String host(String name) {
    return name.substring(name.indexOf('@') + 1);
  }

  private static String why(Hall.@Nullable Guest guest, Exception e) {
    if (guest != null && !guest.dismissal().isEmpty()) {
      return guest.dismissal();
    }
    return e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString();
  }

  /// What somebody has to put right is a warning, what passes is told, and what has to happen now
  /// and then when two nodes connect at once is nothing.
  private static System.Logger.Level severity(Exception e) {
    if (!(e instanceof HandshakeException failure)) {
      return e instanceof IOException ? System.Logger.Level.INFO : System.Logger.Level.WARNING;
    }
    return switch (failure.reason()) {
      case COOKIE, NAME, FLAGS, TLS, NOT_ALLOWED, MALFORMED -> System.Logger.Level.WARNING;
      case CLOSED, TIMED_OUT -> System.Logger.Level.INFO;
      case YIELDED, OVERTAKEN, ALREADY_UP, BUSY -> System.Logger.Level.DEBUG;
    };
  }

  /// Says that connections cannot be taken at all.
  void broken(Throwable e) {
    complaints.log(
        System.Logger.Level.WARNING,
        "node "
            + node
            + " cannot take connections: "
            + (e instanceof IOException ? e.getMessage() : e));
  }

  /// Returns how many sockets are on the way.
  int size() {
    return hall.size();
  }

  /// Closes the sockets that take too long.
  void look(long now) {
    hall.look(now);
  }

  /// Closes all that are on the way, and lets nobody in any more.
  void close() {
    hall.close();
  }
}
