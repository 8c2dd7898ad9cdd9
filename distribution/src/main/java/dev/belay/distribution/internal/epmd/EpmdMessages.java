package dev.belay.distribution.internal.epmd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The bytes that EPMD and those who talk to it exchange.
///
/// Requests begin with their length in two bytes; responses do not. Nothing in here waits, and
/// whatever the bytes are, nothing but [ProtocolException] comes out.
public final class EpmdMessages {
  /// A request as long as this, with its length, is refused.
  public static final int TOO_LONG = 3060;

  /// More than this is not read of a response.
  public static final int LONGEST_RESPONSE = 1 << 20;

  /// The bytes of the length before a request.
  public static final int PREFIX = 2;

  private static final int MOST_CODE_POINTS = 255;
  private static final int MOST_BYTES = 4 * MOST_CODE_POINTS;

  private static final int ALIVE2_REQ = 120;
  private static final int ALIVE2_RESP = 121;
  private static final int ALIVE2_X_RESP = 118;
  private static final int PORT_PLEASE2_REQ = 122;
  private static final int PORT2_RESP = 119;
  private static final int NAMES_REQ = 110;
  private static final int DUMP_REQ = 100;
  private static final int KILL_REQ = 107;
  private static final int STOP_REQ = 115;

  private static final int FIXED_PART_OF_ALIVE = 13;
  private static final int FIXED_PART_OF_PORT = 10;
  private static final int FAILED = 1;

  /// What stands where the creation would, in a refusal.
  private static final int NO_CREATION = 99;

  private static final int LONG_CREATIONS = 6;
  private static final int SHORT_CREATIONS = 3;

  private static final Pattern NAMES_LINE = Pattern.compile("name (.+) at port ([0-9]{1,5})");

  private EpmdMessages() {}

  // requests

  /// What EPMD can be asked.
  public sealed interface Request {}

  /// A node registers.
  ///
  /// @param node what it says of itself
  public record Alive(PortInfo node) implements Request {}

  /// A node wants to register under a name, or with extra bytes, that EPMD does not take.
  ///
  /// @param highVersion the highest version of the handshake that it speaks
  public record BadAlive(int highVersion) implements Request {}

  /// Somebody asks for a node.
  ///
  /// @param name the part of its name before the `@`
  public record PortPlease(String name) implements Request {}

  /// Somebody asks for all nodes.
  public record Names() implements Request {}

  /// Somebody asks for all that EPMD knows.
  public record Dump() implements Request {}

  /// EPMD is to end.
  public record Kill() implements Request {}

  /// A node is to be forgotten.
  ///
  /// @param name the part of its name before the `@`
  public record Stop(String name) implements Request {}

  /// Tells whether EPMD takes a name.
  ///
  /// @param name the part of a node's name before the `@`
  /// @return whether it does
  public static boolean isName(String name) {
    return !name.isEmpty()
        && name.codePointCount(0, name.length()) <= MOST_CODE_POINTS
        && name.indexOf('\0') < 0
        && UTF_8.newEncoder().canEncode(name);
  }

  /// Writes a request, with its length.
  ///
  /// @param request the request
  /// @return its bytes
  public static byte[] encode(Request request) {
    return switch (request) {
      case Alive(PortInfo node) -> encodeAlive(node);
      case BadAlive _ -> throw new IllegalArgumentException("this is never sent");
      case PortPlease(String name) -> withName(PORT_PLEASE2_REQ, name);
      case Names _ -> withName(NAMES_REQ, "");
      case Dump _ -> withName(DUMP_REQ, "");
      case Kill _ -> withName(KILL_REQ, "");
      case Stop(String name) -> withName(STOP_REQ, name);
    };
  }

