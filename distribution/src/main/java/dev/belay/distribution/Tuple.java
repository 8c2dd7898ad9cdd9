package dev.belay.distribution;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A fixed number of values in a row: Erlang's tuple.
///
/// Tuples are immutable and compared by their elements. An element is kept as it is given: numbers
/// that come from Erlang are of type `Long`, and equal to others of that type only, so that it is
/// `Tuple.of(Atom.OK, 1L)` that equals a received `{ok, 1}`.
///
/// @param elements the elements, an unmodifiable list
public record Tuple(List<Object> elements) {
  private static final Tuple EMPTY = new Tuple(List.of());

  /// Keeps the elements, as they are in the list now.
  ///
  /// @param elements the elements
  public Tuple {
    elements = List.copyOf(elements);
  }

  /// Returns the tuple of some elements.
  ///
  /// @param elements the elements, none of them null
  /// @return the tuple
  public static Tuple of(Object... elements) {
    return elements.length == 0 ? EMPTY : new Tuple(List.of(elements));
  }

  /// Returns the number of elements.
  ///
  /// @return the size, which Erlang calls arity
  public int size() {
    return elements.size();
  }

  /// Returns an element.
  ///
  /// @param index which, from 0 on, where Erlang's `element` counts from 1
  /// @return the element
  /// @throws IndexOutOfBoundsException if there is no such element
  public Object get(int index) {
    return elements.get(index);
  }

  // Not those of records: tuples nest deep and are keys of maps, and these need less of the stack.

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof Tuple tuple && tuple.elements.equals(elements));
  }

  @Override
  public int hashCode() {
    return elements.hashCode() ^ 0x7475706C;
  }

  /// Returns the tuple as Erlang prints it, for example `{ok,1}`.
  @Override
  public String toString() {
    return TermText.of(this);
  }
}
