package dev.belay.applications;

import java.util.logging.LogManager;

/// Keeps the handlers of `java.util.logging` while the JVM ends, so that what the applications say
/// then is seen.
public final class PatientLogManager extends LogManager {
  /// Made by the JDK, which is told of this class by a system property.
  public PatientLogManager() {}

  /// Closes nothing: the JDK calls this in a hook of the JVM.
  @Override
  public void reset() {}
}
