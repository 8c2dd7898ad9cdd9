package dev.belay.distribution.internal.handshake;

import dev.belay.distribution.internal.Deadline;
import dev.belay.distribution.internal.handshake.HandshakeException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Makes the handshake of this node with others, over sockets. The calls wait, for each message of
/// the peer a bounded time; any number of threads may make one each.
///
/// @param <C> the type of connections
public final class Greeting<C> {
  private static final Logger LOGGER = System.getLogger("dev.belay.distribution");
  private static final int BUFFER = 2 * Framing.LONGEST_MESSAGE;

  private final Identity self;
  private final Function<? super NodeName, Cookie> cookies;
  private final Predicate<? super String> allowed;
  private final Peers<C> peers;
  private final Duration stepTime;

  /// Makes the greeting of a node.
  ///
  /// @param self what the node says of itself
  /// @param cookies gives the cookie for a peer
  /// @param allowed tells whether a node may connect, by its name, or by its host if it asks for a
  ///   name
  /// @param peers decides between attempts
  /// @param stepTime how long to wait for each message of a peer: [Handshake#STEP_TIME]
  public Greeting(
      Identity self,
      Function<? super NodeName, Cookie> cookies,
      Predicate<? super String> allowed,
      Peers<C> peers,
      Duration stepTime) {
    this.self = self;
    this.cookies = cookies;
    this.allowed = allowed;
    this.peers = peers;
    this.stepTime = stepTime;
  }

  /// Greets a node that we have connected to.
  ///
  /// When the node's own attempt goes before ours, this waits for a while until that comes.
  ///
  /// @param socket a socket that is connected to it, in blocking mode; closed if this fails
  /// @param framing how messages follow each other there
  /// @param attempt the attempt; if this fails, the caller tells it
  /// @return the socket with what was agreed on
  /// @throws HandshakeException if the nodes do not come to an agreement, with the reason
  /// @throws IOException if the connection breaks
  public Greeted<C> connect(Socket socket, Framing framing, Attempt<C> attempt) throws IOException {
    try {
      Connecting handshake =
          new Connecting(
              framing, self, attempt.peer(), cookies.apply(attempt.peer()), Cookie::challenge);
      Conversation conversation = new Conversation(socket, handshake);
      conversation.attempt = attempt;
      closeWhenOvertaken(socket, attempt);
      return conversation.run();
    } catch (HandshakeException e) {
      close(socket);
      if (e.reason() == Reason.YIELDED) {
        awaitOvertaken(attempt);
      }
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      close(socket);
      throw e;
    }
  }

  /// Greets a node that has connected to us.
  ///
  /// @param socket the socket, in blocking mode; closed if this fails
  /// @param framing how messages follow each other there
  /// @return the socket with what was agreed on
  /// @throws HandshakeException if the nodes do not come to an agreement, with the reason
  /// @throws IOException if the connection breaks
  public Greeted<C> accept(Socket socket, Framing framing) throws IOException {
    return accept(socket, framing, _ -> Optional.empty());
  }

  /// Greets a node that has connected to us, and may be refused for its name.
  ///
  /// @param socket the socket, in blocking mode; closed if this fails
  /// @param framing how messages follow each other there
  /// @param doubts says what there is against a node of a name, or of a host if it asks for a name
  /// @return the socket with what was agreed on
  /// @throws HandshakeException if the nodes do not come to an agreement, with the reason
  /// @throws IOException if the connection breaks
  public Greeted<C> accept(
      Socket socket, Framing framing, Function<? super String, Optional<String>> doubts)
      throws IOException {
    Conversation conversation =
        new Conversation(socket, new Accepting(framing, self, cookies, Cookie::challenge));
    conversation.doubts = doubts;
    try {
      return conversation.run();
    } catch (IOException e) {
      conversation.end(e);
      throw e;
    } catch (RuntimeException | Error e) {
      conversation.end(new IOException(e));
      throw e;
    }
  }

