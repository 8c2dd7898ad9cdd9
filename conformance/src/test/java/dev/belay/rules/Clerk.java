package dev.belay.rules;

import dev.belay.ExitReason;
import dev.belay.otp.Call;
import dev.belay.otp.From;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A server that does what it is told, and keeps what has happened to it.
final class Clerk extends Server<Clerk.Order> {
  /// What it can be told.
  sealed interface Order {}

  record Do(Deed deed) implements Order {}

  record Ask(Question question) implements Order, Call<Order, Object> {}

  interface Deed {
    void on(Clerk clerk) throws Exception;
  }

  interface Question {
    void on(Clerk clerk, Ask call) throws Exception;
  }

  interface Ending {
    void on(ExitReason reason) throws Exception;
  }

  interface Other {
    void on(Object message) throws Exception;
  }

  /// Everything that was handled, in order; may be read by others.
  final List<Object> handled = Collections.synchronizedList(new ArrayList<>());

  Deed init = clerk -> {};
  Deed onTimeout = clerk -> clerk.handled.add("timeout");
  Deed onContinue = clerk -> {};
  Ending onCleanUp = reason -> {};
  Other onInfo = handled::add;

  static Clerk with(Deed init) {
    Clerk clerk = new Clerk();
    clerk.init = init;
    return clerk;
  }

  static ServerRef<Order> start() {
    return Server.start(Clerk::new);
  }

  static Ask ask(Question question) {
    return new Ask(question);
  }

  static Object tell(ServerRef<Order> clerk, Deed deed) {
    return clerk.call(
        ask((p, call) -> {
          deed.on(p);
          p.answer(call, "done");
        }));
  }

  /// Returns what a clerk has handled until now, this question not.
  static List<Object> handledBy(ServerRef<Order> clerk) {
    List<Object> handled = new ArrayList<>();
    clerk.call(
        ask((p, call) -> {
          handled.addAll(p.handled);
          handled.removeLast();
          p.answer(call, "done");
        }));
    return handled;
  }

  @Override
  protected void init() throws Exception {
    init.on(this);
  }

  @Override
  protected void handleMessage(Order order) throws Exception {
    handled.add(order);
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
    handled.add(what);
    onContinue.on(this);
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

  void goOnWith(Object what) {
    continueWith(what);
  }

  void waitFor(Duration time) {
    timeoutAfter(time);
  }

  void end(ExitReason reason) {
    stop(reason);
  }

  static RuntimeException unneeded() {
    return ignore();
  }
}
