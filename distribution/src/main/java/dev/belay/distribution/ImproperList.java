package dev.belay.distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A list that ends in something else than the empty list: Erlang's `[a, b | c]`.
///
/// It is no [List], since a tail is no element. Erlang uses it for instance in the tags of calls,
/// `[alias | Ref]`, and in texts that are put together bit by bit.
///
/// @param elements the elements before the tail, at least one; an unmodifiable list
/// @param tail what comes instead of the empty list; no list
public record ImproperList(List<Object> elements, Object tail) {
  /// Keeps elements and tail. If the tail is an improper list itself, it becomes a part of this
  /// one, as in Erlang.
  ///
  /// @param elements the elements before the tail, at least one
  /// @param tail what comes instead of the empty list
  /// @throws IllegalArgumentException if there are no elements, or the tail is a list
  public ImproperList {
    if (elements.isEmpty()) {
      throw new IllegalArgumentException("A list with a tail has at least one element.");
    }
    if (tail instanceof List) {
      throw new IllegalArgumentException(
          "A list whose tail is a list is an ordinary one: use a List for it.");
    }
    if (tail instanceof ImproperList rest) {
      List<Object> all = new ArrayList<>(elements);
      all.addAll(rest.elements);
      elements = List.copyOf(all);
      tail = rest.tail;
    } else {
      elements = List.copyOf(elements);
      Objects.requireNonNull(tail, "tail");
    }
  }

  /// Returns the list as Erlang prints it, for example `[a,b|c]`.
  @Override
  public String toString() {
    return TermText.of(this);
  }
}
