package dev.belay.internal.line;

import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a carrier may do with a node that a program may not.
public abstract class LineAccess {
  private static volatile @Nullable LineAccess instance;

  /// For `core`.
  protected LineAccess() {}

  /// Returns it.
  ///
  /// @param node any node: that there is one means that `core` is ready
  /// @return it
  public static LineAccess of(Node node) {
    Objects.requireNonNull(node, "node");
    return Objects.requireNonNull(instance);
  }

  /// Called by `core` once.
  ///
  /// @param access what is returned from now on
  protected static void provide(LineAccess access) {
    instance = access;
  }

  /// Has a node's signals to others carried.
  ///
  /// @param node the node
  /// @param carrier by whom
  /// @throws IllegalStateException if the node has a carrier
  public abstract void carry(Node node, Carrier carrier);

  /// Returns the line to another node, made now if there is none, which has the carrier connect.
  ///
  /// @param node the node
  /// @param peer the other node's name
  /// @return the line, or null while the loss of the last one is still being told
  public abstract @Nullable Outbox line(Node node, String peer);

  /// Makes the line for a connection that the other node has made.
  ///
  /// @param node the node
  /// @param peer the other node's name
  /// @return the line, or null if there is one, or the loss of the last one is still being told
  public abstract @Nullable Outbox accept(Node node, String peer);

  /// Returns the number that tells incarnations of a node's name apart.
  ///
  /// @param node the node
  /// @return from 4 to 2³²−1
  public abstract long creation(Node node);

  /// Returns the incarnation of a pid's node.
  ///
  /// @param pid a pid
  /// @return its creation
  public abstract long creation(Pid pid);

  /// Returns the pid of a process of any node.
  ///
  /// @param node who asks: a pid of its own is that of its process
  /// @param home the name of the process's node
  /// @param creation the incarnation of that
  /// @param number the process's number
  /// @return the pid
  public abstract Pid pid(Node node, String home, long creation, long number);

  /// Returns a reference of any node.
  ///
  /// @param node who asks
  /// @param home the name of the node that has made it
  /// @param creation the incarnation of that
  /// @param words one to five numbers
  /// @return the reference; one of the node's own is that of its monitor or alias, if there is one
  public abstract Ref reference(Node node, String home, long creation, int[] words);

  /// Returns what a reference is on the wire, and remembers it, so that it can come back.
  ///
  /// @param node who asks
  /// @param ref a reference of any node
  /// @return one to five numbers
  public abstract int[] words(Node node, Ref ref);
}
