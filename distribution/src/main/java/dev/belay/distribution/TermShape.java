package dev.belay.distribution;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the terms of a registered record look like: see [TermCodec.Builder#register(Class,
/// TermShape)].
///
/// | shape | `record OrderLine(String article, int unitPrice)` |
/// | --- | --- |
/// | [#tuple()] | `{order_line, <<"rope">>, 90}` |
/// | [#tuple(String)], `"line"` | `{line, <<"rope">>, 90}` |
/// | [#map()] | `#{article => <<"rope">>, unit_price => 90}` |
/// | [#struct(String)], `"Shop.OrderLine"` | `#{'__struct__' => 'Elixir.Shop.OrderLine', article => …}`, in Elixir `%Shop.OrderLine{article: "rope", …}` |
/// | [#atom()] | for records without components only: `order_line` |
///
/// Maps without a struct's name cannot be known by themselves: a record of that shape comes back
/// only where its type is declared or asked for.
public sealed interface TermShape {
  /// Returns the shape of a tuple whose first element is the type's simple name in snake case. This
  /// is the default.
  ///
  /// @return the shape
  static TermShape tuple() {
    return new OfTuple(null);
  }

  /// Returns the shape of a tuple with a tag.
  ///
  /// @param tag the name of the atom that is its first element
  /// @return the shape
  static TermShape tuple(String tag) {
    return new OfTuple(Objects.requireNonNull(tag, "tag"));
  }

  /// Returns the shape of a map whose keys are the names of the components in snake case, as atoms.
  /// Other keys of a map that comes are ignored; where a key is missing whose component is an
  /// `Optional`, that is empty.
  ///
  /// @return the shape
  static TermShape map() {
    return new OfMap();
  }

  /// Returns the shape of a struct of Elixir's: such a map, and which struct it is.
  ///
  /// @param module the name of the struct as Elixir writes it, for example `Shop.OrderLine`
  /// @return the shape
  static TermShape struct(String module) {
    return new OfStruct(module);
  }

  /// Returns the shape of an atom, the type's simple name in snake case, for a record without
  /// components.
  ///
  /// @return the shape
  static TermShape atom() {
    return new OfAtom(null);
  }

  /// Returns the shape of an atom, for a record without components. Wherever that atom comes by
  /// itself it becomes the record.
  ///
  /// @param name the name of the atom
  /// @return the shape
  static TermShape atom(String name) {
    return new OfAtom(Objects.requireNonNull(name, "name"));
  }

  /// A tagged tuple.
  ///
  /// @param tag the name of the tag, or null for that of the type
  record OfTuple(@Nullable String tag) implements TermShape {}

  /// A map.
  record OfMap() implements TermShape {}

  /// A struct of Elixir's.
  ///
  /// @param module the name of the struct
  record OfStruct(String module) implements TermShape {
    /// Keeps the name.
    ///
    /// @param module the name of the struct
    public OfStruct {
      Objects.requireNonNull(module, "module");
    }
  }

  /// An atom.
  ///
  /// @param name its name, or null for that of the type
  record OfAtom(@Nullable String name) implements TermShape {}
}
