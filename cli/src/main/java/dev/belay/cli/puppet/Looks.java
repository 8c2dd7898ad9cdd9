package dev.belay.cli.puppet;

import dev.belay.Belay;
import dev.belay.Name;
import dev.belay.NameException;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.ProcessStatus;
import dev.belay.Subject;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Names, and what there is to know of processes.
final class Looks {
  private static final Atom PROCESS = Atom.of("process");
  private static final Set<String> ITEMS =
      Set.of(
          "links",
          "monitors",
          "monitored_by",
          "message_queue_len",
          "trap_exit",
          "registered_name",
          "status");

  private Looks() {}

  static void enter(Operations operations) {
    operations
        .with("self", 0, _ -> Belay.self())
        .with("node", 0, _ -> Atom.of(Belay.node().name()))
        .with("register", 1, arguments -> register(Terms.name(arguments.get(0))))
        .with("unregister", 1, arguments -> unregister(Terms.name(arguments.get(0))))
        .with("whereis", 1, arguments -> whereis(Terms.name(arguments.get(0))))
        .with("is_alive", 1, arguments -> isAlive(Terms.pid(arguments.get(0))))
        .with(
            "info",
            2,
            arguments -> info(Terms.pid(arguments.get(0)), Terms.name(arguments.get(1))));
  }

  private static Object register(String name) {
    try {
      Belay.register(name);
      return Atom.TRUE;
    } catch (NameException | IllegalArgumentException e) {
      throw Raised.badarg();
    }
  }

  private static Object unregister(String name) {
    try {
      Belay.unregister(name);
      return Atom.TRUE;
    } catch (NameException e) {
      throw Raised.badarg();
    }
  }

  private static Object whereis(String name) {
    return Belay.whereis(name).map(pid -> (Object) pid).orElse(Atom.UNDEFINED);
  }

  private static Object isAlive(Pid pid) {
    checkLocal(pid);
    return Terms.atom(Belay.isAlive(pid));
  }

  private static Object info(Pid pid, String item) {
    checkLocal(pid);
    if (!ITEMS.contains(item)) {
      throw Raised.badarg();
    }
    Optional<ProcessInfo> found = Belay.info(pid);
    // Erlang says nothing of a process that has begun to exit.
    if (found.isEmpty() || found.get().status() == ProcessStatus.EXITING) {
      return Atom.UNDEFINED;
    }
    ProcessInfo info = found.get();
    if (item.equals("registered_name") && info.registeredName().isEmpty()) {
      return List.of();
    }
    return Tuple.of(Atom.of(item), value(info, item));
  }

  private static Object value(ProcessInfo info, String item) {
    return switch (item) {
      case "links" -> info.links();
      case "monitors" -> info.monitors().stream().map(Looks::monitored).toList();
      case "monitored_by" -> info.monitoredBy();
      case "message_queue_len" -> (long) info.messageQueueLength();
      case "trap_exit" -> Terms.atom(info.trapsExits());
      case "registered_name" -> Atom.of(info.registeredName().orElseThrow());
      case "status" -> Atom.of(info.status().name().toLowerCase(Locale.ROOT));
      default -> throw Raised.badarg();
    };
  }

  private static Object monitored(Subject subject) {
    return Tuple.of(
        PROCESS,
        switch (subject) {
          case Pid pid -> pid;
          case Name name -> Tuple.of(Atom.of(name.name()), Atom.of(name.node()));
        });
  }

  private static void checkLocal(Pid pid) {
    if (!pid.node().equals(Belay.node().name())) {
      throw Raised.badarg();
    }
  }
}
