package dev.belay.explorer;

/// Knows which cell's lock guards what; implemented beside the protocol classes, whose fields it
/// reads.
public interface Guards {
  /// Tells whether a lock guards a field.
  ///
  /// @param holder the object whose lock word it is
  /// @param target the object with the field
  /// @param field the simple name of its class and its own, such as `LinkEnd.fired`
  /// @return whether the holder of that lock may access the field
  boolean guards(Object holder, Object target, String field);

  /// Tells whether the process to which a guarded field belongs is past its time of death, so that
  /// only its dismantler accesses the field.
  ///
  /// @param target the object with the field
  /// @param field the simple name of its class and its own
  /// @return whether it is
  boolean isDead(Object target, String field);

  /// Hears that a plain field is about to be written.
  ///
  /// @param target the object with the field
  /// @param field the simple name of its class and its own
  void writes(Object target, String field);
}
