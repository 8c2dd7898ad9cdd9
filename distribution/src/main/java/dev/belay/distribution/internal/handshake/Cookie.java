package dev.belay.distribution.internal.handshake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.belay.distribution.internal.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The secret that nodes of a cluster share. Who has it may do anything on all of them.
///
/// It never shows in a text.
public final class Cookie {
  /// The environment variable in which it may stand.
  public static final String VARIABLE = "BELAY_COOKIE";

  private static final String FILE = ".erlang.cookie";
  private static final int LONGEST = 255;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Set<PosixFilePermission> OF_THE_OWNER =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final byte[] bytes;

  private Cookie(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Makes a cookie.
  ///
  /// @param text 1 to 255 printable characters of ASCII
  /// @return the cookie
  public static Cookie of(String text) {
    if (text.isEmpty() || text.length() > LONGEST || !text.chars().allMatch(Cookie::isPrintable)) {
      throw new IllegalArgumentException(
          "a cookie has 1 to " + LONGEST + " characters, all of them printable ones of ASCII");
    }
    return new Cookie(text.getBytes(ISO_8859_1));
  }

  private static boolean isPrintable(int c) {
    return c >= ' ' && c <= '~';
  }

  /// Finds the cookie of this user, unless an option says what it is: in the variable
  /// `BELAY_COOKIE`, or else where Erlang keeps it, in `~/.erlang.cookie` or in
  /// `erlang/.erlang.cookie` under `XDG_CONFIG_HOME`.
  ///
  /// @param option what the program says
  /// @param environment the environment
  /// @return the cookie
  /// @throws IOException if there is none, or its file cannot be used
  public static Cookie find(Optional<String> option, Environment environment) throws IOException {
    Optional<String> said = option.or(() -> environment.value(VARIABLE));
    if (said.isPresent()) {
      return of(said.get());
    }
    List<Path> files = files(environment);
    for (Path file : files) {
      if (Files.exists(file)) {
        return read(file);
      }
    }
    throw new NoSuchFileException(
        files.toString(),
        null,
        "there is no cookie. Set it as an option, or in the variable "
            + VARIABLE
            + ", or start Erlang once (erl -sname x), which writes the first of these files");
  }

  private static List<Path> files(Environment environment) {
    List<Path> files = new ArrayList<>();
    environment.home().ifPresent(home -> files.add(home.resolve(FILE)));
    environment
        .value("XDG_CONFIG_HOME")
        .ifPresent(folder -> files.add(Path.of(folder, "erlang", FILE)));
    return files;
  }

  /// Reads a cookie from a file, with Erlang's conditions: it is a regular file that nobody else
  /// can use, and after the cookie come ends of lines and spaces only.
  ///
  /// @param file the file
  /// @return the cookie
  /// @throws IOException if it cannot be read, or does not meet a condition
  public static Cookie read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("the cookie file " + file + " is not a regular file");
    }
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null && !OF_THE_OWNER.containsAll(view.readAttributes().permissions())) {
      throw new IOException(
          "the cookie file " + file + " can be used by others than its owner: chmod 400 " + file);
    }
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(2 * LONGEST);
    }
    int length = 0;
    while (length < content.length && isPrintable(content[length])) {
      length++;
    }
    if (length == 0 || length > LONGEST) {
      throw new IOException(
          "the cookie file "
              + file
              + " does not begin with 1 to "
              + LONGEST
              + " printable characters");
    }
    for (int i = length; i < content.length; i++) {
      if (content[i] != '\n' && content[i] != '\r' && content[i] != ' ') {
        throw new IOException(
            "the cookie file " + file + " has characters that a cookie cannot have");
      }
    }
    return of(new String(content, 0, length, US_ASCII));
  }

  /// Returns what proves that one has this cookie.
  ///
  /// @param challenge what the other side has sent
  Digest digest(int challenge) {
    return Digest.md5(bytes, Integer.toUnsignedString(challenge).getBytes(US_ASCII));
  }

  /// Returns a challenge that nobody can foresee.
  ///
  /// @return the challenge
  public static int challenge() {
    return RANDOM.nextInt();
  }

  @Override
  public String toString() {
    return "a cookie";
  }
}
