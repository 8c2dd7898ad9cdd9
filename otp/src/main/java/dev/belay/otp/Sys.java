package dev.belay.otp;

import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Looks into a running server from outside, for debugging and for tests: Erlang's `sys` (GE3).
///
/// Every process of this module can be looked at: a [Server], a [StateMachine], a [Supervisor], a
/// [DynamicSupervisor] and the process of [Events]; by its [ServerRef], or by its pid and [#at].
///
/// ```java
/// Sys.log(inventory, 20);
/// Sys.statistics(inventory, true);
/// // … later
/// System.out.println(Sys.status(inventory));
/// Sys.log(inventory).forEach(System.out::println);
/// ```
///
/// | to know | |
/// | --- | --- |
/// | who and how it is | [#status(ServerRef)] |
/// | its state | [#inspect(ServerRef, Class, Function)], or as text in its status |
/// | what has happened to it last | [#log(ServerRef, int)], then [#log(ServerRef)] |
/// | what happens to it now | [#trace(ServerRef, Pid)] |
/// | how much it has to do | [#statistics(ServerRef, boolean)], then [#statistics(ServerRef)] |
/// | what it does if its state is another one | [#change(ServerRef, Class, Consumer)], for a state machine [#replaceState] |
/// | a handler of [Events] | [#inspect(EventsRef, String, Class, Function)], [#change(EventsRef, String, Class, Consumer)] |
/// | what it does with messages one by one | [#suspend], [#resume] |
///
/// **How it works.** Each method is a call, but [#ancestors]: it waits until the server has handled
/// what came before, for 5 seconds at most, and throws a [CallException] as calls do. They work in
/// processes and on other threads. A suspended server answers them, too, and so does one whose
/// mailbox has a bound and is full. They end no time that the server waits in
/// ([Server#timeoutAfter]); that begins anew.
///
/// **What it costs.** A server that nobody looks on pays the look at one field. One that keeps
/// events keeps their messages, replies and states with them.
///
/// **When not to use it.** In a program's own logic: a server's protocol is for that. A server that
/// is stuck in a handler answers nobody: see [dev.belay.Node#dump] for where it is.
public final class Sys {
  /// How many events a server keeps at most.
  public static final int LONGEST_LOG = 10_000;

  private static final Duration TIMEOUT = ServerRef.DEFAULT_TIMEOUT;

  private Sys() {}

  /// Refers to a process of this module by its pid, for the methods of this class.
  ///
  /// @param node its node
  /// @param pid the process
  /// @return the reference
  public static ServerRef<?> at(Node node, Pid pid) {
    return ServerRef.at(node, pid);
  }

  /// Has a server leave its messages where they are until it is resumed. It still answers the
  /// methods of this class, and still ends when it is told to.
  ///
  /// @param server the server
  /// @return whether it was running
  public static boolean suspend(ServerRef<?> server) {
    return Boolean.TRUE.equals(call(server, new SysCall.Suspend()));
  }

  /// Has a suspended server go on.
  ///
  /// @param server the server
  /// @return whether it was suspended
  public static boolean resume(ServerRef<?> server) {
    return Boolean.TRUE.equals(call(server, new SysCall.Resume()));
  }

  /// Looks at the state of a server, between two of its messages.
  ///
  /// @param server the server
  /// @param type its class
  /// @param look gets the server's own object, in its process; returns what is worth knowing, which
  ///   should be immutable. If it throws, the caller is told, and the server goes on
  /// @param <S> its class
  /// @param <T> what is to be known
  /// @return what `look` returned
  public static <S extends Server<?>, T extends @Nullable Object> T inspect(
      ServerRef<?> server, Class<S> type, Function<? super S, ? extends T> look) {
    Objects.requireNonNull(look, "look");
    return Calls.reply(call(server, new SysCall.Inspect(state -> look.apply(type.cast(state)))));
  }

  /// Changes the state of a server, between two of its messages.
  ///
  /// @param server the server
  /// @param type its class
  /// @param change gets the server's own object, in its process. If it throws, the caller is told,
  ///   and the server goes on; what was changed until then is changed, for the state is the object
  /// @param <S> its class
  public static <S extends Server<?>> void change(
      ServerRef<?> server, Class<S> type, Consumer<? super S> change) {
    Objects.requireNonNull(change, "change");
    call(
        server,
        new SysCall.Inspect(state -> {
          change.accept(type.cast(state));
          return true;
        }));
  }

