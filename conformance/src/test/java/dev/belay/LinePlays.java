package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The outbox of a line to another node: several who put signals in, against one who takes them
/// out, and sleeps when there are none (decision 0016).
final class LinePlays {
  private LinePlays() {}

  /// Takes all signals of one line on a thread of its own, as a connection does.
  private static final class Writer implements Carrier {
    private final Node node;
    private final Carrier.Access access;
    private final List<Object> written = new ArrayList<>();
    private final Pid reader;
    private Carrier.@Nullable Outbox line;
    private @Nullable Thread thread;

    /// Whether an error has ended the connection.
    private boolean isBroken;

    Writer(Node node) {
      this.node = node;
      this.access = node.carry(this);
      this.reader = access.pid("far@side", 77, 1);
    }

    void begin() {
      line = Objects.requireNonNull(access.line("far@side"));
      thread = node.host.helperThread("writer", true, this::write);
      node.host.start(thread);
    }

    private void write() {
      Carrier.Outbox from = Objects.requireNonNull(line);
      try {
        write(from);
      } catch (VirtualMachineError e) {
        isBroken = true;
        from.lose();
      }
    }

    private void write(Carrier.Outbox from) {
      while (!from.isLost()) {
        Carrier.Signal signal = from.take();
        if (signal == null && from.park()) {
          node.host.park(from);
        }
        while (signal != null) {
          written.add(signal.payload());
          signal = signal.next;
        }
      }
    }

    void end() {
      Objects.requireNonNull(line).lose();
    }

    @Override
    public void connect(Carrier.Outbox fresh) {
      // The scenario begins with it.
    }

    @Override
    public void wake(Carrier.Outbox woken) {
      if (thread != null) {
        node.host.unpark(thread);
      }
    }

    @Override
    public void lost(Carrier.Outbox gone) {
      wake(gone);
    }

    @Override
    public Object encode(Carrier.Outbox on, Object message) {
      return message;
    }

    @Override
    public Object decode(Carrier.Outbox on, Object payload) {
      return payload;
    }

    @Override
    public boolean isFull(Carrier.Outbox on, Thread sender) {
      return false;
    }
  }

  /// Whatever is put in is taken out, as nobody else comes later to wake the writer.
  abstract static class Written extends Play {
    private @Nullable Writer writer;

    final Pid reader() {
      return writer().reader;
    }

    private Writer writer() {
      return Objects.requireNonNull(writer);
    }

    @Override
    void prepare() {
      writer = new Writer(node());
      writer.begin();
    }

    @Override
    void meanwhile() {
      stage().quiet();
      writer().end();
    }

    final void wrote(Actor who, Object... messages) {
      List<Object> all = new ArrayList<>(writer().written);
      all.retainAll(List.of(messages));
      require(
          all.equals(List.of(messages)) || writer().isBroken || (isFaulty() && !who.returned),
          () -> who + ": of what it has sent only this is written: " + all);
    }
  }

  /// Two processes send, of which each may find the writer asleep.
  static final class TwoSend extends Written {
    final Actor a =
        actor(
            "A",
            () -> {
              send(reader(), "a");
              send(reader(), "aa");
            });
    final Actor b = actor("B", () -> send(reader(), "b"));

    @Override
    void check() {
      wrote(a, "a", "aa");
      wrote(b, "b");
    }
  }

  /// One finds it asleep after the other, and woken by the other.
  @Explored(preemptions = 1, full = 2)
  static final class EachWakes extends Written {
    final Actor a = actor("A", () -> send(reader(), "a"));
    final Actor b = actor("B", () -> send(reader(), "b"));
    final Actor c = actor("C", () -> send(reader(), "c"));

    @Override
    void check() {
      wrote(a, "a");
      wrote(b, "b");
      wrote(c, "c");
    }
  }
}
