package dev.belay.otp;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.ExitSignalError;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Ref;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A process that keeps a state and serves others: Erlang's `gen_server`.
///
/// Extend it, with a sealed interface as its protocol. Messages of the protocol that are a [Call]
/// are answered by [#reply], the others are not. The state is in the fields of the class: only the
/// process touches them.
///
/// ```java
/// final class Inventory extends Server<Inventory.Message> {
///   sealed interface Message {}
///   record Put(String item, int n) implements Message {}
///   record Count(String item) implements Message, Call<Message, Integer> {}
///
///   private final Map<String, Integer> stock = new HashMap<>();
///
///   @Override
///   protected void handleMessage(Message message) {
///     switch (message) {
///       case Put(String item, int n) -> stock.merge(item, n, Integer::sum);
///       case Count count -> reply(count, stock.getOrDefault(count.item(), 0));
///     }
///   }
/// }
///
/// ServerRef<Inventory.Message> inventory = Server.start(Inventory::new);
/// inventory.cast(new Inventory.Put("rope", 3));
/// int ropes = inventory.call(new Inventory.Count("rope"));
/// ```
///
/// It runs in turns: an idle server needs no thread. A handler may block, on anything; other
/// messages wait meanwhile, in order (GS20).
///
/// **Its beginning.** The methods that start it wait for its [#init], for ever unless
/// [StartOptions#timeout] says otherwise. A [StartException] tells why it has not begun, and then
/// there is no process; a [dev.belay.ProcessLimitException], that the node has no room for it or is
/// closing. An interrupt while they wait, which is no exit signal, kills what was being started.
///
/// **Its end.** When a handler throws, [#cleanUp] is called, and the process ends with what was
/// thrown (GS28). [#stop] ends it when the handler has returned. An exit signal ends it at once and
/// without [#cleanUp], unless it traps exits (`trapExits(true)` in [#init]): then the one of the
/// process that started it with a link ends it in order, and those of others come to [#handleInfo]
/// (GS27).
///
/// | it ends because | its reason | [#cleanUp] | reported |
/// | --- | --- | --- | --- |
/// | [#stop()], or [ServerRef#stop()] | `normal`, or the one that is given | is called | if it is not orderly |
/// | a handler throws `exit(reason)` | that one | is called | if it is not orderly |
/// | a handler throws anything else | the crash, with what was thrown | is called | yes |
/// | the process that started it with a link ends, or a supervisor tells it to | that one's | if it traps exits | no |
/// | any other exit signal | that of the signal | is not called | no |
/// | `kill` | `killed` | is not called | no |
///
/// Whoever waits for a reply then gets a [CallException] with that reason, and a supervisor
/// restarts the server as its [Restart] says. Its name is free by then.
///
/// | option | default |
/// | --- | --- |
/// | name, time to begin, mailbox, grace | [StartOptions#DEFAULT]: none, no limit, those of `spawn` |
/// | how long a call waits | [ServerRef#DEFAULT_TIMEOUT], 5 s |
///
/// **When it crashes.** The report names its class, its state ([#describeState]), the message that
/// it was handling, and who waits for the answer, and where. While it runs, [Sys] looks into it.
///
/// **When not to use it.** For a computation that nobody asks anything, spawn a process. For state
/// that nobody else shares, use an object. A server does one thing after the other: what must go on
/// side by side is for several of them.
///
/// @param <M> the protocol: what others may send it
public abstract class Server<M> implements Behaviour {
  /*
   * All is the process's own. `serving` is the call that is being handled; `affairs` holds what few servers have, so that the others pay
   * one field for it.
   */
  private @Nullable From<?> serving;
  private @Nullable Affairs affairs;

  /// Who started it with a link: whose end ends it in order.
  private @Nullable Pid parent;

  private boolean begun;

  /// Makes the server; in its own process if it is started by the methods of this class.
  ///
  /// The class of the protocol is the type argument that the subclass gives to this class. A
  /// subclass that is generic itself may not have one; then there is [#Server(Class)].
  protected Server() {}

  /// Makes the server, and says what its protocol is, if that cannot be seen from its class.
  ///
  /// @param protocol the class of the protocol
  protected Server(Class<M> protocol) {
    affairs().protocol = Objects.requireNonNull(protocol, "protocol");
  }

  // starting

