package dev.belay.internal.inspection;

import org.jspecify.annotations.Nullable;

/// Finds the flaw that a test expects.
final class Flaws {
  private Flaws() {}

  static Flaw in(Object value) {
    return there(Inspection.of(value));
  }

  static Flaw there(@Nullable Inspection inspection) {
    Flaw flaw = inspection == null ? null : inspection.flaw();
    if (flaw == null) {
      throw new AssertionError("no flaw was found");
    }
    return flaw;
  }
}
