package dev.belay.bench;

import static dev.belay.bench.Contender.BELAY_RECEIVE;
import static dev.belay.bench.Contender.BELAY_TURN;
import static dev.belay.bench.Contender.ERLANG;
import static dev.belay.bench.Contender.ERLANG_BELAY;
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
      turn(300).in(Target.Basis.BYTES)),
  /// A server that is called, again and again, by a process.
  CALL(
      "call",
      "server call, round trip",
      new Size(200_000, 20_000, "calls"),
      receive(0.2),
      receive(0.6).in(Target.Basis.PEKKO),
      turn(0.2),
      turn(0.6).in(Target.Basis.PEKKO)),
  /// A server that is called by a plain thread.
  CALL_OUTSIDE(
      "call-outside",
      "server call from a plain thread, round trip",
      new Size(50_000, 5_000, "calls"),
      turn(0.6).in(Target.Basis.PEKKO)),
  /// A server that is cast to, until all has been handled.
  CAST(
      "cast",
      "cast to one server, per message",
      new Size(400_000, 40_000, "casts"),
      receive(0.3),
      turn(0.3)),
  /// A state machine that changes its state at each event.
  EVENT(
      "event",
      "event of a state machine",
      new Size(400_000, 40_000, "events"),
      receive(0.3),
      turn(0.3)),
  /// A state machine that is called, and changes its state each time.
  EVENT_CALL(
      "event-call",
      "call of a state machine, round trip",
      new Size(200_000, 20_000, "calls"),
      receive(0.2),
      turn(0.2)),
  /// What a server that waits for a message keeps alive; each is called afterwards.
  SERVERS(
      "servers",
      "bytes per idle server, beyond its user's state",
      new Size(100_000, 20_000, "servers"),
      turn(300).in(Target.Basis.BYTES)),
  /// A child that is killed as soon as it is there.
  RESTARTS(
      "restarts",
      "restart of a killed child by its supervisor",
      new Size(20_000, 2_000, "restarts"),
      receive(0.33),
      turn(0.33)),
  /// A hundred supervisors below one, each with a hundredth of the servers.
  TREE(
      "tree",
      "start of a tree of 100 supervisors of 1,000 servers, per server",
      new Size(100_000, 20_000, "servers"),
      receive(0.4),
      turn(0.4)),
  /// The same tree.
  TREE_STOP(
      "tree-stop",
      "stop of that tree, per server",
      new Size(100_000, 20_000, "servers"),
      receive(0.4),
      turn(0.4)),
  /// A task whose result is waited for.
  TASK("task", "task, result awaited", new Size(50_000, 10_000, "tasks"), receive(1.5), turn(1.5)),
  /// A process of another node that is asked, one question at a time.
  NODES_PING_PONG(
      Table.NODES,
      "nodes-ping-pong",
      "between nodes: round trip",
      new Size(5_000, 1_000, "round trips"),
      Target.betweenNodes(0.7)),
  /// Numbers sent to a process of another node, until it has added them all up.
  NODES_SEND(
      Table.NODES,
      "nodes-send",
      "between nodes: one-way, small message",
      new Size(200_000, 20_000, "messages"),
      Target.betweenNodes(0.35)),
  /// The same with a kilobyte beside each number.
  NODES_SEND_1K(
      Table.NODES,
      "nodes-send-1k",
      "between nodes: one-way, message of 1 KB",
      new Size(50_000, 5_000, "messages"),
      Target.betweenNodes(0.3)),
  /// Processes of another node that are monitored, and end.
  NODES_MONITOR(
      Table.NODES,
      "nodes-monitor",
      "between nodes: monitor + DOWN",
      new Size(20_000, 2_000, "processes"),
      Target.betweenNodes(0.4)),
  /// Pairs of processes over one connection, linked and monitored, when that is cut.
  NODES_CUT(
      Table.NODES,
      "nodes-cut",
      "between nodes: 10,000 links and monitors, connection cut, until all have heard, per pair",
      new Size(10_000, 2_000, "pairs")),
  /// A message as processes send it.
  ENCODE_MESSAGE(
      Table.TERMS,
      "encode-message",
      "encode a tuple of 4",
      new Size(200_000, 20_000, "terms"),
      Target.asFastAsJinterface()),
  /// A document of some depth.
  ENCODE_ORDER(
      Table.TERMS,
      "encode-order",
      "encode a map with 20 tuples in a list",
      new Size(20_000, 2_000, "terms"),
      Target.asFastAsJinterface()),
  /// A long list.
  ENCODE_NUMBERS(
      Table.TERMS,
      "encode-numbers",
      "encode a list of 1,000 integers",
      new Size(5_000, 500, "terms"),
      Target.asFastAsJinterface()),
  /// The same message, from its bytes.
  DECODE_MESSAGE(
      Table.TERMS,
      "decode-message",
      "decode a tuple of 4",
      new Size(200_000, 20_000, "terms"),
      Target.asFastAsJinterface()),
  /// The same document, from its bytes.
  DECODE_ORDER(
      Table.TERMS,
      "decode-order",
      "decode a map with 20 tuples in a list",
      new Size(20_000, 2_000, "terms"),
      Target.asFastAsJinterface()),
  /// The same list, from its bytes.
  DECODE_NUMBERS(
      Table.TERMS,
      "decode-numbers",
      "decode a list of 1,000 integers",
      new Size(5_000, 500, "terms"),
      Target.asFastAsJinterface());

  /// How much is done in one iteration.
  ///
  /// @param full in a whole run
  /// @param quick in a quick one
  /// @param unit what is counted
  @Immutable
  record Size(int full, int quick, String unit) {}

  private final Table table;
  private final String id;
  private final String title;
  private final Size size;

  @SuppressWarnings("ImmutableEnumChecker") // a list that cannot change
  private final List<Target> targets;

  Row(String id, String title, Size size, Target... targets) {
    this(Table.ONE_NODE, id, title, size, targets);
  }

  Row(Table table, String id, String title, Size size, Target... targets) {
    this.table = table;
    this.id = id;
    this.title = title;
    this.size = size;
    this.targets = List.of(targets);
  }

  /// The table in which it is.
  Table table() {
    return table;
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
    return isBytes() ? "bytes" : "ns";
  }

  /// Tells whether it is a matter of memory, and not of time.
  boolean isBytes() {
    return this == MEMORY || this == SERVERS;
  }

  /// Tells whether a system has what the workload takes. Pekko has no links, its watch is no
  /// monitor with a reference that could be flushed, and a server of its is an actor as any other,
  /// and so is what works for it. Erlang has nothing outside of processes. A server runs in turns
  /// whatever calls it. When a connection is cut it is the node that measures that hears of it.
  boolean isFor(Contender contender) {
    return table.has(contender)
        && switch (this) {
          case MONITOR, LINK, EVENT_CALL, TASK -> contender != PEKKO;
          case SERVERS -> contender == ERLANG || contender == BELAY_TURN;
          case CALL_OUTSIDE -> contender == BELAY_TURN || contender == PEKKO;
          case NODES_CUT -> contender != ERLANG_BELAY;
          default -> true;
        };
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
