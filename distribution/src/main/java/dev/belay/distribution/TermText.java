package dev.belay.distribution;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Terms as Erlang's shell prints them, on one line: `io_lib:format("~0tp", [Term])`.
///
/// Lists of Latin-1 characters are shown as text, and so are binaries of text in UTF-8. Values of
/// other types are shown by their own `toString`.
final class TermText {
  /*
   * Terms may nest deeper than the stack of a thread has room for, so that what is still to be closed is kept in `open`.
   */
  private static final Set<String> RESERVED =
      Set.of(
          "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case",
          "catch", "cond", "div", "else", "end", "fun", "if", "let", "maybe", "not", "of", "or",
          "orelse", "receive", "rem", "try", "when", "xor");

  /// Doubles from here on have no fraction, and are printed with an exponent.
  private static final double TWO_TO_53 = 0x1p53;

  private final StringBuilder text = new StringBuilder();
  private final Deque<Open> open = new ArrayDeque<>();

  /// A container of which parts are still to be shown.
  private static final class Open {
    final Iterator<?> parts;

    /// What stands before every second part, and before the others but the first.
    final String even;

    final String odd;
    final String end;

    /// What comes after a bar when there are no more parts.
    @Nullable Object tail;

    int shown;

    Open(List<?> parts, String even, String odd, @Nullable Object tail, String end) {
      this.parts = parts.iterator();
      this.even = even;
      this.odd = odd;
      this.tail = tail;
      this.end = end;
    }
  }

  private TermText() {}

  /// Returns a term as text.
  static String of(Object term) {
    TermText all = new TermText();
    all.show(term);
    while (!all.open.isEmpty()) {
      all.showNext(all.open.getLast());
    }
    return all.text.toString();
  }

  private void showNext(Open container) {
    if (container.parts.hasNext()) {
      if (container.shown > 0) {
        text.append(container.shown % 2 == 0 ? container.even : container.odd);
      }
      container.shown++;
      show(container.parts.next());
    } else if (container.tail != null) {
      Object tail = container.tail;
      container.tail = null;
      text.append('|');
      show(tail);
    } else {
      text.append(container.end);
      open.removeLast();
    }
  }

  private void show(Object term) {
    switch (term) {
      case Atom atom -> showAtom(atom.name());
      case Double number -> showDouble(number);
      case Binary binary -> showBinary(binary);
      case Bitstring bits -> showBits(bits);
      case Tuple tuple -> open("{", new Open(tuple.elements(), ",", ",", null, "}"));
      case ImproperList list -> open("[", new Open(list.elements(), ",", ",", list.tail(), "]"));
      case List<?> list when isText(list) -> showText(list);
      case List<?> list -> open("[", new Open(list, ",", ",", null, "]"));
      case Map<?, ?> map -> open("#{", new Open(flat(map), ",", " => ", null, "}"));
      case NativeRecord all -> {
        text.append('#');
        showAtom(all.module().name());
        text.append(':');
        showAtom(all.name().name());
        open("{", new Open(flat(all), ",", " = ", null, "}"));
      }
      default -> text.append(term);
    }
  }

  private void open(String begin, Open container) {
    text.append(begin);
    open.addLast(container);
  }

  private static List<Object> flat(Map<?, ?> map) {
    List<Object> flat = new ArrayList<>(2 * map.size());
    map.forEach((key, value) -> {
      flat.add(key);
      flat.add(value);
    });
    return flat;
  }

  private static List<Object> flat(NativeRecord all) {
    List<Object> flat = new ArrayList<>(2 * all.fields().size());
    for (int i = 0; i < all.fields().size(); i++) {
      flat.add(all.fields().get(i));
      flat.add(all.values().get(i));
    }
    return flat;
  }

  private void showAtom(String name) {
    if (isPlainAtom(name)) {
      text.append(name);
    } else {
      text.append('\'');
      name.codePoints().forEach(c -> showCharacter(c, '\''));
      text.append('\'');
    }
  }

  private static boolean isPlainAtom(String name) {
    return !name.isEmpty()
        && isSmallLetter(name.charAt(0))
        && name.chars().allMatch(TermText::isNameCharacter)
        && !RESERVED.contains(name);
  }

