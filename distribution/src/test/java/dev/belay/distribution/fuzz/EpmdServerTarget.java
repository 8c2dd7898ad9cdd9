package dev.belay.distribution.fuzz;

import dev.belay.distribution.internal.epmd.EpmdClient;
import dev.belay.distribution.internal.epmd.EpmdMessages;
import dev.belay.distribution.internal.epmd.EpmdMessages.NameAndPort;
import dev.belay.distribution.internal.epmd.EpmdServer;
import dev.belay.distribution.internal.epmd.Lease;
import dev.belay.distribution.internal.epmd.PortInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The embedded EPMD behind real sockets. An input is what up to four connections send that are
/// open at the same time: each a byte with the length, and the bytes; the last one has what is
/// left.
///
/// Each connection is answered or closed, soon after the other side has nothing more to say, and an
/// answer is one to what was asked. A node that is registered all the time stays so and is found;
/// of the others nothing is left when their connections have ended.
final class EpmdServerTarget implements FuzzTarget {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final PortInfo STEADY = PortInfo.of("steady", 4711);
  private static final int CONNECTIONS = 4;

  private final EpmdServer server;
  private final EpmdClient client;
  private final Lease lease;

  EpmdServerTarget() {
    try {
      server = EpmdServer.open(List.of(), 0, EpmdServer.Limits.DEFAULT);
      client = new EpmdClient(server.port(), PATIENCE);
      lease = client.register(STEADY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      lease.close();
    } finally {
      server.close();
    }
  }

  @Override
  public boolean takes(byte[] input) {
    List<Socket> sockets = new ArrayList<>();
    List<byte[]> asked = connections(input);
    boolean isRight = !asked.isEmpty();
    try {
      try {
        for (byte[] bytes : asked) {
          sockets.add(begin(bytes));
        }
        for (int i = 0; i < asked.size(); i++) {
          isRight &= isAnswered(asked.get(i), readAll(sockets.get(i)));
        }
        Promises.keep(server.isOpen(), "it has ended");
        Promises.keep(
            client.lookup(LOOPBACK, STEADY.name()).filter(STEADY::equals).isPresent(),
            "a node is not found any more");
        Promises.keep(
            client.names(LOOPBACK).equals(List.of(new NameAndPort(STEADY.name(), STEADY.port()))),
            "something is left of a connection that has ended");
      } finally {
        for (Socket socket : sockets) {
          socket.close();
        }
      }
      return isRight;
    } catch (IOException e) {
      throw new AssertionError("it does not answer in time", e);
    }
  }

  private static List<byte[]> connections(byte[] input) {
    List<byte[]> all = new ArrayList<>();
    int at = 0;
    while (at < input.length) {
      boolean isLast = all.size() == CONNECTIONS - 1;
      int length = isLast ? input.length : Byte.toUnsignedInt(input[at]);
      int end = Math.min(input.length, at + 1 + length);
      all.add(Arrays.copyOfRange(input, at + 1, end));
      at = end;
    }
    return all;
  }

  private Socket begin(byte[] bytes) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(LOOPBACK, server.port()), (int) PATIENCE.toMillis());
    // Many a second: none may wait for its port to become free.
    socket.setSoLinger(true, 0);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (SocketException _) {
      // It may be closed as soon as the first bytes are wrong.
    }
    return socket;
  }

  private static byte[] readAll(Socket socket) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (SocketException _) {
      // Closed with something unread.
    }
    return all.toByteArray();
  }

  /// Looks whether what came back belongs to what was asked.
  ///
  /// @return whether the connection got an answer
  private boolean isAnswered(byte[] asked, byte[] answer) {
    ByteBuffer bytes = ByteBuffer.wrap(asked);
    boolean isWhole =
        asked.length > EpmdMessages.PREFIX
            && Short.toUnsignedInt(bytes.getShort()) == bytes.remaining();
    if (!isWhole) {
      // What is too long is found too long only if all of it comes at once.
      return false;
    }
    try {
      boolean isRight = isAnswer(EpmdMessages.parse(bytes), answer);
      Promises.keep(isRight || answer.length == 0, "an answer to something else");
      return isRight;
    } catch (ProtocolException _) {
      Promises.keep(answer.length == 0, "an answer to no request");
      return false;
    }
  }

  private boolean isAnswer(EpmdMessages.Request request, byte[] answer) throws ProtocolException {
    if (answer.length == 0) {
      return false;
    }
    ByteBuffer bytes = ByteBuffer.wrap(answer);
    return switch (request) {
      case EpmdMessages.Alive _ -> isAnswerToAlive(answer);
      case EpmdMessages.BadAlive _ -> isAnswerToAlive(answer);
      case EpmdMessages.PortPlease(String name) ->
          EpmdMessages.parsePortAnswer(bytes).map(PortInfo::name).orElse(name).equals(name);
      case EpmdMessages.Names _ -> bytes.getInt() == server.port();
      case EpmdMessages.Dump _ -> bytes.getInt() == server.port();
      case EpmdMessages.Kill _ -> Arrays.equals(answer, EpmdMessages.killed(false));
      case EpmdMessages.Stop _ -> false;
    };
  }

  private static boolean isAnswerToAlive(byte[] answer) {
    return answer.length == EpmdMessages.lengthOfAliveAnswer(Byte.toUnsignedInt(answer[0]));
  }
}
