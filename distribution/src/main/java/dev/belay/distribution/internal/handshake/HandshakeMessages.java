package dev.belay.distribution.internal.handshake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/// The messages of the handshake, without the lengths before them.
///
/// Whatever the bytes are, nothing but [ProtocolException] comes out. Bytes after what a message
/// needs are for future versions, where Erlang allows them; behind a name they may be a [Hello].
final class HandshakeMessages {
  private static final int NAME = 'N';
  private static final int OLD_NAME = 'n';
  private static final int STATUS = 's';
  private static final int COMPLEMENT = 'c';
  private static final int REPLY = 'r';
  private static final int ACK = 'a';

  private static final String NAMED = "named:";
  private static final int FIXED_PART_OF_NAME = 14;
  private static final int FIXED_PART_OF_OLD_NAME = 6;
  private static final int FIXED_PART_OF_CHALLENGE = 18;
  private static final int COMPLEMENT_LENGTH = 8;

  private HandshakeMessages() {}

  /// Who connects, and what it can do.
  ///
  /// @param flags its flags; of the old message only the lower 32
  /// @param creation its creation; 0 for the old message
  /// @param name its name; its host only, if it wants a name
  /// @param old whether it is the message that nodes before Erlang/OTP 23 sent
  /// @param hello what it says behind its name; nothing in the old message
  record Name(long flags, long creation, String name, boolean old, Hello hello) {
    Name(long flags, long creation, String name, boolean old) {
      this(flags, creation, name, old, Hello.NONE);
    }
  }

  /// What the acceptor says to a name, and the connector to the question whether it lives.
  sealed interface Status {}

  /// A status that is a word.
  ///
  /// @param word the word
  record Plain(String word) implements Status {}

  /// The connector has got a name.
  ///
  /// @param name the name
  /// @param creation its creation
  record Named(String name, long creation) implements Status {}

  /// Who accepts, and what the connector has to answer to.
  ///
  /// @param flags its flags
  /// @param challenge the challenge
  /// @param creation its creation
  /// @param name its name
  /// @param hello what it says behind its name
  record Challenge(long flags, int challenge, long creation, String name, Hello hello) {
    Challenge(long flags, int challenge, long creation, String name) {
      this(flags, challenge, creation, name, Hello.NONE);
    }
  }

  /// What the old name message does not have.
  ///
  /// @param flags the upper 32 flags, where they belong
  /// @param creation the creation
  record Complement(long flags, long creation) {}

  /// The connector's proof, and its own challenge.
  ///
  /// @param challenge the challenge
  /// @param digest the proof
  record Reply(int challenge, Digest digest) {}

  // writing