  private static boolean isSmallLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0xFF && c != 0xF7);
  }

  private static boolean isNameCharacter(int c) {
    return isSmallLetter(c)
        || (c >= 'A' && c <= 'Z')
        || (c >= 0xC0 && c <= 0xDE && c != 0xD7)
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '@';
  }

  private void showCharacter(int c, int quote) {
    switch (c) {
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      case 0x0B -> text.append("\\v");
      case '\b' -> text.append("\\b");
      case '\f' -> text.append("\\f");
      case 0x1B -> text.append("\\e");
      case 0x7F -> text.append("\\d");
      case '\\' -> text.append("\\\\");
      default -> {
        if (c == quote) {
          text.append('\\').append((char) c);
        } else if (c >= 0xA0 || (c >= ' ' && c < 0x7F)) {
          text.appendCodePoint(c);
        } else {
          text.append('\\').append(c >> 6).append((c >> 3) & 7).append(c & 7);
        }
      }
    }
  }

  /// Tells whether a list is shown as text: all characters of Latin-1 that can be printed.
  private static boolean isText(List<?> list) {
    for (Object each : list) {
      if (!(each instanceof Long c) || c > 0xFF || !isPrintable((int) Math.max(c, 0))) {
        return false;
      }
    }
    return !list.isEmpty();
  }

  private static boolean isPrintable(int c) {
    return (c >= ' ' && c < 0x7F)
        || (c >= 0xA0 && c < Character.MIN_SURROGATE)
        || (c > Character.MAX_SURROGATE && c < 0xFFFE)
        || c > 0xFFFF
        || (c >= '\b' && c <= '\r')
        || c == 0x1B;
  }

  private void showText(List<?> characters) {
    text.append('"');
    for (Object each : characters) {
      showCharacter(((Long) each).intValue(), '"');
    }
    text.append('"');
  }

  private void showBinary(Binary binary) {
    String characters = binary.text();
    boolean utf8 = Binary.utf8(characters).equals(binary);
    if (!utf8) {
      characters = new String(binary.toBytes(), StandardCharsets.ISO_8859_1);
    }
    if (binary.size() > 0 && characters.codePoints().allMatch(TermText::isPrintable)) {
      text.append("<<\"");
      characters.codePoints().forEach(c -> showCharacter(c, '"'));
      text.append(utf8 && characters.length() < binary.size() ? "\"/utf8>>" : "\">>");
    } else {
      text.append("<<");
      showBytes(binary, binary.size());
      text.append(">>");
    }
  }

  private void showBits(Bitstring bits) {
    int last = bits.bytes().size() - 1;
    text.append("<<");
    showBytes(bits.bytes(), last);
    text.append(last > 0 ? "," : "")
        .append((bits.bytes().get(last) & 0xFF) >> (8 - bits.lastBits()))
        .append(':')
        .append(bits.lastBits())
        .append(">>");
  }

  private void showBytes(Binary bytes, int count) {
    for (int i = 0; i < count; i++) {
      text.append(i > 0 ? "," : "").append(bytes.get(i) & 0xFF);
    }
  }

  /// Shows the fewest digits that make the number, with or without an exponent, whichever is
  /// shorter.
  private void showDouble(double number) {
    if (!Double.isFinite(number)) {
      text.append(number);
      return;
    }
    if (number < 0 || 1 / number < 0) {
      text.append('-');
    }
    if (number == 0) {
      text.append("0.0");
      return;
    }
    BigDecimal shortest = shortest(Math.abs(number));
    String digits = shortest.unscaledValue().toString();
    int length = digits.length();
    // The number is 0.DIGITS times ten to the power of `point`.
    int point = length - shortest.scale();
    int exponentLength = Integer.toString(point - 1).length() + 1 + (length == 1 ? 2 : 1);
    boolean large = Math.abs(number) >= TWO_TO_53;
    if (!large && point > 0 && point < length) {
      text.append(digits, 0, point).append('.').append(digits, point, length);
    } else if (!large && point <= 0 && 2 - point <= exponentLength) {
      text.append("0.").repeat('0', -point).append(digits);
    } else if (!large && point >= length && point - length + 2 <= exponentLength) {
      text.append(digits).repeat('0', point - length).append(".0");
    } else {
      text.append(digits.charAt(0))
          .append('.')
          .append(length == 1 ? "0" : digits.substring(1))
          .append('e')
          .append(point - 1);
    }
  }

  /// Returns the number of the fewest digits that is this double. Java always gives it two, and so
  /// has 4.9E-324 where Erlang has 5.0e-324.
  private static BigDecimal shortest(double number) {
    BigDecimal known = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    BigDecimal shorter = known.round(new MathContext(1));
    return shorter.doubleValue() == number ? shorter.stripTrailingZeros() : known;
  }
}
