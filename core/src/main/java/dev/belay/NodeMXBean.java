package dev.belay;

import java.util.List;

/// A node as JMX shows it, under the name `dev.belay:type=Node,name=…`, in quotes if the node's
/// name has characters that JMX needs. If another node of the JVM has the same name, there is a
/// `,number=…`, too.
///
/// There is one for every node that was started with [NodeOptions#jmx], until it is closed. All
/// methods may be called from any thread, and hold up no process.
///
/// Totals count from the node's start. While processes are being spawned and end they may be off by
/// those under way.
public interface NodeMXBean {
  /// Returns the node's name.
  ///
  /// @return the name
  String getName();

  /// Counts the processes there are now.
  ///
  /// @return the number
  int getProcessCount();

  /// Returns how many processes there may be at once.
  ///
  /// @return [NodeOptions#maxProcesses]
  int getMaxProcesses();

  /// Counts the processes that have been spawned.
  ///
  /// @return the total
  long getSpawnedTotal();

  /// Counts the processes that have ended, for whatever reason.
  ///
  /// @return the total
  long getEndedTotal();

  /// Counts the processes that threw what ended them; not those that went along with them by a
  /// link.
  ///
  /// @return the total
  long getCrashedTotal();

  /// Counts the processes that were declared dead because their threads did not unwind.
  ///
  /// @return the total
  long getDeclaredDeadTotal();

  /// Counts the threads in quarantine, as [Node#quarantined] lists them.
  ///
  /// @return the number
  int getQuarantinedThreads();

  /// Counts the messages sent to the dead, to free names and to ended aliases, which nobody
  /// received.
  ///
  /// @return [DropCounters#noReceiver]
  long getDroppedNoReceiver();

  /// Counts the messages that were dropped because a mailbox was full.
  ///
  /// @return the sum of [DropCounters#newest], [DropCounters#oldest] and [DropCounters#overflows]
  long getDroppedFull();

  /// Counts the messages whose senders waited for room and were interrupted.
  ///
  /// @return [DropCounters#interrupted]
  long getDroppedInterrupted();

  /// Counts the timers that are running: those of `sendAfter` and `startTimer`, of timeouts, and
  /// the runtime's own.
  ///
  /// @return the number
  int getTimersArmed();

  /// Returns the length of the longest mailbox. Each call looks at all processes, which takes about
  /// a tenth of a second for a million of them.
  ///
  /// @return its number of messages
  int getLongestMailbox();

  /// Lists the processes with the longest mailboxes, the longest first; empty mailboxes are left
  /// out.
  ///
  /// @param limit how many at most, at least 0
  /// @return a line for each: the length of its mailbox, its pid, its label
  List<String> longestMailboxes(int limit);

  /// Makes a dump as [Node#dump()] does: all processes up to a limit, the oldest first.
  ///
  /// @return the text
  String dump();

  /// Makes a dump of some processes.
  ///
  /// @param limit how many processes to show, at least 0
  /// @param longestMailboxFirst whether those with the longest mailboxes come first, rather than
  ///   the oldest
  /// @return the text
  String dump(int limit, boolean longestMailboxFirst);

  /// Makes a dump of one process.
  ///
  /// @param pid the pid as it is printed, for example `<0.85.0>`
  /// @return the text, also if there is no such process
  String dumpProcess(String pid);
}
