package dev.belay.puppet;

import dev.belay.otp.Application;
import java.util.function.Supplier;

/// An application that ends the program as soon as it has started.
public final class Program implements Supplier<Application> {
  /// What it ends with.
  static final int STATUS = 7;

  /// Makes it.
  public Program() {}

  @Override
  public Application get() {
    return Application.named("short").beforeStart(() -> Application.stopProgram(STATUS));
  }
}
