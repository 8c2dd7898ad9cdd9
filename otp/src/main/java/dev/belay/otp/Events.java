package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Node;
import dev.belay.Pid;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/// A process that tells its handlers of events, whoever they are: Erlang's `gen_event`.
///
/// Handlers come and go while it runs, and each fails for itself: what one throws removes it, and
/// neither the others nor whoever has sent the event notice (GE1).
///
/// An object of this class describes such a process, with the handlers that it begins with: it is
/// immutable, each method returns a changed one, and it may be started any number of times.
///
/// ```java
/// EventsRef<Alarm> alarms =
///     Events.of(Alarm.class).handler("journal", Journal::new).startLink();
///
/// alarms.add("siren", () -> new Siren(gpio));
/// alarms.notify(new Alarm("smoke", 4));
/// int count = alarms.call("journal", new Journal.Count());
/// alarms.remove("siren");
/// ```
///
/// **Order.** Events of one sender are handled in the order in which he sent them. Each event is
/// handled by one handler after the other, in the order in which they were added; one that was
/// swapped in stands where the other one was.
///
/// **Who stays.** Under a supervisor, the process is started again with the handlers of its
/// description. Others that are needed are added by [EventsRef#addSupervised], by a process that
/// hears of their removal, and is linked with the process of the events: it is restarted, too, and
/// adds them again.
///
/// **Its end.** All handlers are cleaned up, in order, with [Removal.Stopped], if it is stopped or
/// its parent ends; an exit signal of its parent's is trapped for that.
///
/// **When not to use it.** If handlers take long, or wait for each other: they share one process,
/// and one that blocks holds up all events. Then let each be a process, and send to all of them. If
/// there is one handler only: that is a [Server].
///
/// @param <E> the type of the events
public final class Events<E> {
  private final Class<E> type;
  private final Map<String, Callable<? extends EventHandler<? super E>>> handlers;

  private Events(Class<E> type, Map<String, Callable<? extends EventHandler<? super E>>> handlers) {
    this.type = type;
    this.handlers = handlers;
  }

  /// Describes a process without handlers.
  ///
  /// @param type the class of the events
  /// @param <E> the type of the events
  /// @return the description
  public static <E> Events<E> of(Class<E> type) {
    return new Events<>(Objects.requireNonNull(type, "type"), Map.of());
  }

  /// Adds a handler that it begins with; if that fails, the process does not start.
  ///
  /// @param id by which it is removed and asked
  /// @param handler makes it, in the process of the events: usually a constructor
  /// @return the changed description
  public Events<E> handler(String id, Callable<? extends EventHandler<? super E>> handler) {
    Map<String, Callable<? extends EventHandler<? super E>>> more = new LinkedHashMap<>(handlers);
    if (more.put(Objects.requireNonNull(id, "id"), Objects.requireNonNull(handler, "handler"))
        != null) {
      throw new IllegalArgumentException("two handlers have the id \"" + id + "\"");
    }
    return new Events<>(type, more);
  }

  /// Makes of it a child of a supervisor.
  ///
  /// @param id what it is told apart by from its siblings
  /// @param options how to start it: with a name, by which it is found
  /// @return the specification of the child
  public ChildSpec asChild(String id, StartOptions options) {
    return ChildSpec.of(id, () -> Child.of(startLink(options).pid().orElseThrow()));
  }

  /// Starts the process, linked with the caller.
  ///
  /// @return where it is
  /// @throws StartException if one of its handlers does not begin
  public EventsRef<E> startLink() {
    return startLink(StartOptions.DEFAULT);
  }

  /// Starts the process with options, linked with the caller.
  ///
  /// @param options how
  /// @return where it is
  /// @throws StartException if one of its handlers does not begin, or its name is taken
  public EventsRef<E> startLink(StartOptions options) {
    return start(Belay.node(), options, true);
  }

  /// Starts the process on a node, linked with nobody; for plain threads as well.
  ///
  /// @param node where
  /// @param options how
  /// @return where it is
  /// @throws StartException if one of its handlers does not begin, or its name is taken
  public EventsRef<E> start(Node node, StartOptions options) {
    return start(node, options, false);
  }

  private EventsRef<E> start(Node node, StartOptions options, boolean linked) {
    Starting.check(node);
    try (Caller caller = Caller.of(node)) {
      Pid pid =
          Starting.start(
                  caller,
                  options,
                  linked,
                  false,
                  Events.class,
                  new ServerStart<>(() -> new EventsProcess<>(type, handlers)))
              .pid();
      return EventsRef.of(node, pid, type);
    }
  }
}
