package dev.belay.distribution.internal.otp;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.Tuple;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/// Texts as Erlang's `io_lib` makes them.
///
/// The sequences are `~s ~p ~w ~P ~W ~c ~b ~B ~f ~e ~g ~i ~n ~~`, with a width, a precision and the
/// modifier `t`. Terms are on one line, however long they are.
public final class IoFormat {
  private static final int LONGEST = 1 << 20;

  private final String format;
  private final Iterator<?> arguments;
  private final StringBuilder text = new StringBuilder();
  private int at;

  private IoFormat(String format, Iterator<?> arguments) {
    this.format = format;
    this.arguments = arguments;
  }

  /// Formats as `io_lib:format/2`.
  ///
  /// @param arguments its two arguments
  /// @return the text
  /// @throws IllegalArgumentException if they do not fit
  public static String format(List<?> arguments) {
    if (arguments.size() != 2 || !(arguments.get(1) instanceof List<?> values)) {
      throw new IllegalArgumentException("format/2 has a format and a list");
    }
    Object format = arguments.get(0);
    String plain = format instanceof Atom atom ? atom.name() : characters(format);
    return new IoFormat(plain, values.iterator()).run();
  }

  private String run() {
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c == '~') {
        sequence();
      } else {
        text.append(c);
      }
      if (text.length() > LONGEST) {
        throw new IllegalArgumentException("the text is too long");
      }
    }
    if (arguments.hasNext()) {
      throw new IllegalArgumentException("there are more arguments than sequences");
    }
    return text.toString();
  }

  /// `~Width.Precision.PadModifierControl`
  private void sequence() {
    int width = number();
    int precision = -1;
    char pad = ' ';
    if (peek() == '.') {
      at++;
      precision = number();
      if (peek() == '.') {
        at++;
        pad = next();
      }
    }
    while (peek() == 't' || peek() == 'l') {
      at++;
    }
    char control = next();
    String piece =
        switch (control) {
          case '~' -> "~";
          case 'n' -> "\n".repeat(Math.max(1, Math.min(width, LONGEST)));
          case 's' -> string(width, precision);
          case 'p', 'w' -> term(argument());
          case 'P', 'W' -> {
            Object term = argument();
            argument();
            yield term(term);
          }
          case 'c' -> Character.toString(codePoint(argument())).repeat(Math.max(1, precision));
          case 'b', 'B' -> integer(argument(), precision, control == 'B');
          case 'f' -> fraction("%." + (precision < 0 ? 6 : precision) + "f");
          case 'e' -> fraction("%." + (precision < 0 ? 5 : Math.max(0, precision - 1)) + "e");
          case 'g' -> term(argument());
          case 'i' -> {
            argument();
            yield "";
          }
          default -> throw new IllegalArgumentException("~" + control + " is not known");
        };
    text.append(control == 'n' ? piece : padded(piece, width, pad));
  }

  private char peek() {
    return at < format.length() ? format.charAt(at) : 0;
  }

  private char next() {
    if (at == format.length()) {
      throw new IllegalArgumentException("the format ends within a sequence");
    }
    return format.charAt(at++);
  }

  /// Reads a number; a negative width has the text on the left.
  private int number() {
    if (peek() == '*') {
      at++;
      return (int) Math.max(-LONGEST, Math.min(LONGEST, (Long) argument()));
    }
    int sign = 1;
    if (peek() == '-') {
      at++;
      sign = -1;
    }
    int number = 0;
    boolean any = false;
    while (peek() >= '0' && peek() <= '9') {
      number = Math.min(LONGEST, number * 10 + (next() - '0'));
      any = true;
    }
    return any ? sign * number : sign < 0 ? 0 : -1;
  }

  private Object argument() {
    if (!arguments.hasNext()) {
      throw new IllegalArgumentException("there are fewer arguments than sequences");
    }
    return arguments.next();
  }

  private static String padded(String piece, int width, char pad) {
    int length = piece.codePointCount(0, piece.length());
    if (width == -1 || length >= Math.abs(width)) {
      return piece;
    }
    String padding = String.valueOf(pad).repeat(Math.abs(width) - length);
    return width < 0 ? piece + padding : padding + piece;
  }

  private static String cut(String piece, int precision) {
    return precision < 0 || piece.codePointCount(0, piece.length()) <= precision
        ? piece
        : piece.substring(0, piece.offsetByCodePoints(0, precision));
  }

  /// Tuples print what is in them as Erlang does.
  private static String term(Object term) {
    String tuple = Tuple.of(term).toString();
    return tuple.substring(1, tuple.length() - 1);
  }

  /// A text is no longer than the width, unless a precision says how long it is.
  private String string(int width, int precision) {
    Object term = argument();
    String whole = term instanceof Atom atom ? atom.name() : characters(term);
    return cut(whole, precision < 0 && width != -1 ? Math.abs(width) : precision);
  }

  private static int codePoint(Object term) {
    if (!(term instanceof Long code) || code < 0 || code > Character.MAX_CODE_POINT) {
      throw new IllegalArgumentException(term + " is no character");
    }
    return (int) (long) code;
  }

  private static String integer(Object term, int base, boolean upper) {
    BigInteger number =
        switch (term) {
          case Long small -> BigInteger.valueOf(small);
          case BigInteger large -> large;
          default -> throw new IllegalArgumentException(term + " is no integer");
        };
    String digits = number.toString(base < 0 ? 10 : base);
    return upper ? digits.toUpperCase(Locale.ROOT) : digits;
  }

  private String fraction(String how) {
    Object term = argument();
    if (!(term instanceof Double number)) {
      throw new IllegalArgumentException(term + " is no float");
    }
    return String.format(Locale.ROOT, how, number);
  }

  /// Returns the characters of a text as Erlang may have it: a binary in UTF-8, or a list, at any
  /// depth, of characters and such texts.
  ///
  /// @param term the text
  /// @return its characters
  /// @throws IllegalArgumentException if it is none
  public static String characters(Object term) {
    StringBuilder characters = new StringBuilder();
    // No recursion: what comes from elsewhere may be deep.
    Deque<Iterator<?>> open = new ArrayDeque<>();
    open.push(List.of(term).iterator());
    while (!open.isEmpty()) {
      Iterator<?> innermost = open.peek();
      if (!innermost.hasNext()) {
        open.pop();
        continue;
      }
      switch (innermost.next()) {
        case Long code -> characters.appendCodePoint(codePoint(code));
        case Binary binary -> characters.append(binary.text());
        case List<?> list -> open.push(list.iterator());
        case ImproperList list -> {
          open.push(List.of(list.tail()).iterator());
          open.push(list.elements().iterator());
        }
        case Object other -> throw new IllegalArgumentException(other + " is no text");
      }
      if (characters.length() > LONGEST) {
        throw new IllegalArgumentException("the text is too long");
      }
    }
    return characters.toString();
  }
}
