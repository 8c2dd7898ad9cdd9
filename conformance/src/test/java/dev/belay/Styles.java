package dev.belay;

/// Gives tests the options that users have no use for.
public final class Styles {
  private Styles() {}

  /// Makes every body one long turn of a turn-style process.
  ///
  /// @param options of a node
  /// @return changed options
  public static NodeOptions inTurns(NodeOptions options) {
    return options.inTurns(true);
  }
}
