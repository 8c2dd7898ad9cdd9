package dev.belay.death;

import dev.belay.Node;
import dev.belay.NodeOptions;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Brings multitudes down, and measures whether the time that each process takes grows with their
/// number. Run in a JVM of its own, with little stack.
///
/// Its arguments are the number of processes and their style.
final class LinkedMultitude {
  /// A step for each process that looks at all the others would make it `PARTS`.
  private static final double MOST_GROWTH = 4;

  private static final int PARTS = 8;
  private static final int ROUNDS = 5;

  /// Held, or its level would be forgotten.
  private static final Logger REPORTS = Logger.getLogger("dev.belay");

  private LinkedMultitude() {}

  public static void main(String[] args) {
    // It would report the fall of each round.
    REPORTS.setLevel(Level.OFF);
    int size = Integer.parseInt(args[0]);
    Style style = Style.of(args, 1);
    for (Multitude.Shape shape : Multitude.Shape.values()) {
      int part = size / PARTS;
      nanosEach(shape, style, part);
      double few = nanosEach(shape, style, part);
      double many = Double.MAX_VALUE;
      // Others on the machine make a round slow, but never fast.
      for (int i = 0; i < ROUNDS && many > few * MOST_GROWTH; i++) {
        many = Math.min(many, nanosOf(shape, style, size) / size);
      }
      System.out.printf(
          "%-18s %,9d: %,6.0f ns each   %,9d: %,6.0f ns each%n", shape, part, few, size, many);
      if (many > few * MOST_GROWTH) {
        throw new AssertionError(shape + ": the time for one grows with their number");
      }
    }
    System.out.println("all whole");
  }

  /// Many rounds, because the processor time comes in large steps.
  private static double nanosEach(Multitude.Shape shape, Style style, int size) {
    double nanos = 0;
    for (int round = 0; round < ROUNDS; round++) {
      nanos += nanosOf(shape, style, size);
    }
    return nanos / ROUNDS / size;
  }

  private static double nanosOf(Multitude.Shape shape, Style style, int size) {
    try (Node node = Node.start(NodeOptions.DEFAULT)) {
      return Multitude.play(shape, style, node, size);
    }
  }
}
