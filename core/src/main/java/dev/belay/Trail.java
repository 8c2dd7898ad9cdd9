package dev.belay;

import java.util.List;
import java.util.Objects;

/// How a reason came here: who died first, and by which links, signals or declarations the death
/// went on.
///
/// The first hop is always kept, and of the others the latest; [#omitted] counts what was left out
/// between them. An end that nobody else caused has a trail of one hop.
///
/// @param hops the hops, the first death first
/// @param omitted how many hops are missing after the first one
@Sendable
public record Trail(List<Hop> hops, long omitted) {
  /// How many hops are kept at most.
  public static final int MAX_HOPS = 8;

  /// The trail of nothing: the reason did not come from a death (as with `noproc`).
  public static final Trail EMPTY = new Trail(List.of(), 0);

  /// Keeps the hops.
  ///
  /// @param hops the hops, the first death first
  /// @param omitted how many hops are missing after the first one
  public Trail {
    hops = List.copyOf(hops);
  }

  /// One death on the way.
  ///
  /// @param pid who died
  /// @param label its label, or an empty string
  /// @param how what ended it
  /// @param from by whom: the linked process that died before, or the sender of the exit signal;
  ///   itself for a death of its own making
  /// @param declared whether the process did not unwind and was declared dead
  public record Hop(Pid pid, String label, How how, Pid from, boolean declared) {
    /// Keeps the hop.
    ///
    /// @param pid who died
    /// @param label its label, or an empty string
    /// @param how what ended it
    /// @param from by whom
    /// @param declared whether the process was declared dead
    public Hop {
      Objects.requireNonNull(pid, "pid");
      Objects.requireNonNull(label, "label");
      Objects.requireNonNull(how, "how");
      Objects.requireNonNull(from, "from");
    }

    @Override
    public String toString() {
      String who = label.isEmpty() ? pid.toString() : pid + " (" + label + ")";
      String end =
          switch (how) {
            case OWN_END -> who + " ended by itself";
            case LINK -> who + " by its link to " + from;
            case EXIT_SIGNAL -> who + " by an exit signal from " + from;
            case OVERFLOW -> who + " by an overflow of its mailbox, with a message from " + from;
            case TERMINATE -> who + " terminated by " + from;
            case NODE_LOSS -> who + " by the loss of the node of " + from;
          };
      return declared ? end + ", declared" : end;
    }
  }

  /// What ended a process.
  public enum How {
    /// Its body returned or threw.
    OWN_END,
    /// A linked process ended.
    LINK,
    /// An exit signal was sent to it.
    EXIT_SIGNAL,
    /// It was terminated, whatever it trapped.
    TERMINATE,
    /// The node of a linked process was lost.
    NODE_LOSS,
    /// A message came for which its mailbox had no room; see [MailboxPolicy#EXIT].
    OVERFLOW
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < hops.size(); i++) {
      if (i > 0) {
        text.append(" -> ");
      }
      if (i == 1 && omitted > 0) {
        text.append("(").append(omitted).append(" more) -> ");
      }
      text.append(hops.get(i));
    }
    return text.toString();
  }
}
