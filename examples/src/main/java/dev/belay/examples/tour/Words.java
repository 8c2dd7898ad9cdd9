package dev.belay.examples.tour;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.TraceEvent;
import dev.belay.TraceEvent.Signal;
import dev.belay.otp.From;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Puts events of a trace into plain words.
final class Words {
  private static final int LONGEST_CONTENT = 48;
  private static final int LONGEST_REASON = 32;
  private static final String OTP = "dev.belay.otp.";
  private static final Pattern REPLY = Pattern.compile("Replied\\[to=.*?, value=(.*)]");

  private final Function<Pid, String> who;

  Words(Function<Pid, String> who) {
    this.who = who;
  }

  /// Returns the process that an event is told of, or null if there is none.
  static @Nullable Pid actor(TraceEvent event) {
    return switch (event.kind()) {
      case SPAWNED -> event.from();
      case SENT -> isOfRuntime(event) ? null : event.from();
      case APPLIED -> isTieFromAfar(event) ? event.from() : event.to();
      default -> event.to();
    };
  }

  /// Tells whether nobody has sent this: the other process is not there, or not in reach.
  private static boolean isOfRuntime(TraceEvent event) {
    return event.detail() instanceof ExitReason.NoProc
        || (event.detail() instanceof ExitReason.NoConnection && isBetweenNodes(event));
  }

  private static boolean isBetweenNodes(TraceEvent event) {
    return !event.from().node().equals(event.to().node());
  }

  /// Tells whether a process of another node ties itself to one of this. It was sent there, so that
  /// the first that is seen of it here is that it takes effect.
  private static boolean isTieFromAfar(TraceEvent event) {
    return isBetweenNodes(event)
        && (event.outcome().equals("linked") || event.outcome().equals("monitored"));
  }

  /// Tells what the runtime does because a connection is lost, or says nothing. It sends nothing
  /// then, so that there is no other event for it.
  String ofLoss(TraceEvent event) {
    boolean isLoss = event.kind() == TraceEvent.Kind.APPLIED && isOfRuntime(event);
    return isLoss && isBetweenNodes(event) ? sent(event) : "";
  }

  /// Tells an event, or says nothing if it adds nothing for a newcomer.
  String inShort(TraceEvent event) {
    return switch (event.kind()) {
      case SENT -> sent(event);
      case APPLIED -> isTieFromAfar(event) ? sent(event) : applied(event);
      case SPAWNED -> spawned(event);
      case DELIVERED -> "takes " + content(event.detail()) + " out of its mailbox";
      case EXITING -> event.from().equals(event.to()) ? ownEnd(event) : "";
      case CLOSED -> closed(event);
      case DEAD -> event.outcome().isEmpty() ? "" : "is declared dead: it did not end in time";
      case ENDED -> "";
    };
  }

  /// Tells an event with what the runtime does in it.
  String everyStep(TraceEvent event) {
    return switch (event.kind()) {
      case EXITING ->
          event.from().equals(event.to())
              ? ownEnd(event)
              : "is ending: the runtime notes why, and wakes its thread";
      case DEAD -> "is dead from here on: its name is free, it is in no table";
      case ENDED -> "is gone: everybody who had to be told has been told";
      case APPLIED -> event.signal() == Signal.MESSAGE ? "has it in its mailbox" : applied(event);
      default -> inShort(event);
    };
  }

  /// Tells an event in the life of servers: a call is one line, and so is a start.
  String ofServers(TraceEvent event) {
    boolean isSent = event.kind() == TraceEvent.Kind.SENT;
    if (event.kind() == TraceEvent.Kind.DELIVERED) {
      return "";
    }
    if (event.kind() == TraceEvent.Kind.SPAWNED) {
      String linked = event.outcome().startsWith("linked") ? ", linked with it" : "";
      return "starts " + who.apply(event.to()) + linked;
    }
    return switch (event.signal()) {
      case MONITOR, DEMONITOR, UNLINK -> "";
      case DOWN -> who.apply(event.to()).startsWith("main ") ? inShort(event) : "";
      case MESSAGE -> isSent ? exchanged(event) : inShort(event);
      case null, default -> inShort(event);
    };
  }

  /// Tells whether an event is a call that is sent, or its reply.
  static boolean isOfCall(TraceEvent event) {
    Object message = event.detail();
    return message instanceof From<?>
        || (message != null && REPLY.matcher(message.toString()).matches());
  }

  /// Tells a message of which calls, starts and restarts are made. Those classes are nobody's
  /// business, but their names can be read.
  private String exchanged(TraceEvent event) {
    Object message = event.detail();
    if (message == null || !message.getClass().getName().startsWith(OTP)) {
      return sent(event);
    }
    String to = who.apply(event.to());
    Matcher reply = REPLY.matcher(message.toString());
    if (message instanceof From<?>) {
      String call = message.toString();
      return "── " + plain(call.substring(0, call.lastIndexOf(" of "))) + " ──► " + to;
    }
    if (reply.matches()) {
      return "── reply " + plain(reply.group(1)) + " ──► " + to;
    }
    return switch (message.getClass().getSimpleName()) {
      case "Begun" -> "has begun; " + to + " goes on";
      case "Terminate" -> "── stop ──► " + to;
      default -> "";
    };
  }

