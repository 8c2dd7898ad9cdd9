package dev.belay.puppet;

import dev.belay.Pid;
import dev.belay.puppet.Peer.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The nodes of a test, each a program of its own, and their driver.
///
/// Belongs to the thread of the test.
final class Company implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  final Driver driver;
  private final List<Peer> peers = new ArrayList<>();

  private Company(Driver driver) {
    this.driver = driver;
  }

  /// Starts nodes that find each other by an EPMD within this program, so that none of them is
  /// missed for that.
  ///
  /// @param folder where they may write
  /// @param visible whether they are visible
  /// @param tick their tick time, in seconds
  /// @param kinds what they are made of
  static Company start(Path folder, boolean visible, int tick, List<Kind> kinds)
      throws IOException, InterruptedException {
    Peer.Setting setting = new Peer.Setting(folder, Ports.free(), tick, visible);
    Company company = driven(HOST, setting);
    boolean started = false;
    try {
      for (int i = 0; i < kinds.size(); i++) {
        company.add(kinds.get(i), HOST, setting, Peer.Place.HERE);
      }
      started = true;
    } finally {
      if (!started) {
        company.close();
      }
    }
    return company;
  }

  /// Starts hidden nodes on a network of their own, each with the EPMD of its place.
  static Company start(Network network, Path folder, int tick, List<Kind> kinds)
      throws IOException, InterruptedException {
    Peer.Setting setting = new Peer.Setting(folder, Ports.free(), tick, false);
    Company company = driven(network.ownAddress(), setting);
    boolean started = false;
    try {
      for (int i = 0; i < kinds.size(); i++) {
        company.add(kinds.get(i), network.address(i), setting, network.place(i));
      }
      started = true;
    } finally {
      if (!started) {
        company.close();
      }
    }
    return company;
  }

  private static Company driven(String host, Peer.Setting setting) throws IOException {
    Duration tick = Duration.ofSeconds(setting.tick());
    return new Company(
        new Driver("driver@" + host, setting.epmd(), options -> options.tickTime(tick)));
  }

  private void add(Kind kind, String host, Peer.Setting setting, Peer.Place place)
      throws IOException, InterruptedException {
    String name = (char) ('a' + peers.size()) + "@" + host;
    peers.add(Peer.start(kind, name, setting, place));
  }

  int size() {
    return peers.size();
  }

  Peer peer(int index) {
    return peers.get(index);
  }

  String name(int index) {
    return peers.get(index).name();
  }

  List<String> names() {
    return peers.stream().map(Peer::name).toList();
  }

  /// Makes a puppet on a node.
  Pid puppet(int index) {
    return driver.puppet(name(index));
  }

  @Override
  public void close() {
    peers.forEach(Peer::close);
    driver.close();
  }
}
