package dev.belay;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What there is to know about a process at one moment (I1–I10): a snapshot, taken at once,
/// whatever the process is doing.
///
/// @param pid the process
/// @param label its label, or an empty string
/// @param registeredName the name it is registered under, if any
/// @param status what it is doing
/// @param trapsExits whether it traps exits
/// @param messageQueueLength how many messages are in its mailbox, exactly
/// @param oldestMessageAge how long ago the oldest of these messages was sent, at least; from a
///   sample: one in 8 of the messages that come while the process is busy, one in 64 of others, and
///   its first. So it may be absent while few wait, and be a little too short
/// @param links the processes it is linked with, by pid
/// @param monitors what it monitors: pids, or names if it asked by name (M17)
/// @param monitoredBy who monitors it, once for each monitor
/// @param owned the class names of the resources it owns, last owned first
/// @param parent the process that spawned it, if a process did (I9)
/// @param ancestors its spawners, nearest first; bounded
/// @param initialFunction the class of its body
public record ProcessInfo(
    Pid pid,
    String label,
    Optional<String> registeredName,
    ProcessStatus status,
    boolean trapsExits,
    int messageQueueLength,
    Optional<Duration> oldestMessageAge,
    List<Pid> links,
    List<Subject> monitors,
    List<Pid> monitoredBy,
    List<String> owned,
    Optional<Pid> parent,
    List<Pid> ancestors,
    String initialFunction) {
  /// Keeps the data.
  ///
  /// @param pid the process
  /// @param label its label
  /// @param registeredName its name
  /// @param status what it is doing
  /// @param trapsExits whether it traps exits
  /// @param messageQueueLength the length of its mailbox
  /// @param oldestMessageAge the age of the oldest message in it
  /// @param links its links
  /// @param monitors what it monitors
  /// @param monitoredBy who monitors it
  /// @param owned what it owns
  /// @param parent who spawned it
  /// @param ancestors its spawners
  /// @param initialFunction the class of its body
  public ProcessInfo {
    links = List.copyOf(links);
    monitors = List.copyOf(monitors);
    monitoredBy = List.copyOf(monitoredBy);
    owned = List.copyOf(owned);
    ancestors = List.copyOf(ancestors);
  }
}
