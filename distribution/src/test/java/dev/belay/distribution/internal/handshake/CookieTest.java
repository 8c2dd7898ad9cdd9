package dev.belay.distribution.internal.handshake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.internal.Environment;
import dev.belay.distribution.testing.Erlang;
import dev.belay.distribution.testing.Ports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The cookie: what it proves, where it is found, and that it is never seen.
class CookieTest {
  @TempDir Path home;

  private final Map<String, String> variables = new HashMap<>();

  static String hex(Digest digest) {
    ByteBuffer buffer = ByteBuffer.allocate(Digest.LENGTH);
    digest.putInto(buffer);
    return HexFormat.of().formatHex(buffer.array());
  }

  private Path write(Path file, String content, String mode) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content.getBytes(ISO_8859_1));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  private Path write(String content) throws IOException {
    return write(home.resolve(".erlang.cookie"), content, "r--------");
  }

  private static boolean same(Cookie a, Cookie b) {
    return a.digest(42).matches(b.digest(42));
  }

  @Test
  void digestsAreThoseOfErlang() {
    Cookie cookie = Cookie.of("secret");
    assertThat(hex(cookie.digest(0xB7FABC1A))).isEqualTo("7d3acc8e9a22af3073da9b4e95d3ad1a");
    assertThat(hex(cookie.digest((int) 3257492151L))).isEqualTo("a8e2cd7b689c64bac1f36ac590b848ef");
    assertThat(Cookie.of("secreT").digest(1).matches(cookie.digest(1))).isFalse();
    assertThat(cookie.digest(1).matches(cookie.digest(2))).isFalse();
    assertThat(cookie.digest(-1).matches(cookie.digest(-1))).isTrue();
  }

  @Test
  void itIsNeverSeen() throws IOException {
    assertThat(Cookie.of("secret").toString()).doesNotContain("secret");
    assertThatThrownBy(() -> Cookie.of("secret\u0007"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
    Path file = write("secret\u0007");
    assertThatThrownBy(() -> Cookie.read(file)).hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\n", "é", "\u007f", "\t"})
  void aTextThatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> Cookie.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anOptionGoesBeforeTheEnvironmentAndThatBeforeFiles() throws IOException {
    variables.put("HOME", home.toString());
    Path config = home.resolve("config");
    variables.put("XDG_CONFIG_HOME", config.toString());
    Environment environment = variables::get;
    assertThatThrownBy(() -> Cookie.find(Optional.empty(), environment))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("BELAY_COOKIE")
        .hasMessageContaining(home.resolve(".erlang.cookie").toString());
    write(config.resolve("erlang").resolve(".erlang.cookie"), "xdg", "rw-------");
    assertThat(same(Cookie.find(Optional.empty(), environment), Cookie.of("xdg"))).isTrue();
    write("file");
    assertThat(same(Cookie.find(Optional.empty(), environment), Cookie.of("file"))).isTrue();
    variables.put("BELAY_COOKIE", "variable");
    assertThat(same(Cookie.find(Optional.empty(), environment), Cookie.of("variable"))).isTrue();
    assertThat(same(Cookie.find(Optional.of("option"), environment), Cookie.of("option"))).isTrue();
  }

  @Test
  void whatFollowsTheCookieMayBeWhite() throws IOException {
    assertThat(same(Cookie.read(write("secret")), Cookie.of("secret"))).isTrue();
    Files.delete(home.resolve(".erlang.cookie"));
    assertThat(same(Cookie.read(write("sec ret\r\n \n")), Cookie.of("sec ret"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "a\nb", "a\tb", "aé"})
  void aFileWithAnythingElseIsRefused(String content) throws IOException {
    Path file = write(content);
    assertThatThrownBy(() -> Cookie.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aCookieIsNoLongerThanAnAtom() throws IOException {
    assertThatThrownBy(() -> Cookie.of("a".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class);
    Path file = write("a".repeat(256));
    assertThatThrownBy(() -> Cookie.read(file)).isInstanceOf(IOException.class);
    Files.delete(file);
    assertThat(same(Cookie.read(write("a".repeat(255))), Cookie.of("a".repeat(255)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"r--r-----", "r-----r--", "rwx--x---", "rw----rw-"})
  void aFileThatOthersCanUseIsRefused(String mode) throws IOException {
    Path file = write(home.resolve("cookie"), "secret", mode);
    assertThatThrownBy(() -> Cookie.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chmod 400");
  }

  @Test
  void aFolderIsNoFile() {
    assertThatThrownBy(() -> Cookie.read(home))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void challengesDiffer() {
    Set<Integer> challenges = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      challenges.add(Cookie.challenge());
    }
    assertThat(challenges).hasSizeGreaterThan(990);
  }

  /// Erlang reads the same files, and takes the same cookies from them.
  @Tag("erlang")
  @ParameterizedTest
  @ValueSource(
      strings = {"secret", "secret\n", "sec ret\r\n", "secret \n", "a\nb", "\n", "aé", " a"})
  void itIsReadAsErlangReadsIt(String content) throws Exception {
    Path file = write(content);
    try (Erlang erlang = new Erlang(home, Ports.free())) {
      String ours;
      try {
        ours = hex(Cookie.read(file).digest(42));
      } catch (IOException e) {
        ours = "none";
      }
      assertThat(erlang.cookieDigest("42")).isEqualTo(ours);
    }
  }
}
