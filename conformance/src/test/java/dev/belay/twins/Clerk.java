package dev.belay.twins;

import static dev.belay.Belay.trapExits;
import static dev.belay.twins.Terms.Tuple.tuple;

import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.otp.Call;
import dev.belay.otp.CallException;
import dev.belay.otp.From;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartException;
import dev.belay.twins.Terms.Tuple;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/// A server that does what it is told, the twin of `clerk.erl`, and the steps that scenarios with
/// servers share.
final class Clerk extends Server<Clerk.Order> {
  /// What it can be told.
  sealed interface Order {}

  record Do(Deed deed) implements Order {}

  record Ask(Question question) implements Order, Call<Order, Object> {}

  @FunctionalInterface
  interface Deed {
    void on(Clerk clerk) throws Exception;
  }

  @FunctionalInterface
  interface Question {
    void on(Clerk clerk, Ask call) throws Exception;
  }

  @FunctionalInterface
  interface Other {
    void on(Object message) throws Exception;
  }

  @FunctionalInterface
  interface Will {
    void on(ExitReason reason) throws Exception;
  }

  private final Deed init;
  Other onInfo = message -> {};
  Deed onTimeout = clerk -> {};
  Will onCleanUp = reason -> {};

  /// Whatever it is told to keep.
  Object kept = "nothing";

  private Clerk(Deed init) {
    this.init = init;
  }

  static ServerRef<Order> start() {
    return start(clerk -> {});
  }

  static ServerRef<Order> start(Deed init) {
    return Server.start(with(init));
  }

  static Callable<Clerk> with(Deed init) {
    return () -> new Clerk(init);
  }

  /// Begins as one that traps exits, and says what comes and how it ends.
  static Deed listening(Trace t) {
    return clerk -> {
      trapExits(true);
      clerk.onInfo = message -> t.say("info", message);
      clerk.onTimeout = self -> t.say("timeout");
      clerk.onCleanUp = reason -> t.say("terminate", reason);
    };
  }

  static Do tell(Deed deed) {
    return new Do(deed);
  }

  static Ask ask(Question question) {
    return new Ask(question);
  }

  /// A question that is answered at once.
  static Ask ask(Object answer) {
    return new Ask((clerk, call) -> clerk.answer(call, answer));
  }

  static Pid pid(ServerRef<?> server) {
    return server.pid().orElseThrow();
  }

  /// What comes of a call, or of stopping somebody.
  static Tuple called(Supplier<?> call) {
    try {
      return tuple("reply", call.get());
    } catch (CallException e) {
      return tuple("failed", e.reason());
    }
  }

  static Tuple stopped(Runnable stop) {
    return called(() -> {
      stop.run();
      return "ok";
    });
  }

  /// What comes of a start: `{ok, Pid}`, `ignore` or `{error, Reason}`.
  static Object started(Supplier<? extends ServerRef<?>> start) {
    try {
      return tuple("ok", pid(start.get()));
    } catch (StartException e) {
      return notStarted(e);
    }
  }

  static Object notStarted(StartException e) {
    if (e.isIgnored()) {
      return "ignore";
    }
    return tuple(
        "error",
        e.alreadyStarted()
            .<Object>map(running -> tuple("already_started", running))
            .orElse(e.reason()));
  }

  @Override
  protected void init() throws Exception {
    init.on(this);
  }

  @Override
  protected void handleMessage(Order order) throws Exception {
    switch (order) {
      case Do(Deed deed) -> deed.on(this);
      case Ask ask -> ask.question().on(this, ask);
    }
  }

  @Override
  protected void handleInfo(Object message) throws Exception {
    onInfo.on(message);
  }

  @Override
  protected void handleContinue(Object what) throws Exception {
    ((Deed) what).on(this);
  }

  @Override
  protected void handleTimeout() throws Exception {
    onTimeout.on(this);
  }

  @Override
  protected void cleanUp(ExitReason reason) throws Exception {
    onCleanUp.on(reason);
  }

  void answer(Ask call, Object reply) {
    reply(call, reply);
  }

  From<Object> take(Ask call) {
    return from(call);
  }

  void goOn(Deed deed) {
    continueWith(deed);
  }

  void waitFor(int millis) {
    timeoutAfter(Duration.ofMillis(millis));
  }

  void end(ExitReason reason) {
    stop(reason);
  }

  static RuntimeException unneeded() {
    return ignore();
  }
}
