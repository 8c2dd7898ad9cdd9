package dev.belay.distribution;

import dev.belay.distribution.internal.handshake.Cookie;
import dev.belay.distribution.internal.handshake.Flags;
import dev.belay.distribution.internal.handshake.Framing;
import dev.belay.distribution.internal.handshake.Greeted;
import dev.belay.distribution.internal.handshake.Greeting;
import dev.belay.distribution.internal.handshake.Handshake;
import dev.belay.distribution.internal.handshake.Identity;
import dev.belay.distribution.internal.handshake.NodeName;
import dev.belay.distribution.internal.handshake.Peers;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermWriter;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.terms.WireRef;
import dev.belay.distribution.internal.wire.ControlMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/// A node that has the cookie, has done the handshake, and then says what it likes: bytes.
final class HostilePeer implements AutoCloseable {
  static final String NAME = "evil@localhost";
  static final int CREATION = 5;

  private static final Atom NODE = Atom.of(NAME);
  private static final int PATIENCE_MILLIS = 30_000;

  final Socket socket;

  private HostilePeer(Socket socket) {
    this.socket = socket;
  }

  /// Connects to a node.
  static HostilePeer connect(String node, int port) throws IOException {
    NodeName self = NodeName.of(NAME);
    Peers<Object> peers = new Peers<>(self, _ -> {}, new Random(1));
    Greeting<Object> greeting =
        new Greeting<>(
            Identity.of(self, CREATION, Flags.offered(false, false)),
            _ -> Cookie.of("secret"),
            _ -> true,
            peers,
            Handshake.STEP_TIME);
    if (!(peers.connect(NodeName.of(node)) instanceof Peers.Begun<Object>(var attempt, var _))) {
      throw new IllegalStateException("nobody else connects");
    }
    Greeted<Object> greeted =
        greeting.connect(
            new Socket(InetAddress.ofLiteral("127.0.0.1"), port), Framing.TCP, attempt);
    greeted.socket().setSoTimeout(PATIENCE_MILLIS);
    return new HostilePeer(greeted.socket());
  }

  static WirePid pid() {
    return new WirePid(NODE, 1, 0, CREATION);
  }

  static WireRef ref() {
    return new WireRef(NODE, CREATION, new int[] {1, 2, 3});
  }

  void say(byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException _) {
      // It was closed before all was said.
    }
  }

  /// Whether the other side has closed, as soon as it has.
  boolean isClosed() throws IOException {
    try {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (SocketException _) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  // frames

  static byte[] term(Object term) {
    TermWriter writer = new TermWriter(Identities.PLAIN);
    writer.write(term);
    return writer.toBytes();
  }

  /// A frame with a control message of any bytes.
  static byte[] frame(byte[]... parts) {
    int length = 3;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + length);
    frame.putInt(length).put((byte) 131).put((byte) 68).put((byte) 0);
    for (byte[] part : parts) {
      frame.put(part);
    }
    return frame.array();
  }

  /// A message to a name, of any bytes.
  static byte[] message(String name, byte[] payload) {
    return frame(term(new ControlMessage.RegSend(pid(), Atom.of(name), null).toTerm()), payload);
  }

  /// A request to spawn, with any bytes as its arguments.
  static byte[] spawnRequest(int arity, byte[] arguments) {
    ControlMessage request =
        new ControlMessage.SpawnRequest(
            ref(), pid(), pid(), Atom.of("m"), Atom.of("f"), arity, List.of(), null);
    return frame(term(request.toTerm()), arguments);
  }

  // bytes that mean harm

  /// A term that begins so many times, and does not end.
  static byte[] repeated(int times, int... bytes) {
    byte[] all = new byte[times * bytes.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) bytes[i % bytes.length];
    }
    return all;
  }

  /// A list of that many different atoms.
  static byte[] atoms(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(6 + 10 * count);
    bytes.put((byte) 108).putInt(count);
    for (int i = 0; i < count; i++) {
      bytes.put((byte) 119).put((byte) 8);
      for (int digit = 7; digit >= 0; digit--) {
        bytes.put((byte) ('a' + (i >> (4 * digit) & 15)));
      }
    }
    return bytes.put((byte) 106).array();
  }
}
