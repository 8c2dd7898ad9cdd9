package dev.belay.bench;

import java.util.Arrays;
import java.util.List;

/// A system that is measured.
enum Contender {
  /// The installed Erlang, to which all others are compared.
  ERLANG("erlang", "Erlang/OTP"),
  /// Belay, with processes that receive where they like.
  BELAY_RECEIVE("belay-receive", "Belay receive-style"),
  /// Belay, with processes that are given one message at a time.
  BELAY_TURN("belay-turn", "Belay turn-style"),
  /// Pekko's typed actors.
  PEKKO("pekko", "Pekko typed");

  private final String id;
  private final String title;

  Contender(String id, String title) {
    this.id = id;
    this.title = title;
  }

  /// How the command line and the raw data name it.
  String id() {
    return id;
  }

  /// How people name it.
  String title() {
    return title;
  }

  /// Tells whether it runs on a JVM.
  boolean onJvm() {
    return this != ERLANG;
  }

  static Contender of(String id) {
    return Arrays.stream(values())
        .filter(contender -> contender.id.equals(id))
        .findFirst()
        .orElseThrow(() ->
            new BenchException(
                "there is no system '" + id + "'; the systems are: " + String.join(", ", ids())));
  }

  static List<String> ids() {
    return Arrays.stream(values()).map(Contender::id).toList();
  }
}
