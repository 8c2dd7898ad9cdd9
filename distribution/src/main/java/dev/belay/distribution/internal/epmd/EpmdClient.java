package dev.belay.distribution.internal.epmd;

import dev.belay.distribution.internal.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Asks an EPMD. Each question has a connection of its own, and one time limit for all of it.
///
/// @param port where EPMDs listen
/// @param timeout the time limit for a question
public record EpmdClient(int port, Duration timeout) {
  /// How long Erlang waits for an answer.
  public static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int CHUNK = 4_096;

  /// Makes a client.
  public EpmdClient {
    if (port < 1 || port > 0xFFFF) {
      throw new IllegalArgumentException("port " + port + ": must be 1 to 65535");
    }
  }

  /// Asks where a node is.
  ///
  /// @param host the node's host
  /// @param name the part of its name before the `@`
  /// @return what it said of itself, or nothing if it is not registered
  /// @throws IOException if no EPMD answers there in time
  public Optional<PortInfo> lookup(InetAddress host, String name) throws IOException {
    if (!EpmdMessages.isName(name)) {
      return Optional.empty();
    }
    byte[] answer = ask(host, new EpmdMessages.PortPlease(name));
    return EpmdMessages.parsePortAnswer(ByteBuffer.wrap(answer));
  }

  /// Asks for all nodes of a host.
  ///
  /// @param host the host
  /// @return the nodes
  /// @throws IOException if no EPMD answers there in time
  public List<EpmdMessages.NameAndPort> names(InetAddress host) throws IOException {
    return EpmdMessages.parseNames(ByteBuffer.wrap(ask(host, new EpmdMessages.Names())));
  }

  private byte[] ask(InetAddress host, EpmdMessages.Request request) throws IOException {
    Deadline deadline = Deadline.in(timeout);
    try (Socket socket = connect(host, deadline)) {
      socket.getOutputStream().write(EpmdMessages.encode(request));
      return readAll(socket, deadline);
    }
  }

  private static byte[] readAll(Socket socket, Deadline deadline) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] bytes = new byte[CHUNK];
    int got = 0;
    while (true) {
      deadline.bound(socket);
      int count = in.read(bytes, got, bytes.length - got);
      if (count < 0) {
        return Arrays.copyOf(bytes, got);
      }
      got += count;
      if (got == bytes.length) {
        if (got >= EpmdMessages.LONGEST_RESPONSE) {
          throw new ProtocolException(
              "an answer of EPMD with more than " + EpmdMessages.LONGEST_RESPONSE + " bytes");
        }
        bytes = Arrays.copyOf(bytes, 2 * got);
      }
    }
  }

  /// Registers a node with the EPMD of this host.
  ///
  /// @param node the node
  /// @return what keeps it registered
  /// @throws NameTakenException if another node has the name
  /// @throws IOException if no EPMD answers in time
  public Lease register(PortInfo node) throws IOException {
    Deadline deadline = Deadline.in(timeout);
    Socket socket = connect(LOOPBACK, deadline);
    boolean registered = false;
    try {
      socket.setKeepAlive(true);
      socket.getOutputStream().write(EpmdMessages.encode(new EpmdMessages.Alive(node)));
      EpmdMessages.AliveAnswer answer = readAliveAnswer(socket, deadline);
      if (!answer.registered()) {
        throw new NameTakenException(node.name());
      }
      registered = true;
      return new Lease(socket, answer.creation());
    } finally {
      if (!registered) {
        socket.close();
      }
    }
  }

  private static EpmdMessages.AliveAnswer readAliveAnswer(Socket socket, Deadline deadline)
      throws IOException {
    InputStream in = socket.getInputStream();
    deadline.bound(socket);
    int tag = in.read();
    if (tag < 0) {
      throw new ProtocolException("EPMD closed the connection instead of registering the node");
    }
    byte[] bytes = new byte[Math.max(1, EpmdMessages.lengthOfAliveAnswer(tag))];
    bytes[0] = (byte) tag;
    int got = 1;
    while (got < bytes.length) {
      deadline.bound(socket);
      int count = in.read(bytes, got, bytes.length - got);
      if (count < 0) {
        break;
      }
      got += count;
    }
    return EpmdMessages.parseAliveAnswer(ByteBuffer.wrap(bytes, 0, got));
  }

  private Socket connect(InetAddress host, Deadline deadline) throws IOException {
    Socket socket = new Socket();
    boolean connected = false;
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(host, port), deadline.millisLeft());
      connected = true;
      return socket;
    } finally {
      if (!connected) {
        socket.close();
      }
    }
  }
}
