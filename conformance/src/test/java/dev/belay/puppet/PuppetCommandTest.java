package dev.belay.puppet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How the conformance node begins and ends: what it prints, and with which status it ends.
@Timeout(120)
class PuppetCommandTest {
  @TempDir private Path folder;

  private Command puppet(String epmd, String... further) throws IOException {
    String[] all = new String[further.length + 7];
    String[] first = {"puppet", "--name", "j@127.0.0.1", "--cookie", "secret", "--epmd-port", epmd};
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(further, 0, all, first.length, further.length);
    return Command.belay(folder, all);
  }

  @Test
  void itEndsWithItsInput() throws Exception {
    try (Command puppet = puppet(Ports.free())) {
      assertThat(puppet.line()).as(puppet::errors).isEqualTo("ready j@127.0.0.1");
      puppet.closeInput();
      assertThat(puppet.line()).isNull();
      assertThat(puppet.status()).as(puppet::errors).isZero();
    }
  }

  @Test
  void itEndsWhenItIsToldTo() throws Exception {
    try (Command puppet = puppet(Ports.free(), "--hidden", "--tick", "8")) {
      assertThat(puppet.line()).as(puppet::errors).isEqualTo("ready j@127.0.0.1");
      puppet.terminate();
      assertThat(puppet.line()).isNull();
      assertThat(puppet.status()).as(puppet::errors).isZero();
    }
  }

  @Test
  void aNameThatIsTakenIsAnError() throws Exception {
    String epmd = Ports.free();
    try (Command first = puppet(epmd)) {
      assertThat(first.line()).as(first::errors).isEqualTo("ready j@127.0.0.1");
      try (Command second = puppet(epmd)) {
        assertThat(second.line()).isNull();
        assertThat(second.status()).isEqualTo(1);
        assertThat(second.errors())
            .contains("another node on this host has that name", "a different name")
            .doesNotContain("\tat ");
      }
      first.closeInput();
      assertThat(first.status()).isZero();
    }
    // Its name is free again.
    try (Command third = puppet(epmd)) {
      assertThat(third.line()).as(third::errors).isEqualTo("ready j@127.0.0.1");
    }
  }
}
