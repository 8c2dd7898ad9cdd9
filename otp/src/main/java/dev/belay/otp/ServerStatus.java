package dev.belay.otp;

import dev.belay.Pid;
import java.util.List;
import java.util.Optional;

/// How a server is, between two of its messages: what [Sys#status] returns.
///
/// @param pid its process
/// @param type the name of its class
/// @param label its label, or an empty string
/// @param name the name it is registered under, if any
/// @param parent who spawned it, if a process did
/// @param ancestors its spawners, nearest first; bounded
/// @param children of a supervisor, the children that run, by pid; of others none
/// @param suspended whether it is suspended
/// @param mailboxLength how many messages wait
/// @param state what it says of its state: [Server#describeState]
/// @param statistics what it has counted, if it counts
/// @param tracer who is told of its events, if anybody is
/// @param log its last events, if it keeps them, the oldest first
public record ServerStatus(
    Pid pid,
    String type,
    String label,
    Optional<String> name,
    Optional<Pid> parent,
    List<Pid> ancestors,
    List<Pid> children,
    boolean suspended,
    int mailboxLength,
    String state,
    Optional<ServerStatistics> statistics,
    Optional<Pid> tracer,
    List<ServerEvent> log) {
  /// Keeps the data.
  ///
  /// @param pid its process
  /// @param type the name of its class
  /// @param label its label
  /// @param name its registered name
  /// @param parent who spawned it
  /// @param ancestors its spawners
  /// @param children its children
  /// @param suspended whether it is suspended
  /// @param mailboxLength how many messages wait
  /// @param state its state
  /// @param statistics what it has counted
  /// @param tracer who is told of its events
  /// @param log its last events
  public ServerStatus {
    ancestors = List.copyOf(ancestors);
    children = List.copyOf(children);
    log = List.copyOf(log);
  }

  /// Says it in several lines, without the events.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(256);
    text.append(type).append(' ').append(pid);
    text.append(label.isEmpty() ? "" : " (" + label + ")");
    text.append(suspended ? ", suspended" : ", running");
    name.ifPresent(given -> text.append("\n  name      ").append(given));
    text.append("\n  state     ").append(state);
    text.append("\n  mailbox   ").append(mailboxLength);
    parent.ifPresent(pid -> text.append("\n  parent    ").append(pid));
    text.append("\n  ancestors ").append(ancestors);
    if (!children.isEmpty()) {
      text.append("\n  children  ").append(children);
    }
    return text.toString();
  }
}