  /// Puts a state in place of the one that a state machine is in, between two of its messages. It
  /// is not entered, and what was postponed goes on waiting: the machine has not changed its state,
  /// but is mistaken about it (ST29).
  ///
  /// @param machine the state machine
  /// @param type the class of its states
  /// @param change gets the state, in the machine's process, and returns the one to be. If it
  ///   throws, the state stays, and the caller is told
  /// @param <S> the states
  public static <S> void replaceState(
      ServerRef<?> machine, Class<S> type, UnaryOperator<S> change) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(change, "change");
    call(
        machine,
        new SysCall.Inspect(it -> {
          ((StateMachine<?, ?>) it).replaceState(type, change);
          return true;
        }));
  }

  /// Looks at a handler of a process of [Events], between two events.
  ///
  /// @param events the process
  /// @param id the handler; one that is not there fails the call
  /// @param type its class
  /// @param look gets the handler, in its process; returns what is worth knowing, which should be
  ///   immutable. If it throws, the caller is told, and the handler stays
  /// @param <H> its class
  /// @param <T> what is to be known
  /// @return what `look` returned
  public static <H extends EventHandler<?>, T extends @Nullable Object> T inspect(
      EventsRef<?> events, String id, Class<H> type, Function<? super H, ? extends T> look) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(look, "look");
    return inspect(
        events.server(), EventsProcess.class, it -> look.apply(type.cast(it.handler(id))));
  }

  /// Changes a handler of a process of [Events], between two events.
  ///
  /// @param events the process
  /// @param id the handler; one that is not there fails the call
  /// @param type its class
  /// @param change gets the handler, in its process. If it throws, the caller is told, and the
  ///   handler stays; what was changed until then is changed
  /// @param <H> its class
  public static <H extends EventHandler<?>> void change(
      EventsRef<?> events, String id, Class<H> type, Consumer<? super H> change) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(change, "change");
    change(events.server(), EventsProcess.class, it -> change.accept(type.cast(it.handler(id))));
  }

  /// Asks a server how it is.
  ///
  /// @param server the server
  /// @return who it is, whether it runs, what waits, and its state as text
  public static ServerStatus status(ServerRef<?> server) {
    return Calls.reply(call(server, new SysCall.Status()));
  }

  /// Lists the children of a supervisor that run.
  ///
  /// @param server the supervisor
  /// @return their pids; none if it is another server
  public static List<Pid> children(ServerRef<?> server) {
    return status(server).children();
  }

  /// Lists the spawners of a server, its parent first, then that one's, and so on. The server is
  /// not asked, so that one that is busy can be looked at as well.
  ///
  /// @param server the server
  /// @return their pids, which may have ended; none if it does not exist
  public static List<Pid> ancestors(ServerRef<?> server) {
    return server
        .pid()
        .flatMap(pid -> server.node().info(pid))
        .map(ProcessInfo::ancestors)
        .orElse(List.of());
  }

  /// Has a server keep its last events, or no events any more.
  ///
  /// @param server the server
  /// @param events how many, up to [#LONGEST_LOG]; 0 for none
  /// @throws IllegalArgumentException if it is negative, or more
  public static void log(ServerRef<?> server, int events) {
    if (events < 0 || events > LONGEST_LOG) {
      throw new IllegalArgumentException(
          "log(" + server + ", " + events + "): from 0 to " + LONGEST_LOG + " events can be kept");
    }
    call(server, new SysCall.Keep(events));
  }

  /// Returns the last events of a server, as many as it keeps.
  ///
  /// @param server the server
  /// @return the events, the oldest first; none unless it was told to keep them
  public static List<ServerEvent> log(ServerRef<?> server) {
    return Calls.reply(call(server, new SysCall.Log()));
  }

  /// Has a server send each of its events to a process, as a [ServerEvent], in order; in place of
  /// the tracer before, if there is one.
  ///
  /// The server does not wait for the tracer. While 1,000 messages wait in the tracer's mailbox it
  /// gets no more; when half of them are gone, a [ServerEvent.Kind#LOST] tells how many events are
  /// missing there. The trace ends with the tracer, or with [#untrace]. A tracer whose mailbox
  /// makes senders wait does so with the server, too.
  ///
  /// Messages that are events are no events themselves, so that a tracer can be traced.
  ///
  /// @param server the server
  /// @param tracer a process of its node, or an inbox; not the server itself
  /// @throws CallException with [CallReason#BAD_REQUEST] if it cannot be the tracer
  public static void trace(ServerRef<?> server, Pid tracer) {
    Objects.requireNonNull(tracer, "tracer");
    call(server, new SysCall.Tell(tracer));
  }

  /// Has a server send its events to nobody.
  ///
  /// @param server the server
  public static void untrace(ServerRef<?> server) {
    call(server, new SysCall.Tell(null));
  }

  /// Has a server count its messages from 0, or count them no more.
  ///
  /// @param server the server
  /// @param on whether it is to count
  public static void statistics(ServerRef<?> server, boolean on) {
    call(server, new SysCall.Count(on));
  }

  /// Returns what a server has counted.
  ///
  /// @param server the server
  /// @return its counts; nothing unless it was told to count
  public static Optional<ServerStatistics> statistics(ServerRef<?> server) {
    return Calls.reply(call(server, new SysCall.Statistics()));
  }

  private static @Nullable Object call(ServerRef<?> server, SysCall<?> request) {
    return Calls.call(server, request, TIMEOUT);
  }
}
