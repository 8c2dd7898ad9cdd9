package dev.belay.distribution.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.wire.ControlMessage;
import dev.belay.distribution.internal.wire.Dialect;
import dev.belay.distribution.internal.wire.FrameLimits;
import dev.belay.distribution.internal.wire.FrameReader;
import dev.belay.distribution.internal.wire.FrameSink;
import dev.belay.distribution.internal.wire.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes apart what two nodes have said, and makes inputs of it.
final class Recorded {
  /// The last message of the handshake from who has connected, and from who was connected to.
  static final int REPLY = 'r';

  static final int ACK = 'a';

  private static final int CHALLENGE = 'N';
  private static final int SHORT = 2;
  private static final int FLAGS = 8;

  /// A byte that says what was agreed on, and no frame longer than this.
  private static final int LONGEST = 600;

  private static final int MOST_OF_A_KIND = 2;

  private Recorded() {}

  // the handshake

  /// Splits what one side has said after the last message of its handshake.
  ///
  /// @param last the first byte of that message
  /// @return the messages of the handshake without their lengths, and then what follows on them
  static List<byte[]> split(byte[] said, int last) {
    List<byte[]> parts = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(said);
    int kind;
    do {
      byte[] message = new byte[Short.toUnsignedInt(in.getShort())];
      in.get(message);
      parts.add(message);
      kind = message[0];
    } while (kind != last);
    parts.add(Arrays.copyOfRange(said, in.position(), said.length));
    return parts;
  }

  /// Finds the challenge that one side has given.
  static int challenge(List<byte[]> messages) {
    for (byte[] message : messages.subList(0, messages.size() - 1)) {
      if (message[0] == REPLY) {
        return ByteBuffer.wrap(message, 1, Integer.BYTES).getInt();
      }
      // A name begins with the same byte, but is followed by another kind of message.
      if (message[0] == CHALLENGE && message != messages.getFirst()) {
        return ByteBuffer.wrap(message, 1 + FLAGS, Integer.BYTES).getInt();
      }
    }
    throw new IllegalStateException("there is no challenge");
  }