  static byte[] encode(Name message) {
    byte[] name = message.name().getBytes(ISO_8859_1);
    if (message.old()) {
      return ByteBuffer.allocate(1 + FIXED_PART_OF_OLD_NAME + name.length)
          .put((byte) OLD_NAME)
          .putShort((short) 5)
          .putInt((int) message.flags())
          .put(name)
          .array();
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(1 + FIXED_PART_OF_NAME + name.length + message.hello().length())
            .put((byte) NAME)
            .putLong(message.flags())
            .putInt((int) message.creation())
            .putShort((short) name.length)
            .put(name);
    message.hello().putInto(bytes);
    return bytes.array();
  }

  static byte[] encode(Status message) {
    return switch (message) {
      case Plain(String word) -> {
        byte[] text = word.getBytes(US_ASCII);
        yield ByteBuffer.allocate(1 + text.length).put((byte) STATUS).put(text).array();
      }
      case Named(String given, long creation) -> {
        byte[] start = NAMED.getBytes(US_ASCII);
        byte[] name = given.getBytes(UTF_8);
        yield ByteBuffer.allocate(1 + start.length + Short.BYTES + name.length + Integer.BYTES)
            .put((byte) STATUS)
            .put(start)
            .putShort((short) name.length)
            .put(name)
            .putInt((int) creation)
            .array();
      }
    };
  }

  static byte[] encode(Challenge message) {
    byte[] name = message.name().getBytes(ISO_8859_1);
    ByteBuffer bytes =
        ByteBuffer.allocate(1 + FIXED_PART_OF_CHALLENGE + name.length + message.hello().length())
            .put((byte) NAME)
            .putLong(message.flags())
            .putInt(message.challenge())
            .putInt((int) message.creation())
            .putShort((short) name.length)
            .put(name);
    message.hello().putInto(bytes);
    return bytes.array();
  }

  static byte[] encode(Complement message) {
    return ByteBuffer.allocate(1 + COMPLEMENT_LENGTH)
        .put((byte) COMPLEMENT)
        .putInt((int) (message.flags() >>> Integer.SIZE))
        .putInt((int) message.creation())
        .array();
  }

  static byte[] encode(Reply message) {
    ByteBuffer bytes = ByteBuffer.allocate(1 + Integer.BYTES + Digest.LENGTH);
    bytes.put((byte) REPLY).putInt(message.challenge());
    message.digest().putInto(bytes);
    return bytes.array();
  }

  static byte[] encode(Digest ack) {
    ByteBuffer bytes = ByteBuffer.allocate(1 + Digest.LENGTH);
    bytes.put((byte) ACK);
    ack.putInto(bytes);
    return bytes.array();
  }

  // reading

  static Name parseName(ByteBuffer message) throws ProtocolException {
    String what = "the name message";
    if (message.hasRemaining() && message.get(message.position()) == OLD_NAME) {
      need(message, 1 + FIXED_PART_OF_OLD_NAME, what);
      message.get();
      message.getShort();
      long flags = Integer.toUnsignedLong(message.getInt());
      return new Name(flags, 0, latin1(message, message.remaining()), true);
    }
    begin(message, NAME, what);
    need(message, FIXED_PART_OF_NAME, what);
    final long flags = message.getLong();
    final long creation = Integer.toUnsignedLong(message.getInt());
    final String name = counted(message, what);
    return new Name(flags, creation, name, false, Hello.read(message));
  }

  static Status parseStatus(ByteBuffer message) throws ProtocolException {
    begin(message, STATUS, "the status message");
    byte[] start = NAMED.getBytes(US_ASCII);
    if (message.remaining() >= start.length
        && message.slice(message.position(), start.length).equals(ByteBuffer.wrap(start))) {
      message.position(message.position() + start.length);
      return parseNamed(message);
    }
    return new Plain(NodeName.printable(latin1(message, message.remaining())));
  }

  private static Named parseNamed(ByteBuffer message) throws ProtocolException {
    String what = "the status message that gives a name";
    need(message, Short.BYTES, what);
    int length = Short.toUnsignedInt(message.getShort());
    need(message, length + Integer.BYTES, what);
    ByteBuffer name = message.slice(message.position(), length);
    message.position(message.position() + length);
    try {
      return new Named(
          UTF_8.newDecoder().decode(name).toString(), Integer.toUnsignedLong(message.getInt()));
    } catch (CharacterCodingException e) {
      throw new ProtocolException(what + " is not in UTF-8");
    }
  }

  static Challenge parseChallenge(ByteBuffer message) throws ProtocolException {
    String what = "the challenge message";
    begin(message, NAME, what);
    need(message, FIXED_PART_OF_CHALLENGE, what);
    final long flags = message.getLong();
    final int challenge = message.getInt();
    final long creation = Integer.toUnsignedLong(message.getInt());
    final String name = counted(message, what);
    return new Challenge(flags, challenge, creation, name, Hello.read(message));
  }

  static Complement parseComplement(ByteBuffer message) throws ProtocolException {
    String what = "the complement message";
    begin(message, COMPLEMENT, what);
    exactly(message, COMPLEMENT_LENGTH, what);
    long flags = Integer.toUnsignedLong(message.getInt()) << Integer.SIZE;
    return new Complement(flags, Integer.toUnsignedLong(message.getInt()));
  }

  static Reply parseReply(ByteBuffer message) throws ProtocolException {
    String what = "the reply to the challenge";
    begin(message, REPLY, what);
    exactly(message, Integer.BYTES + Digest.LENGTH, what);
    return new Reply(message.getInt(), Digest.from(message));
  }

  static Digest parseAck(ByteBuffer message) throws ProtocolException {
    String what = "the acknowledgement";
    begin(message, ACK, what);
    exactly(message, Digest.LENGTH, what);
    return Digest.from(message);
  }

  // parts

  private static void begin(ByteBuffer message, int tag, String what) throws ProtocolException {
    need(message, 1, what);
    int found = Byte.toUnsignedInt(message.get());
    if (found != tag) {
      throw new ProtocolException(what + " begins with " + found + " instead of " + tag);
    }
  }

  private static void need(ByteBuffer message, int count, String what) throws ProtocolException {
    if (message.remaining() < count) {
      throw new ProtocolException(what + " ends too early");
    }
  }

  private static void exactly(ByteBuffer message, int count, String what) throws ProtocolException {
    if (message.remaining() != count) {
      throw new ProtocolException(what + " has a wrong length");
    }
  }

  private static String counted(ByteBuffer message, String what) throws ProtocolException {
    int length = Short.toUnsignedInt(message.getShort());
    need(message, length, what);
    return latin1(message, length);
  }

  private static String latin1(ByteBuffer message, int length) {
    byte[] bytes = new byte[length];
    message.get(bytes);
    return new String(bytes, ISO_8859_1);
  }
}
