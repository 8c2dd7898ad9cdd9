package dev.belay.distribution.internal.codec;

import java.util.function.LongFunction;

/// Java's integers of up to 64 bits, and `char`: integers, which are checked for their range.
final class Integers extends Converter {
  private final String what;
  private final long least;
  private final long greatest;
  private final LongFunction<Object> box;

  Integers(String what, long least, long greatest, LongFunction<Object> box) {
    this.what = what;
    this.least = least;
    this.greatest = greatest;
    this.box = box;
  }

  @Override
  Object toTerm(Object value, int room) {
    return value instanceof Character character ? (long) character : whole(value);
  }

  @Override
  Object fromTerm(Object term, int room) {
    long number = whole(term);
    if (number < least || number > greatest) {
      throw not(what, term);
    }
    return box.apply(number);
  }

  private long whole(Object value) {
    return switch (value) {
      case Long number -> number;
      case Integer number -> number;
      case Short number -> number;
      case Byte number -> number;
      default -> throw not(what, value);
    };
  }
}