  private String spawned(TraceEvent event) {
    return "starts "
        + who.apply(event.to())
        + switch (event.outcome()) {
          case "linked" -> ", linked with it";
          case "monitored" -> ", and monitors it";
          case "linked and monitored" -> ", linked with it, and monitors it";
          default -> "";
        };
  }

  private String sent(TraceEvent event) {
    Object detail = event.detail();
    String to = who.apply(event.to());
    return switch (signal(event)) {
      case MESSAGE -> "── message " + content(detail) + " ──► " + to;
      case LINK -> "── link" + (detail == null ? "" : " (" + detail + ")") + " ──► " + to;
      case UNLINK -> "── unlink ──► " + to;
      case MONITOR -> "── monitor ──► " + to;
      case DEMONITOR -> "── take the monitor off ──► " + to;
      case EXIT -> "── exit signal (" + reason(detail) + ") ──► " + to;
      case TERMINATE -> "── terminate (" + reason(detail) + ") ──► " + to;
      case LINK_EXIT -> "══ exit along the link (" + reason(detail) + ") ══► " + to;
      case DOWN -> "── down (" + reason(detail) + ") ──► " + to;
    };
  }

  private String applied(TraceEvent event) {
    return switch (event.outcome()) {
      case "becomes a message" ->
          signal(event) == Signal.DOWN
              ? "gets it as a Down message in its mailbox"
              : "traps exits: it gets an Exit message in its mailbox";
      case "exits" ->
          signal(event) == Signal.TERMINATE || event.detail() instanceof ExitReason.Kill
              ? "must end: nobody can refuse that"
              : "does not trap exits: it must end, for the same reason";
      case "lives on" -> "lives on: normal ends no linked process";
      case "ignored: normal" -> "lives on: normal ends nobody else";
      case "dropped: dead", "dropped: not alive" -> "is dead: nothing happens";
      case "noproc" -> "is dead: there is nothing to tie";
      default -> "";
    };
  }

  private static Signal signal(TraceEvent event) {
    Signal signal = event.signal();
    if (signal == null) {
      throw new IllegalArgumentException("no signal: " + event);
    }
    return signal;
  }

  private static String ownEnd(TraceEvent event) {
    return switch (event.detail()) {
      case ExitReason.Crash crash -> "CRASHES: " + throwable(crash.throwable());
      case ExitReason.Normal _ -> "ends: its body has returned, and its reason is normal";
      case null, default -> "ends, by its own choice, for the reason " + reason(event.detail());
    };
  }

  private static String closed(TraceEvent event) {
    String name = String.valueOf(event.detail());
    name = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
    String of = "what it owned (" + name + ") ";
    return switch (event.outcome()) {
      case "closed" -> of + "has been closed for it";
      case "its close() was given up" -> of + "does not close: the runtime gives it up";
      default -> of + "could not be closed: " + event.outcome();
    };
  }

  /// Puts a message into a few words.
  private String content(@Nullable Object message) {
    return switch (message) {
      case String text -> '"' + plain(text) + '"';
      case Exit exit -> "the Exit of " + who.apply(exit.pid());
      case Down down -> "the Down of " + who.apply(down.pid());
      case null, default -> plain(String.valueOf(message));
    };
  }

  /// Makes a text fit into a line, and harmless to a terminal: it may have come from far away.
  static String plain(String text) {
    return plain(text, LONGEST_CONTENT);
  }

  private static String plain(String text, int longest) {
    return fit(text, longest).replaceAll("[\\p{Cc}\\p{Cf}]", "·");
  }

  /// Puts a reason into a few words.
  private static String reason(@Nullable Object reason) {
    return plain(
        reason instanceof ExitReason.Crash(Throwable thrown)
            ? "crash: " + (thrown.getMessage() == null ? throwable(thrown) : thrown.getMessage())
            : String.valueOf(reason),
        LONGEST_REASON);
  }

  private static String throwable(Throwable thrown) {
    String message = thrown.getMessage();
    String name = thrown.getClass().getSimpleName();
    return message == null ? name : name + ": " + message;
  }

  /// Puts a time into a column: microseconds for the steps of a death, milliseconds for waits.
  static String time(long nanos, boolean fine) {
    return fine
        ? String.format(Locale.ROOT, "%+9.3f ms", nanos / 1e6)
        : String.format(Locale.ROOT, "%+5d ms", nanos / 1_000_000);
  }

  /// Cuts a line that is too long.
  static String fit(String line, int width) {
    return line.length() <= width ? line : line.substring(0, width - 1) + "…";
  }

  /// Breaks a text into lines.
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : text.strip().split("\n\n", -1)) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      StringBuilder line = new StringBuilder();
      for (String word : paragraph.strip().split("\\s+", -1)) {
        if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
          lines.add(line.toString());
          line.setLength(0);
        }
        line.append(line.isEmpty() ? "" : " ").append(word);
      }
      lines.add(line.toString());
    }
    return lines;
  }
}
