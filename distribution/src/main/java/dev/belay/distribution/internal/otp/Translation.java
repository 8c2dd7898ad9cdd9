package dev.belay.distribution.internal.otp;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.TermCodec;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a program's own values are as terms, and back. Safe for use by several threads.
public interface Translation {
  /// Makes the one of a program that has registered types.
  ///
  /// @param codec the types
  /// @return the translation
  static Translation of(TermCodec codec) {
    return new Translation() {
      @Override
      public Object out(Object value) {
        return codec.toTerm(value);
      }

      @Override
      public Object in(Object term, Class<?> wanted) {
        // What has the tag of a registered type was made one when the message was opened.
        if (wanted.isInstance(term)) {
          return term;
        }
        try {
          return codec.fromTerm(term, wanted);
        } catch (IllegalArgumentException e) {
          return plain(term, wanted);
        }
      }
    };
  }

  /// Returns what is sent for a value. What this leaves as it is has to be a term, or one of Java's
  /// own values that has one.
  ///
  /// @param value the value
  /// @return the term, or what has one
  /// @throws IllegalArgumentException if it cannot be sent
  Object out(Object value);

  /// Returns the value that a term means.
  ///
  /// @param term the term
  /// @param wanted the class that it should be of; `Object` if nobody says
  /// @return the value
  /// @throws IllegalArgumentException if it is no such value
  Object in(Object term, Class<?> wanted);

  private static Object plain(Object term, Class<?> wanted) {
    if (wanted.isInstance(term)) {
      return term;
    }
    Object value =
        switch (term) {
          case Long number -> number(number, wanted);
          case Double number when wanted == Float.class -> (float) (double) number;
          case Binary text when wanted == String.class -> text.text();
          case Atom truth
              when wanted == Boolean.class
                  && (truth.equals(Atom.TRUE) || truth.equals(Atom.FALSE)) ->
              truth.equals(Atom.TRUE);
          case List<?> text when wanted == String.class -> characters(text);
          default -> null;
        };
    if (value == null && wanted == Optional.class) {
      return term.equals(Atom.UNDEFINED) || term.equals(Atom.NIL)
          ? Optional.empty()
          : Optional.of(term);
    }
    if (value == null) {
      throw new IllegalArgumentException(term + " is no " + wanted.getName());
    }
    return value;
  }

  private static @Nullable Object number(long number, Class<?> wanted) {
    if (wanted == Integer.class && number == (int) number) {
      return (int) number;
    }
    if (wanted == Short.class && number == (short) number) {
      return (short) number;
    }
    if (wanted == Byte.class && number == (byte) number) {
      return (byte) number;
    }
    return wanted == BigInteger.class ? BigInteger.valueOf(number) : null;
  }

  /// A text as Erlang has it in a list.
  private static @Nullable String characters(List<?> text) {
    StringBuilder characters = new StringBuilder(text.size());
    for (Object one : text) {
      if (!(one instanceof Long code) || code < 0 || code > Character.MAX_CODE_POINT) {
        return null;
      }
      characters.appendCodePoint((int) (long) code);
    }
    return characters.toString();
  }
}
