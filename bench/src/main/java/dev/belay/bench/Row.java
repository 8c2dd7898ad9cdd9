package dev.belay.bench;

import static dev.belay.bench.Contender.BELAY_RECEIVE;
import static dev.belay.bench.Contender.PEKKO;
import static dev.belay.bench.Target.receive;
import static dev.belay.bench.Target.turn;

import com.google.errorprone.annotations.Immutable;
import java.util.Arrays;
import java.util.List;

/// One row of the table: a workload that every system does, as far as it has what that takes.
enum Row {
  /// Two processes that answer each other.
  PING_PONG(
      "ping-pong",
      "ping-pong, 1 pair, round trip",
      new Size(300_000, 20_000, "round trips"),
      receive(2.0),
      receive(0.75).withOwnCarriers(),
      turn(0.15)),
  /// A hundred such pairs at once.
  PING_PONG_100(
      "ping-pong-100",
      "ping-pong, 100 pairs, round trip",
      new Size(400_000, 40_000, "round trips"),
      receive(0.75),
      turn(0.12),
      turn(0.6).in(Target.Basis.PEKKO)),
  /// Eight senders, one receiver.
  FAN_IN(
      "fan-in",
      "fan-in, 8 senders, per message",
      new Size(800_000, 80_000, "messages"),
      receive(0.3),
      turn(0.3)),
  /// A number handed on round a ring of a thousand.
  RING(
      "ring",
      "ring of 1,000, per hop",
      new Size(400_000, 40_000, "hops"),
      receive(2.0),
      receive(0.75).withOwnCarriers(),
      turn(0.15)),
  /// One after the other: spawn, get its message, until all have ended.
  SPAWN(
      "spawn",
      "spawn, first message back, end",
      new Size(50_000, 10_000, "processes"),
      receive(1.5),
      receive(0.45).withOwnCarriers(),
      turn(1.5)),
  /// All spawned, then a message to each, until all have ended.
  MILLION(
      "million",
      "1,000,000 spawned, each gets a message and ends",
      new Size(1_000_000, 100_000, "processes"),
      receive(0.3),
      turn(0.3)),
  /// Each linked with the one before; the first is told to exit.
  CHAIN(
      "chain",
      "chain of 100,000 linked: death of all, per process",
      new Size(100_000, 20_000, "processes"),
      receive(0.3),
      turn(0.3)),
  /// All linked with one, which is told to exit.
  STAR(
      "star",
      "star of 100,000 links: death of all, per process",
      new Size(100_000, 20_000, "processes"),
      receive(0.3),
      turn(0.3)),
  /// Monitored processes that end when told to.
  MONITORED(
      "monitored",
      "100,000 monitored, each ends: DOWN, each",
      new Size(100_000, 20_000, "processes"),
      receive(0.25),
      turn(0.25)),
  /// Monitoring begun and taken back.
  MONITOR(
      "monitor",
      "monitor + demonitor(flush)",
      new Size(200_000, 50_000, "pairs"),
      receive(0.4),
      turn(0.4)),
  /// A link made and taken back.
  LINK("link", "link + unlink", new Size(200_000, 50_000, "pairs"), receive(0.4), turn(0.4)),
  /// What a process that waits for a message keeps alive.
  MEMORY(
      "memory",
      "bytes per idle process",
      new Size(100_000, 20_000, "processes"),
      new Target(BELAY_RECEIVE, Target.Basis.BYTES, 900, false),
      turn(300).in(Target.Basis.BYTES));

  /// How much is done in one iteration.
  ///
  /// @param full in a whole run
  /// @param quick in a quick one
  /// @param unit what is counted
  @Immutable
  record Size(int full, int quick, String unit) {}

  private final String id;
  private final String title;
  private final Size size;

  @SuppressWarnings("ImmutableEnumChecker") // a list that cannot change
  private final List<Target> targets;

  Row(String id, String title, Size size, Target... targets) {
    this.id = id;
    this.title = title;
    this.size = size;
    this.targets = List.of(targets);
  }

  /// How the command line and the raw data name it.
  String id() {
    return id;
  }

  /// How people name it.
  String title() {
    return title;
  }

  Size size() {
    return size;
  }

  List<Target> targets() {
    return targets;
  }

  /// What the figures count.
  String unit() {
    return this == MEMORY ? "bytes" : "ns";
  }

  /// Tells whether a system has what the workload takes. Pekko has no links, and its watch is no
  /// monitor with a reference that could be flushed.
  boolean isFor(Contender contender) {
    return contender != PEKKO || (this != MONITOR && this != LINK);
  }

  static Row of(String id) {
    return Arrays.stream(values())
        .filter(row -> row.id.equals(id))
        .findFirst()
        .orElseThrow(() ->
            new BenchException(
                "there is no row '" + id + "'; the rows are: " + String.join(", ", ids())));
  }

  static List<String> ids() {
    return Arrays.stream(values()).map(Row::id).toList();
  }
}
