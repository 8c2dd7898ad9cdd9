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
  PEKKO("pekko", "Pekko typed"),
  /// Belay where there is but one way: two nodes of it, or its terms.
  BELAY("belay", "Belay"),
  /// A Belay node that does the work with an Erlang node.
  BELAY_ERLANG("belay-erlang", "Belay → Erlang"),
  /// An Erlang node that does the work with a Belay node.
  ERLANG_BELAY("erlang-belay", "Erlang → Belay"),
  /// The Java library of Erlang/OTP, as it is published.
  JINTERFACE("jinterface", "Jinterface");

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

  /// Tells whether what measures it runs on a JVM.
  boolean onJvm() {
    return this != ERLANG && this != ERLANG_BELAY;
  }

  /// Tells whether it takes an installed Erlang.
  boolean needsErlang() {
    return this == ERLANG || this == BELAY_ERLANG || this == ERLANG_BELAY;
  }

  /// Tells whether Belay is a part of it.
  boolean isBelay() {
    return this != ERLANG && this != PEKKO && this != JINTERFACE;
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
