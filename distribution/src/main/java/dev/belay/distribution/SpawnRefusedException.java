package dev.belay.distribution;

/// A node was asked for a process, and has refused. There is no such process, and nothing is linked
/// or monitored (SP8).
public final class SpawnRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// The other node's name.
  private final String node;

  /// Why, in Erlang's words.
  private final String reason;

  /// Makes the exception.
  ///
  /// @param node the other node's name
  /// @param function what was to be spawned, as Erlang writes it: `module:name/arity`
  /// @param reason why not, in Erlang's words
  public SpawnRefusedException(String node, String function, String reason) {
    super("spawn of " + function + " on " + node + " was refused: " + reason + meaning(reason));
    this.node = node;
    this.reason = reason;
  }

  private static String meaning(String reason) {
    return switch (reason) {
      case "badopt" -> ". One of the options is unknown there, or has a value that it cannot have.";
      case "system_limit" -> ". It has as many processes as it may have, or is closing.";
      case "notsup" -> ". It does not know such requests; Erlang does from OTP 23 on.";
      default -> "";
    };
  }

  /// Returns the node that has refused.
  ///
  /// @return its name
  public String node() {
    return node;
  }

  /// Returns why it has, in Erlang's words: `badopt`, `system_limit`, `notsup` or another one.
  ///
  /// @return the name of an atom
  public String reason() {
    return reason;
  }
}
