package dev.belay;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.Description;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.SettingControl;
import jdk.jfr.SettingDefinition;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/// Looks for long mailboxes now and then, on the flight recorder's thread, while a recording wants
/// to know.
final class LongMailboxes {
  /*
   * Telling the flight recorder of a periodic event would start it, which takes longer than all of Belay's own start. So the first
   * node asks only to be told when it has been started; then, in `recorderInitialized`, the event is made known.
   */
  private static final Set<Node> NODES = ConcurrentHashMap.newKeySet();
  private static final AtomicBoolean LISTENING = new AtomicBoolean();

  private LongMailboxes() {}

  /// A mailbox is long.
  @Name("dev.belay.LongMailbox")
  @Label("Long Mailbox")
  @Description("The mailbox of a process is longer than the recording allows")
  @Period("20 s")
  static final class LongMailbox extends Flight.ProcessEvent {
    @Label("Length")
    @Description("The number of messages in the mailbox")
    int length;

    @Label("Age")
    @Description("How long ago the oldest message of a sample was sent; 0 if none is in the sample")
    @Timespan(Timespan.NANOSECONDS)
    long age;

    @Label("State")
    @Description("What the process does, or what it waits for and since when")
    @Nullable String state;

    /// Which lengths a recording wants to hear of.
    @SettingDefinition
    @Name("length")
    @Label("Length")
    @Description("Mailboxes of this many messages or more are recorded")
    boolean isLong(Length control) {
      return length >= control.least;
    }
  }

  /// The setting `length` of the event. Of several recordings the one that wants most decides.
  static final class Length extends SettingControl {
    private static final int DEFAULT = 1_000;

    volatile int least = DEFAULT;

    @Override
    public String combine(Set<String> values) {
      int least = Integer.MAX_VALUE;
      for (String value : values) {
        least = Math.min(least, parse(value));
      }
      return Integer.toString(values.isEmpty() ? DEFAULT : least);
    }

    @Override
    public void setValue(String value) {
      least = parse(value);
    }

    @Override
    public String getValue() {
      return Integer.toString(least);
    }

    /// What is no number counts as the default: a recording with a slip in its settings should have
    /// the rest all the same.
    private static int parse(String value) {
      try {
        return Math.max(1, Integer.parseInt(value.strip()));
      } catch (NumberFormatException e) {
        return DEFAULT;
      }
    }
  }

  static void watch(Node node) {
    NODES.add(node);
    if (LISTENING.compareAndSet(false, true)) {
      FlightRecorder.addListener(new Listener());
    }
  }

  static void forget(Node node) {
    NODES.remove(node);
  }

  /// Lists the nodes that are open.
  static Set<Node> nodes() {
    return NODES;
  }

  static boolean isWatched(Node node) {
    return NODES.contains(node);
  }

  private static final class Listener implements FlightRecorderListener {
    @Override
    public void recorderInitialized(FlightRecorder recorder) {
      FlightRecorder.addPeriodicEvent(LongMailbox.class, LongMailboxes::look);
    }
  }

  /// Looks at all processes of all nodes.
  private static void look() {
    for (Node node : NODES) {
      try {
        for (int part = 0; part < node.table.parts(); part++) {
          for (Cell cell : node.table.part(part)) {
            look(cell);
          }
        }
      } catch (Throwable e) {
        node.reporter.missed(e);
      }
    }
  }

  private static void look(Cell cell) {
    int length = cell.mailbox.length();
    if (length > 0) {
      LongMailbox event = new LongMailbox();
      event.length = length;
      if (event.shouldCommit()) {
        event.about(cell);
        event.age = Age.ofOldest(cell).map(Duration::toNanos).orElse(0L);
        event.state = Sight.stateOf(cell);
        event.commit();
      }
    }
  }
}
