package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.terms.Identities;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Signals with a sender and a number, and the other end of the connection, which reads them.
final class Writing {
  private final FrameReader reader = Frames.reader(Samples.PLAIN_FLAGS);

  /// All that has come whole, in this order.
  final List<Sent> come = new ArrayList<>();

  private int ticks;

  /// What tells signals apart.
  record Sent(String sender, long number) {}

  /// A message with so many bytes besides; more than 64 KiB make it a great one.
  static Outbound message(String sender, long number, int bytes) {
    Object message = Tuple.of(Binary.utf8(sender), number, Binary.of(new byte[bytes]));
    ControlMessage control =
        new ControlMessage.SendSender(Samples.local(1), Samples.remote(2), null);
    return new FrameWriter(new Dialect(Samples.PLAIN_FLAGS), Identities.PLAIN)
        .write(new Signal(control, message));
  }

  /// Takes the next frame out and reads it.
  ///
  /// @return what kind of frame it was: "-" if there was none, "tick", "S" and the signal for a
  ///   whole one, "F" and the number of the sequence for a fragment; the last one with its signal
  String next(OutgoingQueue queue) {
    ByteBuffer frame = queue.poll();
    return frame == null ? "-" : read(frame);
  }

  String read(ByteBuffer frame) {
    boolean isWhole = frame.remaining() > 5 && frame.get(5) == 68;
    String what = isWhole || frame.remaining() < 14 ? "S" : "F" + frame.getLong(6);
    int before = come.size();
    int ticksBefore = ticks;
    reader.read(frame, sink());
    if (ticks > ticksBefore) {
      return "tick";
    }
    return come.size() > before ? what + " " + text(come.getLast()) : what;
  }

  /// Takes all out.
  List<String> all(OutgoingQueue queue) {
    List<String> all = new ArrayList<>();
    while (true) {
      String next = next(queue);
      if (next.equals("-")) {
        return all;
      }
      all.add(next);
    }
  }

  int openSequences() {
    return reader.openSequences();
  }

  private static String text(Sent sent) {
    return sent.sender() + sent.number();
  }

  private FrameSink sink() {
    return new FrameSink() {
      @Override
      public void tick() {
        ticks++;
      }

      @Override
      public void signal(ControlMessage control, @Nullable Payload payload) {
        if (payload != null && payload.read(Frames.termReader()) instanceof Tuple tuple) {
          come.add(new Sent(((Binary) tuple.get(0)).text(), (Long) tuple.get(1)));
        }
      }
    };
  }
}