  /// Starts a server, and waits until it has begun.
  ///
  /// @param server makes it, in its process: usually a constructor
  /// @param <M> its protocol
  /// @return where it is: this one incarnation
  /// @throws StartException if it does not begin
  public static <M> ServerRef<M> start(Callable<? extends Server<M>> server) {
    return start(StartOptions.DEFAULT, server);
  }

  /// Starts a server with options, and waits until it has begun.
  ///
  /// @param options how
  /// @param server makes it, in its process: usually a constructor
  /// @param <M> its protocol
  /// @return where it is: this one incarnation
  /// @throws StartException if it does not begin
  public static <M> ServerRef<M> start(StartOptions options, Callable<? extends Server<M>> server) {
    return start(Belay.node(), options, server);
  }

  /// Starts a server on a node, and waits until it has begun; for plain threads as well.
  ///
  /// @param node where
  /// @param options how
  /// @param server makes it, in its process: usually a constructor
  /// @param <M> its protocol
  /// @return where it is: this one incarnation
  /// @throws StartException if it does not begin
  public static <M> ServerRef<M> start(
      Node node, StartOptions options, Callable<? extends Server<M>> server) {
    Starting.check(node);
    try (Caller caller = Caller.of(node)) {
      return ServerRef.at(node, ServerStart.start(caller, options, false, false, server).pid());
    }
  }

  /// Starts a server that is linked with the caller, and waits until it has begun.
  ///
  /// @param server makes it, in its process: usually a constructor
  /// @param <M> its protocol
  /// @return where it is: this one incarnation
  /// @throws StartException if it does not begin
  public static <M> ServerRef<M> startLink(Callable<? extends Server<M>> server) {
    return startLink(StartOptions.DEFAULT, server);
  }

  /// Starts a server with options that is linked with the caller, and waits until it has begun. If
  /// it ends instead, a caller that does not trap exits gets its exit signal; one that does gets
  /// the exception alone (PL13).
  ///
  /// @param options how
  /// @param server makes it, in its process: usually a constructor
  /// @param <M> its protocol
  /// @return where it is: this one incarnation
  /// @throws StartException if it does not begin
  public static <M> ServerRef<M> startLink(
      StartOptions options, Callable<? extends Server<M>> server) {
    Node node = Belay.node();
    try (Caller caller = Caller.of(node)) {
      return ServerRef.at(node, ServerStart.start(caller, options, true, false, server).pid());
    }
  }

  /// Starts a server that is linked with a process of another node, as if that had started it, and
  /// waits until it has begun: it goes down with that one (GS27), and that one hears of its end. So
  /// it can be the child of a supervisor on another node, also one of Erlang's or Elixir's.
  ///
  /// @param node where
  /// @param parent the process
  /// @param options how
  /// @param server makes it, in its process: usually a constructor
  /// @param <M> its protocol
  /// @return where it is: this one incarnation
  /// @throws StartException if it does not begin; the process has heard its exit signal then
  public static <M> ServerRef<M> startLink(
      Node node, Pid parent, StartOptions options, Callable<? extends Server<M>> server) {
    Objects.requireNonNull(parent, "parent");
    Callable<Server<M>> child =
        () -> {
          Belay.link(parent);
          Server<M> made =
              Objects.requireNonNull(server.call(), "the maker of a server returned null");
          made.parent = parent;
          return made;
        };
    return start(node, options, child);
  }

  /// A server that was started together with a monitor of it.
  ///
  /// @param server where it is
  /// @param ref the monitor, as it will stand in the [dev.belay.Down] message
  /// @param <M> its protocol
  public record Watched<M>(ServerRef<M> server, Ref ref) {}

  /// Starts a server with options, waits until it has begun, and goes on to monitor it. If it does
  /// not begin, its [dev.belay.Down] is taken away (GS6).
  ///
  /// @param options how
  /// @param server makes it, in its process: usually a constructor
  /// @param <M> its protocol
  /// @return where it is, and the monitor
  /// @throws StartException if it does not begin
  public static <M> Watched<M> startMonitor(
      StartOptions options, Callable<? extends Server<M>> server) {
    Node node = Belay.node();
    try (Caller caller = Caller.of(node)) {
      Monitored started = ServerStart.start(caller, options, false, true, server);
      return new Watched<>(ServerRef.at(node, started.pid()), started.ref());
    }
  }

