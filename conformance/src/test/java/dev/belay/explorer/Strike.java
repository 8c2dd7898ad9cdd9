package dev.belay.explorer;

/// What kind of error is thrown, and how that is written behind a schedule: `!17` for an error at
/// position 17, `!17m` for one that says that there is no memory, `!` for none.
enum Strike {
  ERROR(""),
  /// Some code expects this one, and goes on without the memory.
  OUT_OF_MEMORY("m");

  static final char MARK = '!';

  private final String letter;

  Strike(String letter) {
    this.letter = letter;
  }

  Faults at(int position) {
    return Faults.at(
        position,
        this == ERROR
            ? InjectedError::new
            : place -> new OutOfMemoryError("injected into " + place));
  }

  String suffix(int position) {
    return MARK + "" + position + letter;
  }

  /// Reads what stands behind a schedule, from the mark on.
  static Faults parse(String suffix) {
    if (suffix.isEmpty()) {
      return Faults.none();
    }
    if (suffix.length() == 1) {
      return Faults.counted();
    }
    Strike strike = suffix.endsWith(OUT_OF_MEMORY.letter) ? OUT_OF_MEMORY : ERROR;
    return strike.at(
        Integer.parseInt(suffix.substring(1, suffix.length() - strike.letter.length())));
  }
}
