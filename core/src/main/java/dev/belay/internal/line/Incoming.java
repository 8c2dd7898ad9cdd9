package dev.belay.internal.line;

import dev.belay.Body;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Subject;

/// Applies the signals of another node to the processes of this one, each as if its sender were
/// here. Called by the one thread that reads the line, in the order of the wire; nothing here waits.
/// On a line that is lost nothing happens.
///
/// Processes of this node are meant by pids that [Identities] has made, also those that do not
/// exist any more.
public interface Incoming {
  /// A message to a process.
  ///
  /// @param from who sent it
  /// @param to the receiver
  /// @param payload for [Carrier#decode]
  void message(Pid from, Pid to, Object payload);

  /// A message to whoever holds a name.
  ///
  /// @param from who sent it
  /// @param name the name
  /// @param payload for [Carrier#decode]
  void message(Pid from, String name, Object payload);

  /// A message to an alias.
  ///
  /// @param from who sent it
  /// @param alias the alias
  /// @param payload for [Carrier#decode]
  void message(Pid from, Ref alias, Object payload);

  /// A link.
  ///
  /// @param from who links
  /// @param to with whom
  void link(Pid from, Pid to);

  /// An unlink. It is acknowledged in any case.
  ///
  /// @param id its id
  /// @param from who unlinks
  /// @param to from whom
  void unlink(long id, Pid from, Pid to);

  /// The acknowledgement of an unlink.
  ///
  /// @param id the unlink's
  /// @param from who was unlinked
  /// @param to who has unlinked
  void unlinkAck(long id, Pid from, Pid to);

  /// The exit of a linked process.
  ///
  /// @param from who ended
  /// @param to who is linked with it
  /// @param reason why
  void linkExit(Pid from, Pid to, ExitReason reason);

  /// An exit signal that somebody sent.
  ///
  /// @param from who sent it
  /// @param to to whom
  /// @param reason why
  void exit(Pid from, Pid to, ExitReason reason);

  /// A monitor. If nobody is there it is told so at once.
  ///
  /// @param watcher who monitors
  /// @param subject a pid of this node, or a name
  /// @param ref the monitor
  void monitor(Pid watcher, Subject subject, Ref ref);

  /// A monitor is taken off.
  ///
  /// @param watcher who monitors
  /// @param ref the monitor
  void demonitor(Pid watcher, Ref ref);

  /// A request to spawn. It is answered before any other signal of the new process.
  ///
  /// @param parent who asks
  /// @param ref the request, which is the monitor, too
  /// @param linked whether to link them
  /// @param monitored whether the parent monitors the child
  /// @param body what it does
  void spawn(Pid parent, Ref ref, boolean linked, boolean monitored, Body body);

  /// A request to spawn that cannot be met.
  ///
  /// @param parent who asks
  /// @param ref the request
  /// @param why in Erlang's words
  void refuseSpawn(Pid parent, Ref ref, String why);

  /// What a monitor of this node is told.
  ///
  /// @param ref the monitor
  /// @param reason why the process ended
  void down(Ref ref, ExitReason reason);
}
