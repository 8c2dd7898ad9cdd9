package dev.belay.distribution.internal.codec;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A sealed interface: the types that it permits, told apart by their tags.
final class SealedConverter extends Converter {
  private final Class<?> type;

  // Both are filled before the codec is published.
  private final Map<Class<?>, Converter> permitted = new HashMap<>();
  private final Tags tags = new Tags();

  SealedConverter(Class<?> type) {
    this.type = type;
  }

  /// Adds a record or an enum.
  ///
  /// @throws IllegalArgumentException if its terms cannot be told from those of another one
  void permit(Class<?> member, Converter converter) {
    if (!Tags.isTagged(converter)) {
      throw new IllegalArgumentException(
          member.getTypeName()
              + ": its terms have no tag that tells them from those of the other types that "
              + type.getTypeName()
              + " permits. Register it as a tuple or a struct.");
    }
    // It may be permitted on several ways.
    if (permitted.put(member, converter) == null) {
      tags.add(member, converter);
    }
  }

  @Override
  Object toTerm(Object value, int room) {
    Converter converter = permitted.get(Dynamic.typeOf(value));
    if (converter == null) {
      throw not("of " + type.getSimpleName(), value);
    }
    return converter.toTerm(value, room);
  }

  @Override
  Object fromTerm(Object term, int room) {
    @Nullable Converter converter = tags.find(term);
    if (converter == null) {
      throw not("any " + type.getSimpleName(), term);
    }
    return converter.fromTerm(term, room);
  }
}