  private static void closeWhenOvertaken(Socket socket, Attempt<?> attempt) {
    var _ = attempt.overtaken().whenComplete((_, _) -> close(socket));
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "closing a socket failed", e);
    }
  }

  /// Waits for the attempt of the peer that goes before ours.
  private void awaitOvertaken(Attempt<C> attempt) throws InterruptedIOException {
    try {
      attempt.overtaken().get(stepTime.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOGGER.log(Level.DEBUG, () -> attempt.peer() + " did not connect although it wanted to");
    } catch (InterruptedException e) {
      throw interrupted(attempt);
    }
  }

  private static InterruptedIOException interrupted(Attempt<?> attempt) {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while greeting " + attempt.peer());
  }

  /// One handshake on one socket.
  private final class Conversation {
    private final Socket socket;
    private final Handshake handshake;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER).flip();
    private @Nullable Attempt<C> attempt;
    private Function<? super String, Optional<String>> doubts = _ -> Optional.empty();
    private @Nullable String doubt;

    /// Why something could not be sent. What the peer has said before it closed may say more.
    private @Nullable IOException unsent;

    Conversation(Socket socket, Handshake handshake) {
      this.socket = socket;
      this.handshake = handshake;
    }

    void end(IOException cause) {
      close(socket);
      if (attempt != null) {
        attempt.failed(cause);
      }
    }

    Greeted<C> run() throws IOException {
      Deadline deadline = Deadline.in(stepTime);
      Step step = handshake.begin();
      while (true) {
        send(step);
        switch (step.next()) {
          case Step.Receive _ -> {
            int before = in.position();
            step = handshake.receive(in);
            if (in.position() != before) {
              deadline = Deadline.in(stepTime);
            } else if (step.next() instanceof Step.Receive) {
              Step ended = read(deadline);
              step = ended == null ? step : ended;
            }
          }
          case Step.Arbitrate question -> step = accepting().answer(decide(question));
          case Step.StillWanted _ -> step = connecting().answer(known().isCurrent());
          case Step.MakeWay _ -> {
            makeWay();
            step = accepting().clear();
          }
          case Step.Done(Agreement agreement) -> {
            socket.setSoTimeout(0);
            return new Greeted<>(socket, agreement, in, known());
          }
          case Step.Failed(HandshakeException failure) ->
              throw doubt == null ? failure : new HandshakeException(Reason.TLS, doubt);
        }
      }
    }

    private Accepting accepting() {
      return (Accepting) handshake;
    }

    private Connecting connecting() {
      return (Connecting) handshake;
    }

    private Attempt<C> known() {
      if (attempt == null) {
        throw new IllegalStateException("the peer has not said its name");
      }
      return attempt;
    }

    private Verdict decide(Step.Arbitrate question) {
      if (!allowed.test(question.name())) {
        return Verdict.NOT_ALLOWED;
      }
      doubt = doubts.apply(question.name()).orElse(null);
      if (doubt != null) {
        return Verdict.NOT_ALLOWED;
      }
      Peers.Arrival<C> arrival =
          question.nameless()
              ? peers.acceptNameless(question.name())
              : peers.accept(NodeName.of(question.name()));
      attempt = arrival.attempt();
      if (attempt != null) {
        closeWhenOvertaken(socket, attempt);
      }
      return arrival.verdict();
    }

    private void makeWay() throws IOException {
      CompletableFuture<Void> clear = known().prove();
      try {
        clear.get(stepTime.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new HandshakeException(
            Reason.TIMED_OUT,
            "the old connection to " + known().peer() + " did not end in time for a new one");
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
      } catch (InterruptedException e) {
        throw interrupted(known());
      }
    }

    private void send(Step step) throws IOException {
      byte[] bytes = step.bytes();
      if (bytes.length > 0) {
        try {
          socket.getOutputStream().write(bytes);
        } catch (IOException e) {
          if (step.next() instanceof Step.Failed(HandshakeException failure)) {
            failure.addSuppressed(e);
          } else if (overtaken()) {
            throw Peers.overtaken(known());
          } else if (step.next() instanceof Step.Receive) {
            unsent = e;
          } else {
            throw e;
          }
        }
      }
    }

    private boolean overtaken() {
      return attempt != null && attempt.overtaken().isDone();
    }

    /// Reads something.
    ///
    /// @return null, or what to do if nothing comes any more
    private @Nullable Step read(Deadline deadline) throws IOException {
      in.compact();
      try {
        deadline.bound(socket);
        int count = socket.getInputStream().read(in.array(), in.position(), in.remaining());
        if (count > 0) {
          in.position(in.position() + count);
          return null;
        }
      } catch (SocketTimeoutException e) {
        return handshake.timedOut();
      } catch (HandshakeException e) {
        // Over TLS a certificate may be refused as late as here.
        throw e;
      } catch (IOException e) {
        // A connection that breaks has ended, too.
        LOGGER.log(Level.TRACE, "a connection broke in its handshake", e);
      } finally {
        in.flip();
      }
      if (overtaken()) {
        throw Peers.overtaken(known());
      }
      if (unsent != null) {
        throw unsent;
      }
      return handshake.closed();
    }
  }
}