  private static byte[] encodeAlive(PortInfo node) {
    byte[] name = node.name().getBytes(UTF_8);
    byte[] extra = node.extra().getBytes(ISO_8859_1);
    int length = FIXED_PART_OF_ALIVE + name.length + extra.length;
    return ByteBuffer.allocate(PREFIX + length)
        .putShort((short) length)
        .put((byte) ALIVE2_REQ)
        .putShort((short) node.port())
        .put((byte) node.nodeType())
        .put((byte) node.protocol())
        .putShort((short) node.highVersion())
        .putShort((short) node.lowVersion())
        .putShort((short) name.length)
        .put(name)
        .putShort((short) extra.length)
        .put(extra)
        .array();
  }

  private static byte[] withName(int tag, String name) {
    byte[] bytes = name.getBytes(UTF_8);
    return ByteBuffer.allocate(PREFIX + 1 + bytes.length)
        .putShort((short) (1 + bytes.length))
        .put((byte) tag)
        .put(bytes)
        .array();
  }

  /// Reads a request.
  ///
  /// @param bytes its bytes without the length
  /// @return the request
  /// @throws ProtocolException if it is none; EPMD then closes the connection without an answer
  public static Request parse(ByteBuffer bytes) throws ProtocolException {
    need(bytes, 1, "a request");
    int tag = Byte.toUnsignedInt(bytes.get());
    return switch (tag) {
      case ALIVE2_REQ -> parseAlive(bytes);
      case PORT_PLEASE2_REQ -> new PortPlease(restAsName(bytes));
      case NAMES_REQ -> new Names();
      case DUMP_REQ -> new Dump();
      case KILL_REQ -> new Kill();
      case STOP_REQ -> new Stop(restAsName(bytes));
      default -> throw new ProtocolException("a request of the unknown type " + tag);
    };
  }

  private static Request parseAlive(ByteBuffer bytes) throws ProtocolException {
    need(bytes, FIXED_PART_OF_ALIVE, "ALIVE2_REQ");
    final int port = Short.toUnsignedInt(bytes.getShort());
    final int nodeType = Byte.toUnsignedInt(bytes.get());
    final int protocol = Byte.toUnsignedInt(bytes.get());
    final int high = Short.toUnsignedInt(bytes.getShort());
    final int low = Short.toUnsignedInt(bytes.getShort());
    final ByteBuffer name = counted(bytes, "the name in ALIVE2_REQ");
    final ByteBuffer extra = counted(bytes, "the extra bytes in ALIVE2_REQ");
    if (contains(name, (byte) 0)) {
      throw new ProtocolException("a name with a byte 0 in ALIVE2_REQ");
    }
    Optional<String> text = utf8(name);
    if (text.isEmpty() || !isName(text.get()) || extra.remaining() > MOST_BYTES) {
      return new BadAlive(high);
    }
    String rest = ISO_8859_1.decode(extra).toString();
    return new Alive(new PortInfo(text.get(), port, nodeType, protocol, high, low, rest));
  }

  /// Reads a name that goes on to the end, or to a byte 0 at the end.
  private static String restAsName(ByteBuffer bytes) throws ProtocolException {
    int end = bytes.limit();
    if (bytes.hasRemaining() && bytes.get(end - 1) == 0) {
      bytes.limit(end - 1);
    }
    String name = utf8(bytes).orElse("");
    if (!isName(name)) {
      throw new ProtocolException("a request about something that is not a name");
    }
    return name;
  }

  // responses

  /// What EPMD says to a node that wants to register.
  ///
  /// @param registered whether it is registered now
  /// @param creation tells this incarnation of the name from others; without meaning if it is not
  public record AliveAnswer(boolean registered, long creation) {}

  /// A node as the list of all names has it.
  ///
  /// @param name the part of its name before the `@`
  /// @param port where it listens
  public record NameAndPort(String name, int port) {}

  /// Writes that a node is registered. One that does not speak version 6 gets a creation from 1 to
  /// 3.
  ///
  /// @param highVersion the highest version that it speaks
  /// @param creation its creation
  /// @return the response
  public static byte[] registered(int highVersion, long creation) {
    return highVersion >= LONG_CREATIONS
        ? aliveResponse(highVersion, 0, creation)
        : aliveResponse(highVersion, 0, creation % SHORT_CREATIONS + 1);
  }

