package dev.belay;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One step in the life of a signal or a process, as a node tells its listeners (see [Node#trace]).
///
/// @param sequence its place in the order in which the node's events happened; gaps mean that
///   events were dropped because the listener was too slow
/// @param nanos when, on the node's clock
/// @param kind what happened
/// @param signal to which kind of signal, or null for the life of a process
/// @param from who sent the signal, spawned the process or made it exit; of a message that is
///   delivered the receiver, which is all that is known then
/// @param to who received it, or the process itself
/// @param detail the message, the reason, the reference, the new process's label or the class name
///   of what was closed; or null
/// @param outcome what became of it, in words; or an empty string
public record TraceEvent(
    long sequence,
    long nanos,
    Kind kind,
    @Nullable Signal signal,
    Pid from,
    Pid to,
    @Nullable Object detail,
    String outcome) {

  /// What happened.
  public enum Kind {
    /// A process was spawned.
    SPAWNED,
    /// A verb sent a signal.
    SENT,
    /// The signal takes effect at its receiver: it is *received*, in Erlang's words.
    APPLIED,
    /// `receive` took a message out of the mailbox.
    DELIVERED,
    /// A process begins to exit, because its body has ended or because of a signal.
    EXITING,
    /// Something that an exiting process owned has been closed, or has been tried to.
    CLOSED,
    /// The time of death: what the process owned is closed, its name and its place in the table are
    /// free, and nobody can be bound to it any more. Now its links and monitors are told.
    DEAD,
    /// Everybody has been told.
    ENDED
  }

  /// Kinds of signals.
  public enum Signal {
    /// A message.
    MESSAGE,
    /// A link.
    LINK,
    /// The end of a link by `unlink`.
    UNLINK,
    /// An exit signal that somebody sent.
    EXIT,
    /// The request to end whatever the receiver traps.
    TERMINATE,
    /// The exit of a linked process.
    LINK_EXIT,
    /// A monitor.
    MONITOR,
    /// The end of a monitor by `demonitor`.
    DEMONITOR,
    /// The end of a monitored process.
    DOWN
  }

  TraceEvent numbered(long number) {
    return new TraceEvent(number, nanos, kind, signal, from, to, detail, outcome);
  }

  /// Returns the event as one line, such as `<0.3.0> → <0.2.0> link exit (boom): becomes a
  /// message`.
  @Override
  public String toString() {
    return switch (kind) {
      case SPAWNED -> arrow() + "spawns" + about() + after(", ");
      case SENT -> arrow() + "sends " + what();
      case APPLIED -> arrow() + what() + after(": ");
      case DELIVERED -> to + "  receives " + what();
      case EXITING -> to + "  begins to exit" + about();
      case CLOSED -> to + "  owned " + detail + after(": ");
      case DEAD -> to + "  is dead" + about() + after(", ");
      case ENDED -> to + "  has told everybody that it ended" + about();
    };
  }

  private String arrow() {
    return (from.number() == 0 ? "plain thread" : from.toString()) + " → " + to + "  ";
  }

  private String what() {
    String name = signal == null ? "" : signal.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return name + about();
  }

  private String about() {
    Object known = detail;
    if (known == null || known.equals("")) {
      return "";
    }
    Object shown =
        switch (known) {
          case Exit exit -> exit.reason();
          case Down down -> down.reason();
          default -> known;
        };
    return " (" + UserText.now(shown) + ")";
  }

  private String after(String separator) {
    return outcome.isEmpty() ? "" : separator + outcome;
  }
}
