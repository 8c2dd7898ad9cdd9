package dev.belay.bench;

import dev.belay.bench.Fork.Readings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Measures rows between nodes: one node that measures and one that it talks to, each an
/// operating-system process of its own, on the loopback interface. Where Erlang is one of them they
/// find each other by its EPMD, else by Belay's, in either case on a port of their own.
final class Pair {
  private final List<String> java;
  private final @Nullable Erlang erlang;

  /// @param java the command that runs a class on a JVM, but for its name and arguments
  /// @param erlang the installed Erlang, if it is to take part
  Pair(List<String> java, @Nullable Erlang erlang) {
    this.java = List.copyOf(java);
    this.erlang = erlang;
  }

  /// Measures a row with two new nodes.
  ///
  /// @throws BenchException if one of them fails
  Readings run(Row row, Contender contender, int size, Effort effort) {
    Meeting meeting = arrange();
    Map<String, String> environment = Map.of("ERL_EPMD_PORT", Integer.toString(meeting.epmdPort()));
    try (Companion _ = contender.needsErlang() ? epmd(meeting) : null;
        Companion far = Companion.start(far(contender, meeting), environment)) {
      far.awaitReady();
      try {
        return Fork.run(near(row, contender, size, effort, meeting), environment);
      } catch (BenchException e) {
        String complaints = far.complaints();
        throw complaints.isEmpty()
            ? e
            : new BenchException(e.getMessage() + "; the other node:" + complaints, e);
      }
    }
  }

  private static Meeting arrange() {
    try {
      return Meeting.arrange();
    } catch (IOException e) {
      throw new BenchException("there is no free port: " + e.getMessage(), e);
    }
  }

  private static Companion epmd(Meeting meeting) {
    String port = Integer.toString(meeting.epmdPort());
    Companion epmd =
        Companion.start(List.of("epmd", "-port", port, "-address", "127.0.0.1"), Map.of());
    boolean listens = false;
    try {
      epmd.awaitListening(meeting.epmdPort());
      listens = true;
      return epmd;
    } finally {
      if (!listens) {
        epmd.close();
      }
    }
  }

  private List<String> near(
      Row row, Contender contender, int size, Effort effort, Meeting meeting) {
    if (contender == Contender.ERLANG || contender == Contender.ERLANG_BELAY) {
      return there(erlang).command(row, size, effort, meeting);
    }
    List<String> command = new ArrayList<>(java);
    command.addAll(Worker.args(contender, row.id(), size, effort));
    command.addAll(meeting.args());
    return command;
  }

  private List<String> far(Contender contender, Meeting meeting) {
    if (contender == Contender.ERLANG || contender == Contender.BELAY_ERLANG) {
      return there(erlang).farNode(meeting);
    }
    List<String> command = new ArrayList<>(java);
    command.add(FarNode.class.getName());
    command.addAll(meeting.args());
    return command;
  }

  private static Erlang there(@Nullable Erlang erlang) {
    return Objects.requireNonNull(erlang, "no Erlang");
  }
}