  /// Makes an input of the handshake's messages of one side.
  ///
  /// @param how the first byte of the input
  /// @param challenge what the other side had given
  /// @param messages of [#split]
  static byte[] handshake(int how, int challenge, List<byte[]> messages) {
    boolean tls = (how & HandshakeTarget.TLS) != 0;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(how);
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(challenge).array());
    for (byte[] message : messages.subList(0, messages.size() - 1)) {
      ByteBuffer length = ByteBuffer.allocate(tls ? Integer.BYTES : SHORT);
      out.writeBytes(
          (tls ? length.putInt(message.length) : length.putShort((short) message.length)).array());
      out.writeBytes(message);
    }
    return out.toByteArray();
  }

  // frames

  /// Splits whole frames, with their lengths; what is not complete is left out.
  static List<byte[]> frames(byte[] said) {
    List<byte[]> frames = new ArrayList<>();
    int at = 0;
    while (at + Integer.BYTES <= said.length) {
      int end = at + Integer.BYTES + ByteBuffer.wrap(said).getInt(at);
      if (end > said.length) {
        break;
      }
      frames.add(Arrays.copyOfRange(said, at, end));
      at = end;
    }
    return frames;
  }

  /// Makes an input of each kind of signal, and one of all; of those that have something to cut,
  /// one in fragments, too.
  static Map<String, byte[]> signals(List<byte[]> frames) {
    Map<String, byte[]> inputs = new LinkedHashMap<>();
    List<byte[]> all = new ArrayList<>();
    for (byte[] frame : frames) {
      if (frame.length > LONGEST) {
        continue;
      }
      all.add(frame);
      ControlMessage control = control(frame);
      if (control == null) {
        inputs.put("tick", input(FramesTarget.PLAIN, List.of(frame)));
        continue;
      }
      for (int i = 1; i <= MOST_OF_A_KIND; i++) {
        String name = "op" + control.op() + "-" + i;
        if (!inputs.containsKey(name)) {
          inputs.put(name, input(FramesTarget.PLAIN, List.of(frame)));
          if (control.hasPayload()) {
            inputs.put("fragments-" + name, input(FramesTarget.PLAIN, fragments(frame)));
          }
          break;
        }
      }
    }
    inputs.put("stream", input(FramesTarget.PLAIN, beginning(all)));
    return inputs;
  }

  /// The first frames of a connection with a cache of atoms, which need each other.
  static byte[] cached(List<byte[]> frames) {
    return input(FramesTarget.CACHE, beginning(frames));
  }

  private static List<byte[]> beginning(List<byte[]> frames) {
    List<byte[]> beginning = new ArrayList<>();
    int size = 0;
    for (byte[] frame : frames) {
      size += frame.length;
      if (size > 4 * LONGEST) {
        break;
      }
      beginning.add(frame);
    }
    return beginning;
  }

  private static byte[] input(int flags, List<byte[]> frames) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(flags);
    frames.forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static @Nullable ControlMessage control(byte[] frame) {
    List<ControlMessage> heard = new ArrayList<>();
    new FrameReader(
            new Dialect(FramesTarget.FLAGS[FramesTarget.PLAIN]),
            FrameLimits.DEFAULT,
            TermLimits.DEFAULT,
            FramesTarget.PEER)
        .read(
            ByteBuffer.wrap(frame),
            new FrameSink() {
              @Override
              public void tick() {}

              @Override
              public void signal(ControlMessage control, @Nullable Payload payload) {
                heard.add(control);
              }
            });
    return heard.isEmpty() ? null : heard.getFirst();
  }

  /// Cuts the payload of a frame into three, of which the last has one byte.
  private static List<byte[]> fragments(byte[] frame) {
    // Length, 131, 68, no atoms.
    int begin = Integer.BYTES + 3;
    ByteBuffer in = ByteBuffer.wrap(frame, begin, frame.length - begin);
    new TermReader(Identities.PLAIN, TermLimits.DEFAULT).read(in, null);
    int payload = in.position();
    int first = (payload + frame.length) / 2;
    int last = frame.length - 1;
    byte[] head = Arrays.copyOfRange(frame, begin - 1, first);
    return List.of(
        fragment(69, 3, head),
        fragment(70, 2, Arrays.copyOfRange(frame, first, last)),
        fragment(70, 1, Arrays.copyOfRange(frame, last, frame.length)));
  }

  private static byte[] fragment(int kind, long left, byte[] rest) {
    int length = 2 + 2 * Long.BYTES + rest.length;
    return ByteBuffer.allocate(Integer.BYTES + length)
        .putInt(length)
        .put((byte) 131)
        .put((byte) kind)
        .putLong(7)
        .putLong(left)
        .put(rest)
        .array();
  }

  // EPMD

  /// Makes inputs of a request and its answer.
  ///
  /// @param request with its length
  static Map<String, byte[]> epmd(byte[] request, byte[] answer) {
    Map<String, byte[]> inputs = new LinkedHashMap<>();
    int tag = request[SHORT];
    String name = String.valueOf((char) tag);
    inputs.put(
        "request-" + name,
        prefixed(EpmdTarget.REQUEST, Arrays.copyOfRange(request, SHORT, request.length)));
    switch (tag) {
      case 'x' -> inputs.put("answer-x", prefixed(EpmdTarget.ALIVE_ANSWER, answer));
      case 'z' -> inputs.put("answer-z-" + answer.length, prefixed(EpmdTarget.PORT_ANSWER, answer));
      case 'n' -> inputs.put("answer-n", prefixed(EpmdTarget.NAMES_ANSWER, answer));
      default -> throw new IllegalStateException(new String(request, ISO_8859_1));
    }
    return inputs;
  }

  /// Makes an input for the server of some requests, each on a connection of its own.
  static byte[] connections(List<byte[]> requests) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] request : requests) {
      out.writeBytes(prefixed(request.length, request));
    }
    return out.toByteArray();
  }

  private static byte[] prefixed(int first, byte[] rest) {
    return ByteBuffer.allocate(1 + rest.length).put((byte) first).put(rest).array();
  }
}
