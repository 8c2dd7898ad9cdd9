package dev.belay;

import java.util.Objects;
import java.util.function.Function;

/// A variable of which each node has its own value: for what a library keeps for a node, and what
/// should go when the node does.
///
/// Values live as long as their node. All methods may be called from any thread.
///
/// @param <T> the type of the values
public final class NodeLocal<T> {
  private final Function<? super Node, ? extends T> initial;

  private NodeLocal(Function<? super Node, ? extends T> initial) {
    this.initial = initial;
  }

  /// Makes a variable.
  ///
  /// @param initial makes a node's value when it is first asked for, at most once for each node; it
  ///   must not ask for other variables
  /// @param <T> the type of the values
  /// @return the variable
  public static <T> NodeLocal<T> withInitial(Function<? super Node, ? extends T> initial) {
    return new NodeLocal<>(Objects.requireNonNull(initial, "initial"));
  }

  /// Returns a node's value, and makes it first if there is none.
  ///
  /// @param node the node
  /// @return the value
  public T get(Node node) {
    Object value = node.locals.get(this);
    if (value == null) {
      value =
          node.locals.computeIfAbsent(
              this,
              local ->
                  Objects.requireNonNull(initial.apply(node), "the initial value of a NodeLocal"));
    }
    @SuppressWarnings("unchecked") // only this object puts values under itself
    T result = (T) value;
    return result;
  }
}
