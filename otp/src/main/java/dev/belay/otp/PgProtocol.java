package dev.belay.otp;

import dev.belay.Pid;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The messages by which scopes of [Groups] of different nodes tell each other who is in which
/// group: what is between the processes of Erlang's `pg`. Programs have no use for this.
///
/// What comes is read by [GenProtocol#hear], and becomes a message of [GenRequest]. Scopes send
/// each other nothing else, since Erlang's end at anything that they do not know.
public interface PgProtocol {
  /// Returns the nodes to which there is a connection now. A scope looks for its like on them when
  /// it begins; of those that come later [Groups#nodeUp] tells.
  ///
  /// @return their names
  Collection<String> nodes();

  /// Returns what a group is called on other nodes.
  ///
  /// @param group the group
  /// @return its name, equal to that of another group only if that is equal to this; null if it has
  ///   none, and stays within this node
  @Nullable Object name(Object group);

  /// Says that there is a scope.
  ///
  /// @param scope its process
  /// @return what to send
  Object discover(Pid scope);

  /// Says who is in which group.
  ///
  /// @param scope the process of the scope
  /// @param groups by what they are called, who is in them
  /// @return what to send
  Object sync(Pid scope, Map<Object, List<Pid>> groups);

  /// Says who has joined.
  ///
  /// @param scope the process of the scope
  /// @param name what the group is called
  /// @param pids who has joined it
  /// @return what to send
  Object join(Pid scope, Object name, List<Pid> pids);

  /// Says who has left.
  ///
  /// @param scope the process of the scope
  /// @param pids who has left
  /// @param names what the groups are called, each as often as each of them has left it
  /// @return what to send
  Object leave(Pid scope, List<Pid> pids, List<Object> names);
}
