package dev.belay.internal.inspection;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A place in the walk through a value: an object, and which of its parts it is the turn of.
abstract class Level {
  private static final int LONGEST_KEY = 40;

  /// The level of the object that this one's is a part of; null at the top.
  final @Nullable Level up;

  /// The part whose turn it is.
  @Nullable Object child;

  private Level(@Nullable Level up) {
    this.up = up;
  }

  /// Goes to the next part.
  ///
  /// @return whether there is one
  abstract boolean advance();

  /// Says how one comes from the object to the part.
  abstract String step();

  /// Returns the level of an object that has parts to be looked at.
  static Level of(Object object, Shape shape, @Nullable Level up) {
    return switch (shape.kind) {
      case FIELDS -> new Fields(object, shape, up);
      case LAMBDA -> new Captured(object, shape, up);
      case ELEMENTS -> new Elements(((Iterable<?>) object).iterator(), up);
      case COPIES -> new Elements(first((List<?>) object).iterator(), up);
      case ENTRIES -> new Entries((Map<?, ?>) object, up);
      case ENTRY -> new Entry((Map.Entry<?, ?>) object, up);
      case OPTIONAL -> new Content(((Optional<?>) object).orElse(null), up);
      case IMMUTABLE, FLAWED -> throw new AssertionError(shape.kind + " has no parts to look at");
    };
  }

  private static List<?> first(List<?> copies) {
    return copies.isEmpty() ? copies : copies.subList(0, 1);
  }

  private static class Fields extends Level {
    private final Object object;
    private final Shape shape;
    int at = -1;

    Fields(Object object, Shape shape, @Nullable Level up) {
      super(up);
      this.object = object;
      this.shape = shape;
    }

    @Override
    boolean advance() {
      while (++at < shape.parts.size()) {
        Shape.Part part = shape.parts.get(at);
        if (!part.isImmutable()) {
          child = part.of(object);
          return true;
        }
      }
      return false;
    }

    @Override
    String step() {
      return "." + shape.parts.get(at).name;
    }
  }

  private static final class Captured extends Fields {
    Captured(Object object, Shape shape, @Nullable Level up) {
      super(object, shape, up);
    }

    @Override
    String step() {
      return ".captured[" + at + "]";
    }
  }

  private static final class Elements extends Level {
    private final Iterator<?> iterator;
    private int at = -1;

    Elements(Iterator<?> iterator, @Nullable Level up) {
      super(up);
      this.iterator = iterator;
    }

    @Override
    boolean advance() {
      if (!iterator.hasNext()) {
        return false;
      }
      at++;
      child = iterator.next();
      return true;
    }

    @Override
    String step() {
      return "[" + at + "]";
    }
  }

  private static final class Entries extends Level {
    private final Iterator<? extends Map.Entry<?, ?>> iterator;
    private Map.@Nullable Entry<?, ?> entry;
    private boolean atKey;
    private int at = -1;

    Entries(Map<?, ?> map, @Nullable Level up) {
      super(up);
      this.iterator = map.entrySet().iterator();
    }

    @Override
    boolean advance() {
      Map.Entry<?, ?> now = entry;
      if (atKey && now != null) {
        atKey = false;
        child = now.getValue();
        return true;
      }
      if (!iterator.hasNext()) {
        return false;
      }
      at++;
      Map.Entry<?, ?> next = iterator.next();
      entry = next;
      atKey = true;
      child = next.getKey();
      return true;
    }

    @Override
    String step() {
      Map.Entry<?, ?> now = entry;
      return atKey || now == null ? ".keySet()[" + at + "]" : "[" + key(now.getKey(), at) + "]";
    }
  }

  private static final class Entry extends Level {
    private final Map.Entry<?, ?> entry;
    private int at;

    Entry(Map.Entry<?, ?> entry, @Nullable Level up) {
      super(up);
      this.entry = entry;
    }

    @Override
    boolean advance() {
      at++;
      child = at == 1 ? entry.getKey() : entry.getValue();
      return at <= 2;
    }

    @Override
    String step() {
      return at == 1 ? ".getKey()" : ".getValue()";
    }
  }

  private static final class Content extends Level {
    private boolean done;

    Content(@Nullable Object content, @Nullable Level up) {
      super(up);
      this.child = content;
    }

    @Override
    boolean advance() {
      boolean first = !done;
      done = true;
      return first;
    }

    @Override
    String step() {
      return ".get()";
    }
  }

  /// Says which key, without calling code of its class.
  private static String key(@Nullable Object key, int at) {
    return switch (key) {
      case String text -> "\"" + printable(text) + "\"";
      case Integer number -> number.toString();
      case Long number -> number.toString();
      case Boolean truth -> truth.toString();
      case Enum<?> constant -> constant.name();
      case null, default -> "value of keySet()[" + at + "]";
    };
  }

  private static String printable(String text) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), LONGEST_KEY); i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) ? '\uFFFD' : c);
    }
    return text.length() > LONGEST_KEY ? line.append('…').toString() : line.toString();
  }
}
