package dev.belay.distribution.internal;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The environment variables of the program; nothing else in this module reads them.
@FunctionalInterface
public interface Environment {
  /// The port of EPMD unless the environment says otherwise.
  int USUAL_EPMD_PORT = 4369;

  /// What the program was started with.
  Environment OF_THE_PROGRAM = System::getenv;

  /// Reads a variable.
  ///
  /// @param name its name
  /// @return its value, or null if it is not set
  @Nullable String variable(String name);

  /// Reads a variable that, as Erlang sees it, is not set when it is empty.
  ///
  /// @param name its name
  /// @return its value
  default Optional<String> value(String name) {
    String value = variable(name);
    return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /// Returns the user's home folder.
  ///
  /// @return the folder
  default Optional<Path> home() {
    return value("HOME").or(() -> value("USERPROFILE")).map(Path::of);
  }

  /// Returns the port of EPMD: `ERL_EPMD_PORT`, or 4369.
  ///
  /// @return the port
  default int epmdPort() {
    Optional<String> value = value("ERL_EPMD_PORT");
    if (value.isEmpty()) {
      return USUAL_EPMD_PORT;
    }
    try {
      int port = Integer.parseInt(value.get());
      if (port > 0 && port <= 0xFFFF) {
        return port;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "ERL_EPMD_PORT=" + value.get() + ": must be a port, 1 to 65535");
  }

  /// Returns the addresses, besides those of the loopback, on which an EPMD has to listen:
  /// `ERL_EPMD_ADDRESS`, in which commas or spaces stand between addresses.
  ///
  /// @return the addresses
  default List<InetAddress> epmdAddresses() {
    return value("ERL_EPMD_ADDRESS").stream()
        .flatMap(value -> Arrays.stream(value.split("[, ]+", -1)))
        .filter(literal -> !literal.isEmpty())
        .map(InetAddress::ofLiteral)
        .toList();
  }
}
