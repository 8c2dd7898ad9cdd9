package dev.belay;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The report of one death: a process that crashed, or that was declared dead.
///
/// It is made by the dismantler, before anybody is told: it takes a bounded number of references
/// and calls no user code.
final class CrashReport extends Report {
  /*
   * At this time the dismantler owns the mailbox, unless the process is declared dead: then its kept part belongs to the thread
   * that is stuck, and is left alone. The inbox is a stack with the newest message on top. To find its oldest ones it is
   * walked, up to MOST_STEPS; of a longer one the newest are shown.
   */
  static final int MOST_MESSAGES = 10;
  private static final int MOST_STEPS = 20_000;

  /// How much is shown of the stack of another process.
  private static final int MOST_FRAMES = 20;

  private final Cell cell;
  private final Cause cause;
  private final boolean declared;
  private final long lived;
  private final StackTraceElement[] stuck;
  private final Ties ties;
  private final @Nullable Possessions possessions;
  private final List<CrashNotes.Note> notes;
  private final int mailboxLength;
  private final List<Object> messages = new ArrayList<>(4);
  private boolean newest;

  // the reporter's thread only
  private final List<UserText> messageTexts = new ArrayList<>();
  private final List<UserText> noteTexts = new ArrayList<>();
  private @Nullable UserText reasonText;
  private @Nullable UserText stackText;

  private CrashReport(Level level, Cell cell, Cause cause, StackTraceElement @Nullable [] stuck) {
    super(level);
    this.cell = cell;
    this.cause = cause;
    this.declared = stuck != null;
    this.lived = cell.host().nanoTime() - cell.born;
    this.stuck = stuck == null ? new StackTraceElement[0] : stuck;
    this.ties = Ties.of(cell);
    this.possessions = cell.possessions;
    this.notes = declared ? List.of() : CrashNotes.of(cell);
    this.mailboxLength = cell.mailbox.length();
  }

  /// Takes what the report of a crash needs; on the dismantler's thread.
  static CrashReport crashed(Cell cell, Cause cause) {
    CrashReport report = new CrashReport(Level.ERROR, cell, cause, null);
    report.takeMessages();
    return report;
  }

  /// Takes what the report of a declared death needs; on the dismantler's thread.
  ///
  /// @param stuck the stack of the thread that did not come back
  static CrashReport declared(Cell cell, Cause cause, StackTraceElement[] stuck) {
    Level level = cause.reason().isOrderly() ? Level.WARNING : Level.ERROR;
    return new CrashReport(level, cell, cause, stuck);
  }

  private void takeMessages() {
    int wanted = MOST_MESSAGES;
    Message node = cell.mailbox.first();
    while (node != null && wanted > 0) {
      Object message = node.peek();
      if (message != null) {
        messages.add(message);
        wanted--;
      }
      node = node.next;
    }
    Message top = cell.mailbox.newest();
    if (top == null || wanted == 0) {
      return;
    }
    newest = top.depth > MOST_STEPS && messages.isEmpty();
    if (top.depth > MOST_STEPS && !newest) {
      return;
    }
    int skipped = newest ? 0 : Math.max(0, top.depth - wanted);
    List<Object> backwards = new ArrayList<>(wanted);
    int at = 0;
    for (node = top; node != null && at < skipped + wanted; node = node.next) {
      if (at++ >= skipped) {
        Object message = node.peek();
        if (message != null) {
          backwards.add(message);
        }
      }
    }
    messages.addAll(newest ? backwards : backwards.reversed());
  }

  private StackTraceElement[] frames() {
    return cause.reason() instanceof ExitReason.Crash crash && !declared
        ? StackText.plainFrames(crash.throwable())
        : stuck;
  }

  @Override
  Place place() {
    String kind =
        declared
            ? "declared dead"
            : cause.reason() instanceof ExitReason.Crash crash
                ? crash.throwable().getClass().getName()
                : "ended";
    return Place.of(kind, frames(), cell);
  }

  @Override
  Pid about() {
    return cell.pid;
  }

  @Override
  List<UserText> userTexts() {
    List<UserText> texts = new ArrayList<>();
    if (cause.reason() instanceof ExitReason.Crash crash) {
      reasonText = UserText.line(crash.throwable());
      if (!declared) {
        stackText = UserText.stack(crash.throwable());
        texts.add(stackText);
      }
    } else {
      reasonText = UserText.line(cause.reason());
    }
    texts.addFirst(reasonText);
    for (Object message : messages) {
      messageTexts.add(UserText.line(message));
    }
    texts.addAll(messageTexts);
    for (CrashNotes.Note note : notes) {
      noteTexts.add(note.userText());
    }
    texts.addAll(noteTexts);
    return texts;
  }

  @Override
  String text() {
    String reason = reasonText == null ? "" : reasonText.get();
    String who = "process " + StackText.who(cell.pid);
    Page page =
        new Page(
            declared
                ? who
                    + " was declared dead: it did not unwind within "
                    + grace()
                    + ", reason "
                    + reason
                : who + " crashed: " + reason);
    page.fact(declared ? "stuck at" : "at", StackText.at(StackText.userFrame(frames())));
    if (declared) {
      page.advice(
          "next",
          "Everybody has been told, and its thread has no rights in the runtime any more; but the thread still runs"
              + " (Node.quarantined() lists it). See below where it is stuck, and let that code end when it is"
              + " interrupted, or call verbs in its loop.");
    }
    page.fact("node", cell.node.name());
    page.fact("name", ties.name());
    page.fact("body", StackText.initialFunction(cell.initial, frames()));
    for (int i = 0; i < noteTexts.size(); i++) {
      page.fact(notes.get(i).name(), noteTexts.get(i).get());
    }
    page.fact("lived", PlainText.duration(lived));
    page.fact("ancestors", StackText.pids(cell.ancestors.pids(), false));
    page.fact("trail", cause.asDeathOf(cell, declared).trail());
    ties.addTo(page);
    page.fact("owned", possessions);
    page.fact("mailbox", mailbox());
    for (int i = 0; i < messageTexts.size(); i++) {
      page.fact("", (newest ? mailboxLength - i : i + 1) + "  " + messageTexts.get(i).get());
    }
    if (declared) {
      page.block("stack of its thread", StackText.of(stuck));
    } else if (stackText != null && !stackText.isHarmless()) {
      page.block("stack", stackText.get());
    }
    for (CrashNotes.Note note : notes) {
      StackTraceElement[] frames = note.stack().toArray(StackTraceElement[]::new);
      if (frames.length > 0) {
        page.block("stack of " + note.name(), StackText.called(frames, MOST_FRAMES));
      }
    }
    return page.toString();
  }

  @Override
  @Nullable Throwable thrown() {
    return stackText != null ? stackText.throwableIfHarmless() : null;
  }

  private String grace() {
    return PlainText.duration(cell.options.graceNanos(cell.brief));
  }

  private String mailbox() {
    if (mailboxLength == 0) {
      return "empty";
    }
    String length =
        PlainText.count(mailboxLength) + (mailboxLength == 1 ? " message" : " messages");
    if (declared) {
      return length + ", which its thread may be reading still: not shown";
    } else if (newest) {
      return length + ", the newest first:";
    }
    return messages.size() < mailboxLength
        ? length + ", the first " + messages.size() + ":"
        : length + ":";
  }
}
