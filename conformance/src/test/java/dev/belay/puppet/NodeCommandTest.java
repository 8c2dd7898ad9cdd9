package dev.belay.puppet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `./belay node` as a program: bare, and with an application.
@Timeout(120)
class NodeCommandTest {
  private static final int TERMINATED = 143;

  @TempDir private Path folder;

  private Command node(String... further) throws IOException {
    List<String> all = new ArrayList<>(List.of("node", "--name", "n@127.0.0.1", "--epmd-port"));
    all.add(Ports.free());
    all.addAll(List.of(further));
    return Command.belay(folder, all.toArray(String[]::new));
  }

  @Test
  void aBareNodeRunsUntilItIsToldToEnd() throws Exception {
    try (Command node = node("--cookie", "secret", "--listen", "127.0.0.1", "--hidden")) {
      assertThat(node.line()).as(node::errors).isEqualTo("ready n@127.0.0.1");
      node.closeInput();
      node.terminate();
      assertThat(node.line()).isNull();
      assertThat(node.status()).as(node::errors).isEqualTo(TERMINATED);
    }
  }

  @Test
  void anApplicationDecidesTheStatus() throws Exception {
    try (Command node = node("--cookie", "secret", "--application", Program.class.getName())) {
      assertThat(node.status()).as(node::errors).isEqualTo(Program.STATUS);
    }
  }

  @Test
  void withoutACookieItSaysWhereToPutOne() throws Exception {
    try (Command node = node()) {
      assertThat(node.line()).isNull();
      assertThat(node.status()).isEqualTo(1);
      assertThat(node.errors()).contains("belay: ", "there is no cookie", "BELAY_COOKIE");
    }
  }
}