  final void begin(boolean withLink) throws Exception {
    if (begun) {
      throw new IllegalStateException(
          "this " + getClass().getName() + " was started before: each start needs one of its own");
    }
    begun = true;
    if (withLink) {
      parent = Belay.info(Belay.self()).flatMap(ProcessInfo::parent).orElse(null);
    }
    protocol();
    init();
    Affairs mine = affairs;
    if (mine != null && mine.stop != null) {
      throw new ExitException(mine.stop);
    }
  }

  // what the user writes

  /// Begins: called in the server's process before anybody can call it. Whoever starts it waits for
  /// this to return.
  ///
  /// @throws Exception anything: the server is not started, and its starter is told
  protected void init() throws Exception {}

  /// Handles one message of the protocol, in the order in which they came (GS20). One that is a
  /// [Call] is answered by [#reply] before this returns, or its [From] is taken by [#from] to be
  /// answered later.
  ///
  /// @param message the message
  /// @throws Exception anything: the server ends with it
  protected abstract void handleMessage(M message) throws Exception;

  /// Handles a message that is not of the protocol, a [dev.belay.Down] or [Exit] for example
  /// (GS21), or a [Call] that was sent as a message, so that nobody waits for its reply. Without
  /// this such messages are logged, and dropped; the exit signal of a node that is being closed is
  /// only dropped.
  ///
  /// @param message the message
  /// @throws Exception anything: the server ends with it
  protected void handleInfo(Object message) throws Exception {
    if (message instanceof Exit exit && Closing.isBehind(exit, Belay.node())) {
      return;
    }
    System.getLogger("dev.belay")
        .log(
            System.Logger.Level.WARNING,
            "{0} {1} got a message that is not of its protocol, and has no handleInfo: {2}",
            getClass().getName(),
            Belay.self(),
            Text.of(message));
  }

  /// Handles what was given to [#continueWith].
  ///
  /// @param what what was given
  /// @throws Exception anything: the server ends with it
  protected void handleContinue(Object what) throws Exception {
    throw new IllegalStateException(
        "continueWith(" + what + ") was called, but handleContinue is not there");
  }

  /// Nothing has come for the time that was given to [#timeoutAfter].
  ///
  /// @throws Exception anything: the server ends with it
  protected void handleTimeout() throws Exception {
    throw new IllegalStateException("timeoutAfter was called, but handleTimeout is not there");
  }

  /// The server is about to end, and may clean up what it does not own: by [#stop], because a
  /// handler threw, or because its parent told it to. Not called for an exit signal that it does
  /// not trap. What this throws takes the place of the reason.
  ///
  /// @param reason why
  /// @throws Exception anything
  protected void cleanUp(ExitReason reason) throws Exception {}

  /// Describes the state in a line, for people: in [Sys#status], and in the report of a crash. By
  /// default this is its `toString`, if the class has one. Override it to say what is worth
  /// knowing, and to keep secrets out of logs: Erlang's `format_status`.
  ///
  /// For a status it is called in the process. For a report it is called when the server is no
  /// more, on a thread of the reporter's: it must not call verbs. What it throws, or if it does not
  /// return, harms nobody.
  ///
  /// @return the state; only the beginning is shown of a long text
  protected String describeState() {
    return Text.hasText(getClass())
        ? toString()
        : "not described: override describeState() or toString()";
  }

  // what the user calls

  /// Answers the call that is being handled. The reply is sent when the handler has returned; if it
  /// throws, the caller is told of that instead. To answer at once, or later, or from elsewhere:
  /// [#from].
  ///
  /// @param request the call that is being handled
  /// @param value the reply
  /// @param <R> its type
  /// @throws IllegalStateException if another call is being handled or none is, or this one has its
  ///   reply
  protected final <R extends @Nullable Object> void reply(Call<? super M, R> request, R value) {
    From<R> from = From.current(serving, request, "reply");
    if (from.hasReply()) {
      throw new IllegalStateException("reply(" + request + ", …): it has its reply already");
    }
    if (from.stage != From.OPEN) {
      throw new IllegalStateException(
          "reply(" + request + ", …): its From was taken; answer by that");
    }
    from.keep(value);
  }

