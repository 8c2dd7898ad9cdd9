package dev.belay.distribution.internal.handshake;

import java.util.Optional;

/// The name of a node, such as `a@db1.example.org`.
///
/// All nodes of a cluster have short hosts, without a dot, or all have long ones: Erlang does not
/// connect to a name of the other kind.
///
/// @param name the part before the `@`
/// @param host the part after it
public record NodeName(String name, String host) implements Comparable<NodeName> {
  /// No name is longer, as a name is an atom.
  public static final int MOST_CHARACTERS = 255;

  /// In the handshake a character of a name is one byte.
  private static final int LAST_CHARACTER = 0xFF;

  /// Makes a name.
  ///
  /// @param name the part before the `@`
  /// @param host the part after it
  public NodeName {
    Optional<String> flaw = flaw(name + "@" + host);
    if (flaw.isPresent()) {
      throw new IllegalArgumentException(flaw.get());
    }
  }

  /// Makes a name from its text.
  ///
  /// @param text the text
  /// @return the name
  public static NodeName of(String text) {
    Optional<String> flaw = flaw(text);
    if (flaw.isPresent()) {
      throw new IllegalArgumentException(flaw.get());
    }
    int at = text.indexOf('@');
    return new NodeName(text.substring(0, at), text.substring(at + 1));
  }

  /// Tells what keeps a text from being the name of a node.
  ///
  /// @param text the text
  /// @return the flaw, or nothing
  public static Optional<String> flaw(String text) {
    int at = text.indexOf('@');
    String problem = "";
    if (at < 0) {
      problem = "has no @";
    } else if (text.indexOf('@', at + 1) >= 0) {
      problem = "has more than one @";
    } else if (at == 0) {
      problem = "has nothing before the @";
    } else if (at == text.length() - 1) {
      problem = "has no host after the @";
    } else {
      problem = flawOfCharacters(text);
    }
    return problem.isEmpty()
        ? Optional.empty()
        : Optional.of("\"" + printable(text) + "\" cannot be the name of a node: it " + problem);
  }

  /// Tells what keeps a text from being a host.
  ///
  /// @param text the text
  /// @return the flaw, or nothing
  static Optional<String> flawOfHost(String text) {
    String problem = "";
    if (text.isEmpty()) {
      problem = "is empty";
    } else if (text.indexOf('@') >= 0) {
      problem = "has an @";
    } else {
      problem = flawOfCharacters(text);
    }
    return problem.isEmpty()
        ? Optional.empty()
        : Optional.of("\"" + printable(text) + "\" cannot be the host of a node: it " + problem);
  }

  private static String flawOfCharacters(String text) {
    if (text.length() > MOST_CHARACTERS) {
      return "has more than " + MOST_CHARACTERS + " characters";
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c > LAST_CHARACTER) {
        return "has a character that names cannot have";
      }
    }
    return "";
  }

  /// Cuts a text that may come from anywhere short, and takes out what would disturb a log.
  static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), MOST_CHARACTERS); i++) {
      char c = text.charAt(i);
      printable.append(Character.isISOControl(c) || c > LAST_CHARACTER ? '?' : c);
    }
    return printable.toString();
  }

  /// Tells whether the host is a long one: it has a dot, or is an address of version 6.
  ///
  /// @return whether it is
  public boolean isLong() {
    return host.indexOf('.') >= 0 || host.indexOf(':') >= 0;
  }

  /// Tells what keeps nodes of two names from connecting, whatever the hosts are.
  ///
  /// @param other the other name
  /// @return the problem, or nothing
  public Optional<String> mismatch(NodeName other) {
    if (isLong() == other.isLong()) {
      return Optional.empty();
    }
    return Optional.of(
        this
            + " has a "
            + kind()
            + " host and "
            + other
            + " a "
            + other.kind()
            + " one. All nodes of a cluster have short hosts (without a dot), or all have long ones.");
  }

  private String kind() {
    return isLong() ? "long" : "short";
  }

  /// Orders names as Erlang does, which decides between two nodes that connect to each other at
  /// once.
  @Override
  public int compareTo(NodeName other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return name + "@" + host;
  }
}
