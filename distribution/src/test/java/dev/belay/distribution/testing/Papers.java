package dev.belay.distribution.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Where a node's certificates are.
public record Papers(Path certificates, Path key, Path authorities) {
  /// Files of one name in a folder.
  public static Papers in(Path folder, String name) {
    return new Papers(
        folder.resolve(name + ".pem"),
        folder.resolve(name + ".key"),
        folder.resolve(name + "-authorities.pem"));
  }

  /// Writes all, each file in one step, as who renews certificates should.
  public Papers write(Authority.Issued issued, Authority... known) throws IOException {
    StringBuilder authorities = new StringBuilder();
    for (Authority authority : known) {
      authorities.append(authority.pem());
    }
    put(authorities(), authorities.toString(), "rw-r--r--");
    put(key(), issued.key(), "r--------");
    put(certificates(), issued.certificate(), "rw-r--r--");
    return this;
  }

  /// Writes one file.
  public static void put(Path file, String text, String mode) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, text);
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(mode));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
