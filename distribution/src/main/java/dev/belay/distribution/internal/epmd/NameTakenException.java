package dev.belay.distribution.internal.epmd;

import java.io.IOException;

/// EPMD does not register a node, because another one has its name.
public final class NameTakenException extends IOException {
  private static final long serialVersionUID = 1;

  private final String name;

  /// Creates the exception.
  ///
  /// @param name the part of the node's name before the `@`
  public NameTakenException(String name) {
    super(
        "EPMD has not registered \""
            + name
            + "\": another node on this host has that name. Give this one a different name, or end the other"
            + " one; `epmd -names` lists them.");
    this.name = name;
  }

  /// Returns the name.
  ///
  /// @return the part of the node's name before the `@`
  public String name() {
    return name;
  }
}
