package dev.belay.puppet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.DistributionOptions;
import dev.belay.distribution.TlsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `./belay node` with TLS: by which files, with whom it is connected then, and what it says if a
/// file is not as it has to be.
@Timeout(120)
class NodeTlsTest {
  private static final String NAME = "n@localhost";

  @TempDir private Path folder;

  private String epmd;
  private Certificates ours;

  @BeforeEach
  void make() throws Exception {
    epmd = Ports.free();
    ours = Certificates.make(folder.resolve("ours"));
  }

  private Command node(Object... further) throws IOException {
    List<String> all = new ArrayList<>(List.of("node", "--name", NAME, "--cookie", "secret"));
    all.addAll(List.of("--epmd-port", epmd));
    for (Object word : further) {
      all.add(word.toString());
    }
    return Command.belay(folder, all.toArray(String[]::new));
  }

  private boolean connects(DistributionOptions options) throws IOException {
    try (Node node = Node.start(NodeOptions.DEFAULT.name("t@localhost").daemon(true));
        Distribution distribution =
            Distribution.start(
                node, options.cookie("secret").epmdPort(Integer.parseInt(epmd)).unregistered())) {
      return distribution.connect(NAME);
    }
  }

  private DistributionOptions tls(Certificates by) {
    return DistributionOptions.DEFAULT.tls(
        TlsOptions.of(by.certificate(), by.key(), by.authorities()));
  }

  @Test
  void aFolderHasAllFiles() throws Exception {
    try (Command node = node("--tls", ours.folder())) {
      assertThat(node.line()).as(node::errors).isEqualTo("ready " + NAME);
      assertThat(connects(tls(ours))).isTrue();
      assertThat(connects(DistributionOptions.DEFAULT)).as("without TLS").isFalse();
      Certificates others = Certificates.make(folder.resolve("others"));
      assertThat(connects(tls(others))).as("of another authority").isFalse();
    }
  }

  @Test
  void eachFileCanBeNamed() throws Exception {
    try (Command node =
        node(
            "--tls-cert",
            ours.certificate(),
            "--tls-key",
            ours.key(),
            "--tls-ca",
            ours.authorities(),
            "--tls-any-client",
            "--tls-any-host")) {
      assertThat(node.line()).as(node::errors).isEqualTo("ready " + NAME);
      assertThat(connects(tls(ours))).isTrue();
    }
  }

  private void assertRefused(Command node, String... parts) throws Exception {
    assertThat(node.line()).isNull();
    assertThat(node.status()).isEqualTo(1);
    assertThat(node.errors()).contains("belay: ").contains(parts);
  }

  @Tag("full")
  @Test
  void aFileThatIsMissingIsNamed() throws Exception {
    Path nowhere = folder.resolve("nowhere");
    try (Command node = node("--tls", nowhere)) {
      assertRefused(
          node, "there is no file " + nowhere.resolve("node.pem"), "the node's certificate");
    }
    try (Command node = node("--tls", ours.folder(), "--tls-ca", folder)) {
      assertRefused(node, folder.toString(), "the certificates of authorities");
    }
  }

  @Test
  void aKeyThatOthersCanReadIsRefused() throws Exception {
    ours.permit("rw-r--r--");
    try (Command node = node("--tls", ours.folder())) {
      assertRefused(
          node, ours.key().toString(), "can be used by others than its owner", "chmod 400");
    }
  }

  @Tag("full")
  @Test
  void filesThatDoNotBelongTogetherAreRefused() throws Exception {
    Certificates others = Certificates.make(folder.resolve("others"));
    try (Command node = node("--tls", ours.folder(), "--tls-key", others.key())) {
      assertRefused(node, others.key().toString(), "is not the one of the first certificate");
    }
    try (Command node = node("--tls", ours.folder(), "--tls-cert", ours.key())) {
      assertRefused(node, ours.key().toString(), "has no certificate in it");
    }
  }

  /// A node of Erlang's with the same files comes in, one without TLS does not.
  @Test
  @Tag("erlang")
  void aNodeOfErlangsConnects() throws Exception {
    String common =
        "{certfile,\""
            + ours.certificate()
            + "\"},{keyfile,\""
            + ours.key()
            + "\"},{cacertfile,\""
            + ours.authorities()
            + "\"},{verify,verify_peer},{versions,['tlsv1.3','tlsv1.2']}";
    Path file = folder.resolve("ssl_dist.conf");
    Files.writeString(
        file, "[{server,[" + common + ",{fail_if_no_peer_cert,true}]},{client,[" + common + "]}].");
    try (Command node = node("--tls", ours.folder(), "--tls-named-clients")) {
      assertThat(node.line()).as(node::errors).isEqualTo("ready " + NAME);
      assertThat(ping("-proto_dist", "inet_tls", "-ssl_dist_optfile", file.toString()))
          .as(node::errors)
          .isEqualTo("pong");
      assertThat(ping()).isEqualTo("pang");
    }
  }

  private String ping(String... further) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("erl", "-noinput", "-start_epmd", "false", "-setcookie", "secret", "-sname"));
    command.add("e@localhost");
    command.addAll(List.of(further));
    command.add("-eval");
    command.add("io:format(\"=> ~p~n\",[net_adm:ping('" + NAME + "')]), halt().");
    try (Command erlang = Command.start(folder, Map.of("ERL_EPMD_PORT", epmd), command)) {
      String line = erlang.line();
      while (line != null && !line.startsWith("=> ")) {
        line = erlang.line();
      }
      return Objects.requireNonNull(line, erlang::errors).substring("=> ".length());
    }
  }
}