  /// Writes that a node is not registered.
  ///
  /// @param highVersion the highest version that it speaks
  /// @return the response
  public static byte[] refused(int highVersion) {
    return aliveResponse(highVersion, FAILED, NO_CREATION);
  }

  private static byte[] aliveResponse(int highVersion, int result, long creation) {
    boolean extended = highVersion >= LONG_CREATIONS;
    int tag = extended ? ALIVE2_X_RESP : ALIVE2_RESP;
    ByteBuffer bytes = ByteBuffer.allocate(lengthOfAliveAnswer(tag));
    bytes.put((byte) tag).put((byte) result);
    if (extended) {
      bytes.putInt((int) creation);
    } else {
      bytes.putShort((short) creation);
    }
    return bytes.array();
  }

  /// Returns how long the answer to a registration is.
  ///
  /// @param tag its first byte
  /// @return the number of bytes with the first one; 0 if no answer begins like that
  public static int lengthOfAliveAnswer(int tag) {
    return switch (tag) {
      case ALIVE2_X_RESP -> 6;
      case ALIVE2_RESP -> 4;
      default -> 0;
    };
  }

  /// Reads the answer to a registration.
  ///
  /// @param bytes all of it
  /// @return the answer
  /// @throws ProtocolException if it is none
  public static AliveAnswer parseAliveAnswer(ByteBuffer bytes) throws ProtocolException {
    need(bytes, 1, "the answer to ALIVE2_REQ");
    int tag = Byte.toUnsignedInt(bytes.get());
    int length = lengthOfAliveAnswer(tag);
    if (length == 0) {
      throw new ProtocolException("an answer to ALIVE2_REQ that begins with " + tag);
    }
    need(bytes, length - 1, "the answer to ALIVE2_REQ");
    boolean registered = bytes.get() == 0;
    long creation =
        tag == ALIVE2_X_RESP
            ? Integer.toUnsignedLong(bytes.getInt())
            : Short.toUnsignedLong(bytes.getShort());
    return new AliveAnswer(registered, creation);
  }

  /// Writes where a node is.
  ///
  /// @param node the node
  /// @return the response
  public static byte[] found(PortInfo node) {
    byte[] name = node.name().getBytes(UTF_8);
    byte[] extra = node.extra().getBytes(ISO_8859_1);
    return ByteBuffer.allocate(2 + FIXED_PART_OF_PORT + name.length + 2 + extra.length)
        .put((byte) PORT2_RESP)
        .put((byte) 0)
        .putShort((short) node.port())
        .put((byte) node.nodeType())
        .put((byte) node.protocol())
        .putShort((short) node.highVersion())
        .putShort((short) node.lowVersion())
        .putShort((short) name.length)
        .put(name)
        .putShort((short) extra.length)
        .put(extra)
        .array();
  }

  /// Writes that a node is not registered.
  ///
  /// @return the response
  public static byte[] notFound() {
    return new byte[] {PORT2_RESP, FAILED};
  }

  /// Reads where a node is.
  ///
  /// @param bytes all of the answer
  /// @return the node, or nothing if it is not registered
  /// @throws ProtocolException if it is no answer
  public static Optional<PortInfo> parsePortAnswer(ByteBuffer bytes) throws ProtocolException {
    need(bytes, 2, "PORT2_RESP");
    int tag = Byte.toUnsignedInt(bytes.get());
    if (tag != PORT2_RESP) {
      throw new ProtocolException("an answer to PORT_PLEASE2_REQ that begins with " + tag);
    }
    if (bytes.get() != 0) {
      return Optional.empty();
    }
    need(bytes, FIXED_PART_OF_PORT, "PORT2_RESP");
    final int port = Short.toUnsignedInt(bytes.getShort());
    final int nodeType = Byte.toUnsignedInt(bytes.get());
    final int protocol = Byte.toUnsignedInt(bytes.get());
    final int high = Short.toUnsignedInt(bytes.getShort());
    final int low = Short.toUnsignedInt(bytes.getShort());
    String name = utf8(counted(bytes, "the name in PORT2_RESP")).orElse("");
    String extra = ISO_8859_1.decode(counted(bytes, "the extra bytes in PORT2_RESP")).toString();
    if (!isName(name)) {
      throw new ProtocolException("PORT2_RESP with something that is not a name");
    }
    return Optional.of(new PortInfo(name, port, nodeType, protocol, high, low, extra));
  }

