package dev.belay.puppet;

import static dev.belay.puppet.Driver.t;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.puppet.Peer.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Three visible nodes that know each other, and what becomes of them when the first one
/// disconnects from the second one: since OTP 25 no cluster may have partitions that overlap, so
/// the third one does not stay with both (D12, N).
///
/// Usually it leaves both. If one of these hears of the loss by way of the third before it has
/// noticed by itself, it does not tell of it any more, and the third one stays with the other:
/// among nodes of Erlang's, too.
///
/// Belongs to the thread of the test.
final class Mesh implements AutoCloseable {
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final int NODES = 3;

  private final Company company;
  private final Driver driver;

  /// One of each node, which is told of all others.
  private final List<Pid> puppets = new ArrayList<>();

  private Mesh(Company company) {
    this.company = company;
    this.driver = company.driver;
  }

  /// Starts the nodes, and waits until each knows both others, so that `global` is at rest.
  static Mesh start(Path folder, List<Kind> kinds) throws IOException, InterruptedException {
    Mesh mesh = new Mesh(Company.start(folder, true, 60, kinds));
    boolean started = false;
    try {
      mesh.meet();
      started = true;
    } finally {
      if (!started) {
        mesh.close();
      }
    }
    return mesh;
  }

  private void meet() throws IOException {
    for (int i = 0; i < NODES; i++) {
      puppets.add(company.puppet(i));
    }
    connect(0, 1);
    connect(0, 2);
    awaitWhole();
  }

  /// Connects two nodes, and waits until they are one side: a third one meets them after that.
  private void connect(int node, int other) throws IOException {
    driver.value(puppets.get(node), "send", t("nobody", company.name(other)), "hello");
    for (int[] pair : new int[][] {{node, other}, {other, node}}) {
      String what = company.name(pair[0]) + " knows " + company.name(pair[1]);
      Driver.until(what, () -> knows(pair[0], pair[1]));
    }
  }

  private boolean knows(int node, int other) {
    Name server = new Name("global_name_server", company.name(node));
    Object wanted = atoms().get(other);
    return nodes(node).contains(wanted)
        && asSet(driver.call(server, "get_known")).contains(wanted)
        && asSet(driver.call(server, "get_synced")).contains(wanted);
  }

  /// Waits until all know all.
  void awaitWhole() throws IOException {
    for (int i = 0; i < NODES; i++) {
      int node = i;
      try {
        Driver.until(company.name(i) + " knows both others", () -> isSettled(node));
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "; " + describe(), e);
      }
    }
  }

  /// Whom each node is connected with, knows, and is in step with.
  private String describe() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < NODES; i++) {
      Name server = new Name("global_name_server", company.name(i));
      text.append(company.peer(i))
          .append(" is connected with ")
          .append(nodes(i))
          .append(", knows ")
          .append(driver.call(server, "get_known"))
          .append(", is in step with ")
          .append(driver.call(server, "get_synced"))
          .append("; ");
    }
    return text.toString();
  }

  private boolean isSettled(int node) {
    Set<Object> others = new HashSet<>(atoms());
    others.remove(atoms().get(node));
    Name server = new Name("global_name_server", company.name(node));
    return nodes(node).equals(others)
        && asSet(driver.call(server, "get_known")).equals(others)
        && asSet(driver.call(server, "get_synced")).equals(others);
  }

  private Set<?> nodes(int node) {
    return asSet(driver.value(puppets.get(node), "nodes"));
  }

  private static Set<?> asSet(Object list) {
    return Set.copyOf((List<?>) list);
  }

  /// Has the first node disconnect from the second one, and waits until nothing happens any more.
  /// Then no partitions overlap, and each was told once of each that it has lost.
  void disconnect() {
    puppets.forEach(puppet -> driver.value(puppet, "monitor_nodes", "true"));
    assertThat(driver.value(puppets.get(0), "disconnect", company.name(1))).isEqualTo(Atom.TRUE);
    List<List<String>> told = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      told.add(new ArrayList<>());
    }
    long quietSince = System.nanoTime();
    while (System.nanoTime() - quietSince < QUIET.toNanos()) {
      for (int i = 0; i < NODES; i++) {
        List<?> news = driver.received(puppets.get(i));
        if (!news.isEmpty()) {
          quietSince = System.nanoTime();
          for (Object message : news) {
            told.get(i).add(message.toString());
          }
        }
      }
      LockSupport.parkNanos(20_000_000);
    }
    puppets.forEach(puppet -> driver.value(puppet, "monitor_nodes", "false"));
    for (int i = 0; i < NODES; i++) {
      Set<Object> lost = new HashSet<>(atoms());
      lost.removeAll(partition(i));
      assertThat(told.get(i))
          .as("what %s was told", company.name(i))
          .containsExactlyInAnyOrderElementsOf(
              lost.stream().map(node -> t("nodedown", node).toString()).toList());
    }
    assertThat(partition(0)).doesNotContain(atoms().get(1));
    for (int i = 0; i < NODES; i++) {
      for (int j = 0; j < NODES; j++) {
        if (partition(i).contains(atoms().get(j))) {
          assertThat(partition(j)).as("of %d and %d", i, j).isEqualTo(partition(i));
        }
      }
    }
  }

  private List<Object> atoms() {
    return company.names().stream().<Object>map(Atom::of).toList();
  }

  /// A node and those to which it is connected.
  private Set<Object> partition(int node) {
    Set<Object> all = new HashSet<>(nodes(node));
    all.add(atoms().get(node));
    return all;
  }

  /// Connects them again, through the third one.
  void reconnect() throws IOException {
    connect(2, 0);
    connect(2, 1);
    awaitWhole();
  }

  @Override
  public void close() {
    company.close();
  }
}
