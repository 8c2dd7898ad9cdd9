package dev.belay.distribution.internal.wire;

import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.terms.TermWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Puts frames together byte by byte, and takes apart what comes of them.
final class Frames {
  static final byte[] TICK = new byte[4];

  private Frames() {}

  /// What a sink was given.
  record Event(ControlMessage control, @Nullable Object payload) {}

  /// Remembers all that has come, payloads decoded.
  static final class Received implements FrameSink {
    final List<Event> events = new ArrayList<>();
    int ticks;

    @Override
    public void tick() {
      ticks++;
    }

    @Override
    public void signal(ControlMessage control, @Nullable Payload payload) {
      events.add(new Event(control, payload == null ? null : payload.read(termReader())));
    }
  }

  static TermReader termReader() {
    return new TermReader(Identities.PLAIN, TermLimits.DEFAULT);
  }

  static FrameReader reader(long flags) {
    return reader(flags, FrameLimits.DEFAULT);
  }

  static FrameReader reader(long flags, FrameLimits limits) {
    return new FrameReader(new Dialect(flags), limits, TermLimits.DEFAULT, Samples.PEER);
  }

  /// Reads all at once.
  static Received read(FrameReader reader, byte[]... frames) {
    Received received = new Received();
    reader.read(ByteBuffer.wrap(concat(frames)), received);
    return received;
  }

  /// Reads in pieces of random sizes.
  static void read(FrameReader reader, byte[] bytes, Random random, int longest, FrameSink sink) {
    int at = 0;
    while (at < bytes.length) {
      int size = Math.min(bytes.length - at, 1 + random.nextInt(longest));
      reader.read(ByteBuffer.wrap(bytes, at, size), sink);
      at += size;
    }
  }

  /// Hexadecimal digits, with texts in quotes, as in `83 44 "abc"`.
  static byte[] bytes(String description) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean isText = false;
    for (String part : description.split("\"", -1)) {
      out.writeBytes(
          isText
              ? part.getBytes(StandardCharsets.UTF_8)
              : HexFormat.of().parseHex(part.replaceAll("[ |]", "")));
      isText = !isText;
    }
    return out.toByteArray();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] frame(byte[]... parts) {
    byte[] body = concat(parts);
    return concat(ByteBuffer.allocate(4).putInt(body.length).array(), body);
  }

  static byte[] term(Object term) {
    TermWriter writer = new TermWriter(Identities.PLAIN);
    writer.write(term);
    return writer.toBytes();
  }

  static byte[] whole(ControlMessage control, @Nullable Object payload) {
    byte[] rest = payload == null ? new byte[0] : term(payload);
    return frame(bytes("83 44 00"), term(control.toTerm()), rest);
  }

  static byte[] passedThrough(ControlMessage control, @Nullable Object payload) {
    byte[] rest = payload == null ? new byte[0] : concat(bytes("83"), term(payload));
    return frame(bytes("70 83"), term(control.toTerm()), rest);
  }

  static byte[] first(long sequence, long count, ControlMessage control, byte[] part) {
    byte[] numbers = ByteBuffer.allocate(16).putLong(sequence).putLong(count).array();
    return frame(bytes("83 45"), numbers, new byte[1], term(control.toTerm()), part);
  }

  static byte[] next(long sequence, long left, byte[] part) {
    byte[] numbers = ByteBuffer.allocate(16).putLong(sequence).putLong(left).array();
    return frame(bytes("83 46"), numbers, part);
  }

  /// Cuts bytes into so many parts, some of them empty.
  static List<byte[]> cut(byte[] bytes, int count, Random random) {
    List<Integer> cuts = new ArrayList<>();
    cuts.add(0);
    for (int i = 1; i < count; i++) {
      cuts.add(random.nextInt(bytes.length + 1));
    }
    cuts.add(bytes.length);
    cuts.sort(null);
    List<byte[]> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(Arrays.copyOfRange(bytes, cuts.get(i), cuts.get(i + 1)));
    }
    return parts;
  }
}
