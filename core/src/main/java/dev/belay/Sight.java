package dev.belay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What can be seen of a process from outside, at about one moment, while it goes on.
///
/// Any thread may look. The process is not stopped, but for the time in which the JVM walks its
/// stack, and the few field accesses for which its bonds are read under its lock. What is seen of
/// it was true at some moment during the look; two things that are seen may be of two moments, if
/// the process went on between them.
final class Sight {
  /*
   * What a process waits for it says itself, in the plain field `Cell.awaits`, which holds an immutable object or null. A
   * handshake with its thread comes first, and makes visible what the process wrote before it parked; for one that waits for a
   * message reading the inbox's head does that, too. Without a stack there is no handshake, and another wait may be seen a
   * moment late.
   */

  /// What a process is doing, as the summary of a dump counts it.
  enum Doing {
    RECEIVING("wait for a message"),
    SLEEPING("sleep"),
    AWAITING_END("wait for the end of another process"),
    AWAITING_ROOM("wait for room in a mailbox"),
    AWAITING_ANSWER("wait for another node"),
    BLOCKED("wait in their own code"),
    RUNNING("run, or could run"),
    EXITING("are exiting"),
    /// Past the time of death.
    DEAD("have ended meanwhile");

    final String words;

    Doing(String words) {
      this.words = words;
    }

    /// Looks at a process without taking its stack.
    static Doing of(Cell cell) {
      int state = cell.state;
      if (state != Cell.ALIVE) {
        return state == Cell.EXITING ? EXITING : DEAD;
      }
      if (cell.mailbox.isParked()) {
        return RECEIVING;
      }
      Awaited awaited = cell.awaits;
      if (awaited != null && !awaited.isMessage()) {
        return awaited.isTime()
            ? SLEEPING
            : awaited.isRoom()
                ? AWAITING_ROOM
                : awaited.isAnswer() ? AWAITING_ANSWER : AWAITING_END;
      }
      Thread thread = threadOf(cell);
      if (thread == null) {
        return RUNNING;
      }
      return switch (thread.getState()) {
        case BLOCKED, WAITING, TIMED_WAITING ->
            cell.host().awaitsCarrier(thread) ? RUNNING : BLOCKED;
        case NEW, RUNNABLE, TERMINATED -> RUNNING;
      };
    }
  }

  private static final StackTraceElement[] NO_STACK = {};

  /// Messages that have been waiting for a shorter time are nothing unusual.
  private static final Duration WORTH_TELLING = Duration.ofSeconds(1);

  private final Cell cell;
  private final int depth;
  private final StackTraceElement[] stack;
  private final Doing doing;
  private final String state;
  private final Ties ties;
  private final List<String> owned;
  private final int length;
  private final Optional<Duration> age;
  private final Peek peek;
  private final List<UserText> texts = new ArrayList<>();

  private Sight(Cell cell, DumpOptions options) {
    this.cell = cell;
    this.depth = options.stackDepth();
    this.stack = depth > 0 ? stack(cell) : NO_STACK;
    this.doing = Doing.of(cell);
    this.state = state(cell, doing);
    this.ties = Ties.of(cell);
    this.owned = owned(cell);
    this.length = cell.mailbox.length();
    this.age = Age.ofOldest(cell);
    this.peek = Peek.at(cell.mailbox, options.messages());
    for (Object message : peek.messages()) {
      texts.add(UserText.line(message));
    }
  }

  /// Returns the thread on which a process runs, or null if it is between two turns and has none.
  private static @Nullable Thread threadOf(Cell cell) {
    Thread thread = cell.thread;
    boolean between = cell.inTurns && (cell.isBetweenTurns() || thread == cell.node.reserve.thread);
    return between ? null : thread;
  }

  /// Returns where a process is, or nothing if it has no thread now.
  static StackTraceElement[] stack(Cell cell) {
    Thread thread = threadOf(cell);
    if (thread == null) {
      return NO_STACK;
    }
    StackTraceElement[] stack = cell.host().handshake(thread);
    // Its runner may have gone on with another process meanwhile.
    return threadOf(cell) == thread ? stack : NO_STACK;
  }

