package dev.belay.distribution.internal.codec;

import dev.belay.distribution.Atom;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Lists, sets, maps and optionals, each of what it contains. What comes is unmodifiable.
final class Containers {
  private Containers() {}

  static Converter list(Converter element) {
    return new Lists(element);
  }

  /// Sets are lists without repetition.
  static Converter set(Converter element) {
    return new Sets(element);
  }

  static Converter map(Converter key, Converter value) {
    return new Maps(key, value);
  }

  static Converter optional(Converter content, Atom absent) {
    return new Optionals(content, absent);
  }

  private static Object[] toTerms(Collection<?> values, Converter element, int room) {
    Object[] terms = new Object[values.size()];
    int i = 0;
    for (Object value : values) {
      try {
        terms[i] = element.toTerm(Converter.present(value), room);
      } catch (Mismatch e) {
        throw e.at("[" + i + "]");
      }
      i++;
    }
    return terms;
  }

  private static Object[] fromTerms(List<?> terms, Converter element, int room) {
    Object[] values = new Object[terms.size()];
    int i = 0;
    for (Object term : terms) {
      try {
        values[i] = element.fromTerm(Converter.present(term), room);
      } catch (Mismatch e) {
        throw e.at("[" + i + "]");
      }
      i++;
    }
    return values;
  }

  private static final class Lists extends Converter {
    private final Converter element;

    Lists(Converter element) {
      this.element = element;
    }

    @Override
    Object toTerm(Object value, int room) {
      if (value instanceof List<?> list) {
        return List.of(toTerms(list, element, room));
      }
      throw not("a List", value);
    }

    @Override
    Object fromTerm(Object term, int room) {
      if (term instanceof List<?> list) {
        return List.of(fromTerms(list, element, room));
      }
      throw not("a list", term);
    }
  }

  private static final class Sets extends Converter {
    private final Converter element;

    Sets(Converter element) {
      this.element = element;
    }

    @Override
    Object toTerm(Object value, int room) {
      if (value instanceof Set<?> set) {
        return List.of(toTerms(set, element, room));
      }
      throw not("a Set", value);
    }

    @Override
    Object fromTerm(Object term, int room) {
      if (!(term instanceof List<?> list)) {
        throw not("a list", term);
      }
      Object[] values = fromTerms(list, element, room);
      Set<Object> set = HashSet.newHashSet(values.length);
      for (int i = 0; i < values.length; i++) {
        if (!set.add(values[i])) {
          throw new Mismatch(Shown.of(list.get(i)) + " is there twice, in what is to be a Set")
              .at("[" + i + "]");
        }
      }
      return Set.copyOf(set);
    }
  }

  private static final class Maps extends Converter {
    private final Converter key;
    private final Converter content;

    Maps(Converter key, Converter content) {
      this.key = key;
      this.content = content;
    }

    @Override
    Object toTerm(Object value, int room) {
      if (!(value instanceof Map<?, ?> map)) {
        throw not("a Map", value);
      }
      Map<Object, Object> terms = LinkedHashMap.newLinkedHashMap(map.size());
      map.forEach((k, v) -> {
        Object name = keyToTerm(k, room);
        try {
          put(terms, name, content.toTerm(present(v), room));
        } catch (Mismatch e) {
          throw e.at("[" + Shown.key(k) + "]");
        }
      });
      return Collections.unmodifiableMap(terms);
    }

    private Object keyToTerm(Object value, int room) {
      try {
        return key.toTerm(present(value), room);
      } catch (Mismatch e) {
        throw e.at(".key(" + Shown.key(value) + ")");
      }
    }

    @Override
    Object fromTerm(Object term, int room) {
      if (!(term instanceof Map<?, ?> map)) {
        throw not("a map", term);
      }
      Map<Object, Object> values = LinkedHashMap.newLinkedHashMap(map.size());
      map.forEach((k, v) -> {
        Object name = keyFromTerm(k, room);
        try {
          put(values, name, content.fromTerm(present(v), room));
        } catch (Mismatch e) {
          throw e.at("[" + Shown.key(k) + "]");
        }
      });
      return Map.copyOf(values);
    }

    private Object keyFromTerm(Object term, int room) {
      try {
        return key.fromTerm(present(term), room);
      } catch (Mismatch e) {
        throw e.at(".key(" + Shown.key(term) + ")");
      }
    }

    private static void put(Map<Object, Object> map, Object key, Object value) {
      if (map.put(key, value) != null) {
        throw new Mismatch("is there under another key, too, that becomes the same");
      }
    }
  }

  static final class Optionals extends Converter {
    private final Converter content;
    private final Atom absent;

    Optionals(Converter content, Atom absent) {
      this.content = content;
      this.absent = absent;
    }

    @Override
    Object toTerm(Object value, int room) {
      if (!(value instanceof Optional<?> optional)) {
        throw not("an Optional", value);
      }
      if (optional.isEmpty()) {
        return absent;
      }
      Object term = content.toTerm(optional.get(), room);
      if (absent.equals(term)) {
        throw new Mismatch("an Optional of " + absent + " would come back as an empty one");
      }
      return term;
    }

    @Override
    Object fromTerm(Object term, int room) {
      return absent.equals(term) ? Optional.empty() : Optional.of(content.fromTerm(term, room));
    }
  }
}