  /// Writes the list of names.
  ///
  /// @param epmdPort where EPMD listens
  /// @param nodes the nodes
  /// @return the response
  public static byte[] names(int epmdPort, List<PortInfo> nodes) {
    StringBuilder text = new StringBuilder();
    for (PortInfo node : nodes) {
      text.append("name ").append(node.name()).append(" at port ").append(node.port()).append('\n');
    }
    return portAndText(epmdPort, text);
  }

  /// A node as a dump has it.
  ///
  /// @param node what it said of itself
  /// @param socket the number of its connection; EPMD says its file descriptor
  public record Dumped(PortInfo node, int socket) {}

  /// Writes a dump.
  ///
  /// @param epmdPort where EPMD listens
  /// @param active the nodes
  /// @param unused nodes that have gone
  /// @return the response
  public static byte[] dump(int epmdPort, List<Dumped> active, List<Dumped> unused) {
    StringBuilder text = new StringBuilder();
    for (Dumped entry : active) {
      text.append("active name     <").append(entry.node().name());
      text.append("> at port ").append(entry.node().port());
      text.append(", fd = ").append(entry.socket()).append("\n\0");
    }
    for (Dumped entry : unused) {
      text.append("old/unused name <").append(entry.node().name());
      text.append(">, port = ").append(entry.node().port());
      text.append(", fd = ").append(entry.socket()).append(" \n\0");
    }
    return portAndText(epmdPort, text);
  }

  private static byte[] portAndText(int epmdPort, CharSequence text) {
    byte[] bytes = text.toString().getBytes(UTF_8);
    return ByteBuffer.allocate(4 + bytes.length).putInt(epmdPort).put(bytes).array();
  }

  /// Reads a list of names. Lines that say something else are skipped.
  ///
  /// @param bytes all of the answer
  /// @return the nodes
  /// @throws ProtocolException if it is no answer
  public static List<NameAndPort> parseNames(ByteBuffer bytes) throws ProtocolException {
    need(bytes, 4, "NAMES_RESP");
    bytes.getInt();
    List<NameAndPort> names = new ArrayList<>();
    for (String line : UTF_8.decode(bytes).toString().split("\n", -1)) {
      Matcher matcher = NAMES_LINE.matcher(line);
      if (matcher.matches()) {
        int port = Integer.parseInt(matcher.group(2));
        if (port <= 0xFFFF) {
          names.add(new NameAndPort(matcher.group(1), port));
        }
      }
    }
    return List.copyOf(names);
  }

  /// Writes whether EPMD ends.
  ///
  /// @param ends whether it does
  /// @return the response
  public static byte[] killed(boolean ends) {
    return (ends ? "OK" : "NO").getBytes(US_ASCII);
  }

  /// Writes whether a node was forgotten.
  ///
  /// @param existed whether it was registered
  /// @return the response
  public static byte[] stopped(boolean existed) {
    return (existed ? "STOPPED" : "NOEXIST").getBytes(US_ASCII);
  }

  // parts

  private static void need(ByteBuffer bytes, int count, String what) throws ProtocolException {
    if (bytes.remaining() < count) {
      throw new ProtocolException(what + " ends too early");
    }
  }

  /// Takes what two bytes of length announce.
  private static ByteBuffer counted(ByteBuffer bytes, String what) throws ProtocolException {
    need(bytes, 2, what);
    int length = Short.toUnsignedInt(bytes.getShort());
    need(bytes, length, what);
    ByteBuffer part = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    return part;
  }

  private static boolean contains(ByteBuffer bytes, byte wanted) {
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      if (bytes.get(i) == wanted) {
        return true;
      }
    }
    return false;
  }

  private static Optional<String> utf8(ByteBuffer bytes) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
