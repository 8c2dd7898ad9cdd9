package dev.belay.rules;

import static dev.belay.Belay.exit;

import dev.belay.ExitReason;
import dev.belay.otp.Call;
import dev.belay.otp.EventHandler;
import dev.belay.otp.Events;
import dev.belay.otp.EventsRef;
import dev.belay.otp.Removal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A handler that says what it does, and does what an event of the form `id!what` asks for.
final class Ear extends EventHandler<Object> {
  static final ExitReason ODD = ExitReason.term("odd");

  /// Asks how many events a handler has had.
  record Count() implements Call<Count, Integer> {}

  /// Asks it to do something.
  record Do(Deed deed) implements Call<Do, Object> {}

  interface Deed {
    void on(Ear ear, Do request) throws Exception;
  }

  final String id;
  private final List<Object> done;
  int count;

  /// Whether it throws when it is removed.
  boolean failsToCleanUp;

  Ear(String id, List<Object> done) {
    this.id = id;
    this.done = done;
  }

  @Override
  protected void init(@Nullable Object left) {
    done.add(id + " begins" + (left == null ? "" : " with " + left));
    if (id.equals("brief")) {
      remove();
    }
  }

  @Override
  protected void handleEvent(Object event) {
    count++;
    done.add(id + " " + event);
    if (event.equals(id + "!crash")) {
      throw new IllegalStateException("crash of " + id);
    }
    if (event.equals(id + "!error")) {
      throw new StackOverflowError("error of " + id);
    }
    if (event.equals(id + "!exit")) {
      throw exit(ODD);
    }
    if (event.equals(id + "!remove")) {
      remove();
    }
  }

  @Override
  protected void handleCall(Call<?, ?> request) throws Exception {
    switch (request) {
      case Count all -> reply(all, count);
      case Do it -> it.deed().on(this, it);
      default -> super.handleCall(request);
    }
  }

  @Override
  protected void handleInfo(Object message) {
    done.add(id + " info " + message);
    if (message.equals(id + "!crash")) {
      throw new IllegalStateException("crash of " + id);
    }
  }

  @Override
  protected @Nullable Object cleanUp(Removal why) {
    done.add(id + " ends: " + brief(why));
    if (failsToCleanUp || why.equals(new Removal.Asked("crash"))) {
      throw new IllegalStateException("crash of cleanUp");
    }
    return "what " + id + " left";
  }

  @Override
  protected String describeState() {
    return id + " after " + count;
  }

  void answer(Do request, Object reply) {
    reply(request, reply);
  }

  /// Starts a process with handlers, which have begun.
  ///
  /// @param done where they say what they do
  static EventsRef<Object> start(List<Object> done, String... ids) {
    Events<Object> events = Events.of(Object.class);
    for (String id : ids) {
      events = events.handler(id, () -> new Ear(id, done));
    }
    EventsRef<Object> started = events.startLink();
    done.clear();
    return started;
  }

  private static String brief(Removal why) {
    return switch (why) {
      case Removal.Asked asked -> "asked with " + asked.argument();
      case Removal.Swapped swapped -> "swapped by " + swapped.by();
      case Removal.Finished _ -> "finished";
      case Removal.Failed(ExitReason.Crash crash) -> "failed: " + crash.throwable().getMessage();
      case Removal.Failed failed -> "failed: " + failed.reason();
      case Removal.OwnerEnded ended -> "owner ended: " + ended.reason();
      case Removal.Stopped stopped -> "stopped: " + stopped.reason();
    };
  }
}
