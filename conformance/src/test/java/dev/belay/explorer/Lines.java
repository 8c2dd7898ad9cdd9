package dev.belay.explorer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Numbers for the lines of the core.
final class Lines {
  private static final Map<String, Integer> NUMBERS = new ConcurrentHashMap<>();
  private static final AtomicInteger NEXT = new AtomicInteger();

  private Lines() {}

  /// Returns the number of a line.
  ///
  /// @param type the simple name of the class
  /// @param line the line
  static int number(String type, int line) {
    return NUMBERS.computeIfAbsent(type + ":" + line, _ -> NEXT.getAndIncrement());
  }
}
