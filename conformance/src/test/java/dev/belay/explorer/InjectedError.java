package dev.belay.explorer;

/// An error that the explorer throws where a real one could come.
public final class InjectedError extends VirtualMachineError {
  private static final long serialVersionUID = 1L;

  /// Makes the error.
  ///
  /// @param where the place
  public InjectedError(String where) {
    super("injected into " + where);
  }
}