  /// Takes the right to answer the call that is being handled: at once, later, or by somebody else.
  ///
  /// @param request the call that is being handled
  /// @param <R> the type of the reply
  /// @return who waits for it
  /// @throws IllegalStateException if another call is being handled or none is, or this one has its
  ///   reply
  protected final <R extends @Nullable Object> From<R> from(Call<? super M, R> request) {
    From<R> from = From.current(serving, request, "from");
    if (from.hasReply()) {
      throw new IllegalStateException("from(" + request + "): it has its reply already");
    }
    from.stage = From.HANDED_ON;
    return from;
  }

  /// Has [#handleContinue] called when this handler has returned and its reply is sent, before any
  /// other message (GS22).
  ///
  /// @param what what to give it
  protected final void continueWith(Object what) {
    if (affairs().next != null) {
      throw new IllegalStateException(
          "continueWith(" + Text.of(what) + "): this handler goes on with something else already");
    }
    affairs().next = Objects.requireNonNull(what, "what");
  }

  /// Has [#handleTimeout] called if no message of any kind comes for a time after this handler has
  /// returned. Any message ends it (GS23).
  ///
  /// @param time not negative; [Duration#ZERO] if there is no message now
  protected final void timeoutAfter(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("timeoutAfter(" + time + "): it cannot be negative");
    }
    affairs().idle = time;
  }

  /// Ends the server normally when this handler has returned.
  protected final void stop() {
    stop(ExitReason.NORMAL);
  }

  /// Ends the server when this handler has returned: [#cleanUp] is called, then a reply of this
  /// handler is sent, then the process ends (GS16).
  ///
  /// @param reason why
  protected final void stop(ExitReason reason) {
    affairs().stop = Objects.requireNonNull(reason, "reason");
  }

  /// Makes what [#init] or the constructor throws if the server is not needed: it ends normally,
  /// and its starter gets a [StartException] that says so.
  ///
  /// @return what to throw
  protected static RuntimeException ignore() {
    return new Starting.Ignore();
  }

  final void stopFor(Exit signal) {
    affairs().signal = signal;
    stop(signal.reason());
  }

  final Affairs affairs() {
    Affairs mine = affairs;
    if (mine == null) {
      mine = new Affairs();
      affairs = mine;
    }
    return mine;
  }

  // the loop

  /// Called by the runtime.
  @Override
  public final Behaviour handle(Object message) throws Exception {
    return handleHeard(Abroad.heard(this, message));
  }

  private Behaviour handleHeard(Object message) throws Exception {
    Affairs mine = affairs;
    if (mine != null && !mine.admits(this, message)) {
      return Behaviour.same();
    }
    try {
      dispatch(message);
      return affairs == null && serving == null ? Behaviour.same() : goOn();
    } catch (ExitSignalError e) {
      throw e;
    } catch (Throwable e) {
      LastWords.leave(this, message, e);
      throw e;
    }
  }

  private void dispatch(Object message) throws Exception {
    try {
      if (message instanceof From<?> from && from.isCallOf(Belay.self())) {
        serve(from);
      } else if (message instanceof Affairs.Tick) {
        handleTimeout();
      } else if (message instanceof SysCall.Terminate terminate) {
        stop(terminate.reason());
      } else if (message instanceof Exit exit && exit.pid().equals(parent)) {
        stopFor(exit);
      } else if (isOfProtocol(message)) {
        @SuppressWarnings("unchecked") // just looked
        M mineOwn = (M) message;
        handleMessage(mineOwn);
      } else {
        handleInfo(message);
      }
    } catch (ExitSignalError e) {
      throw e;
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  final boolean isOfProtocol(Object message) {
    // A request that nobody waits for cannot be answered.
    return !(message instanceof Inner)
        && !(message instanceof Call)
        && protocol().isInstance(message);
  }

  private void serve(From<?> from) throws Exception {
    if (from.request instanceof SysCall<?> call) {
      SystemCalls.serve(this, from, call);
      return;
    }
    if (!protocol().isInstance(from.request)) {
      from.refuse(getClass().getName() + " has no such request in its protocol");
      return;
    }
    serving = from;
    @SuppressWarnings("unchecked") // just looked
    M request = (M) from.request;
    handleMessage(request);
    if (serving == from && !from.hasReply() && from.stage == From.OPEN && !isStopping()) {
      throw new IllegalStateException(
          "handleMessage("
              + request
              + ") has returned without an answer: call reply(request, …), or from(request) to"
              + " answer later");
    }
  }

  /// Takes the call that is being handled from this class, which then does not care whether it is
  /// answered.
  final @Nullable From<?> takeServing() {
    From<?> from = serving;
    serving = null;
    return from;
  }

  /// Sets whose call is being handled, for [#from].
  final void serving(@Nullable From<?> from) {
    serving = from;
  }

  final boolean isStopping() {
    Affairs mine = affairs;
    return mine != null && mine.stop != null;
  }

  /// Does what is to be done when a handler has returned.
  final Behaviour goOn() throws Exception {
    while (true) {
      Affairs mine = affairs;
      ExitReason stop = mine == null ? null : mine.stop;
      if (stop != null) {
        return end(stop);
      }
      try {
        answer();
      } catch (ExitSignalError e) {
        throw e;
      } catch (Throwable e) {
        // Development mode refuses a reply that could be changed.
        throw failed(e);
      }
      Object next = mine == null ? null : mine.next;
      if (mine == null || next == null) {
        break;
      }
      mine.next = null;
      if (mine.tracing != null) {
        mine.tracing.note(ServerEvent.Kind.CONTINUE, null, next);
      }
      try {
        handleContinue(next);
      } catch (ExitSignalError e) {
        throw e;
      } catch (Throwable e) {
        throw failed(e);
      }
    }
    Affairs mine = affairs;
    return mine == null ? Behaviour.same() : mine.awaitNothing();
  }

  private void answer() {
    From<?> from = serving;
    if (from != null) {
      serving = null;
      if (from.hasReply()) {
        replyKept(from);
      }
    }
  }

  /// Sends a reply that was kept until the handler has returned.
  final void replyKept(From<?> from) {
    Tracing tracing = tracing();
    if (tracing != null) {
      tracing.replies(from, from.kept());
    }
    from.replyKept();
  }

  private Behaviour end(ExitReason reason) throws Exception {
    mustBeAlive();
    From<?> last = serving;
    try {
      cleanUpFor(reason);
    } finally {
      // Also if that has thrown (GS16).
      answer();
      // Who is left without an answer is named in the report.
      serving = last;
    }
    Exit signal = affairs().signal;
    if (signal != null) {
      throw Belay.exit(signal);
    }
    if (reason.equals(ExitReason.NORMAL)) {
      return Behaviour.done();
    }
    throw new ExitException(reason);
  }

  /// A handler threw.
  ///
  /// @return what the process ends with
  private Exception failed(Throwable thrown) throws Exception {
    if (Belay.isAlive(Belay.self())) {
      cleanUpFor(thrown instanceof ExitException e ? e.reason() : ExitReason.crash(thrown));
    }
    return Rethrow.as(thrown);
  }

  private void cleanUpFor(ExitReason reason) throws Exception {
    Tracing tracing = tracing();
    if (tracing != null) {
      tracing.ends(reason);
    }
    cleanUp(reason);
  }

  /// An exit signal that is not trapped ends the server without cleaning up, whatever the handler
  /// has made of the interrupt (GS27).
  private static void mustBeAlive() {
    if (!Belay.isAlive(Belay.self())) {
      Belay.relinquish();
    }
  }

  /// Returns the class of the protocol.
  private Class<?> protocol() {
    Affairs mine = affairs;
    return mine != null && mine.protocol != null ? mine.protocol : Protocol.of(this);
  }

  /// Returns what others who speak of this server have to know of it.
  GenProtocol.Listener listener() {
    return new GenProtocol.Listener(kind(), protocol());
  }

  /// Returns what kind of server it is to those of other nodes.
  GenProtocol.Kind kind() {
    return GenProtocol.Kind.SERVER;
  }

  // who looks on

  final @Nullable Pid parent() {
    return parent;
  }

  /// Returns what is kept for those who look on, if anybody does.
  final @Nullable Tracing tracing() {
    Affairs mine = affairs;
    return mine == null ? null : mine.tracing;
  }

  /// Returns the class that people know it by.
  Class<?> ownType() {
    return getClass();
  }

  /// Returns the processes that it supervises.
  List<Pid> childPids() {
    return List.of();
  }

  /// Returns what it is really handling of a message that it was given.
  Object handling(Object message) {
    return message;
  }

  /// Returns who is waiting for the handler that runs.
  ///
  /// @return its pid, if it is handling a call
  final @Nullable Pid client() {
    From<?> from = serving;
    return from == null || from.stage == From.ANSWERED ? null : from.caller;
  }
}
