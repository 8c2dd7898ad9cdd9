package dev.belay.explorer;

/// A field of an instrumented class.
///
/// @param number unique among all fields
/// @param owner the simple name of the class that declares it
/// @param name its name
/// @param role how it may be used
record Field(int number, String owner, String name, Role role) {
  /// Stands for what has no fields of ours, such as a map of the JDK: the object as a whole.
  static final Field WHOLE = new Field(0, "", "", Role.SHARED);

  /// How a field may be used.
  enum Role {
    /// Never written after construction: nothing to look at.
    CONSTANT,
    /// Volatile: each access is a choice point.
    SHARED,
    /// Plain, and written and read without order on purpose: a choice point without any order of
    /// memory.
    RACY,
    /// A one-word spin lock.
    LOCK,
    /// Plain, and guarded by a cell's lock.
    GUARDED,
    /// Plain: two threads must not access it unless something orders them.
    PLAIN
  }

  @Override
  public String toString() {
    return owner.isEmpty() ? "the object" : owner + "." + name;
  }
}