  /// Looks at a process.
  ///
  /// @return what is seen, or null if it is past its time of death
  static @Nullable Sight of(Cell cell, DumpOptions options) {
    Sight sight = new Sight(cell, options);
    return sight.doing == Doing.DEAD || cell.state >= Cell.DEAD ? null : sight;
  }

  /// Class names of some of what it owns, last owned first.
  private static List<String> owned(Cell cell) {
    List<String> names = new ArrayList<>();
    int steps = 0;
    cell.lock();
    try {
      for (Slot slot = cell.owned; slot != null && steps <= Ties.MOST; slot = slot.older) {
        if (slot.owned.isOwnedBy(cell)) {
          names.add(steps < Ties.MOST ? slot.owned.get().getClass().getName() : "…");
        }
        steps++;
      }
    } finally {
      cell.lockWord = 0;
    }
    return names;
  }

  /// Says in words what a process does, or what it waits for and since when, without its stack.
  static String stateOf(Cell cell) {
    return state(cell, Doing.of(cell));
  }

  private static String state(Cell cell, Doing doing) {
    Awaited awaited = cell.awaits;
    return switch (doing) {
      case RECEIVING, SLEEPING, AWAITING_END, AWAITING_ROOM, AWAITING_ANSWER ->
          awaited == null ? "waits for a message" : awaited.words(cell.host().nanoTime());
      case BLOCKED -> {
        Thread thread = threadOf(cell);
        boolean entering = thread != null && thread.getState() == Thread.State.BLOCKED;
        yield (entering ? "waits for a monitor" : "waits")
            + " in its own code; since when is not known";
      }
      case RUNNING -> {
        Thread thread = threadOf(cell);
        yield thread == null
            ? "could run, and waits for a runner"
            : cell.host().awaitsCarrier(thread) ? "could run, and waits for a carrier" : "runs";
      }
      case EXITING -> exiting(cell);
      case DEAD -> "has ended";
    };
  }

  private static String exiting(Cell cell) {
    Cause cause = cell.cause;
    return "exiting"
        + (cause == null
            ? ""
            : ", reason " + PlainText.line(ExitSignalError.plain(cause.reason())));
  }

  /// The users' objects that have to be rendered before [#text].
  List<UserText> texts() {
    return texts;
  }

  String text() {
    Page page = new Page("process " + StackText.who(cell.pid));
    page.fact("state", state);
    page.fact("at", StackText.at(StackText.userFrame(stack)));
    page.fact("name", ties.name());
    page.fact("body", StackText.initialFunction(cell.initial, stack));
    page.fact("lived", PlainText.duration(cell.host().nanoTime() - cell.born));
    page.fact("ancestors", StackText.pids(cell.ancestors.pids(), false));
    ties.addTo(page);
    page.fact("owned", String.join(", ", owned));
    page.fact("mailbox", mailbox());
    int number = 0;
    for (UserText text : texts) {
      page.fact("", (peek.isNewestFirst() ? length - number : number + 1) + "  " + text.get());
      number++;
    }
    if (depth > 0 && !(cell.inTurns && stack.length == 0)) {
      page.block("stack", StackText.innermost(stack, depth));
    }
    return page.toString();
  }

  private String mailbox() {
    if (length == 0) {
      return "empty";
    }
    String count =
        PlainText.count(length)
            + (length == 1 ? " message" : " messages")
            + age.filter(old -> old.compareTo(WORTH_TELLING) >= 0)
                .map(old -> ", the oldest at least " + PlainText.duration(old.toNanos()) + " old")
                .orElse("");
    if (!peek.isSteady()) {
      return count + ", which move too fast to be read";
    } else if (texts.isEmpty()) {
      return count;
    } else if (peek.isNewestFirst()) {
      return count + ", the newest first:";
    }
    return texts.size() < length ? count + ", the first " + texts.size() + ":" : count + ":";
  }
}
