package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.ExitSignalError;
import dev.belay.Pid;
import dev.belay.Sendable;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// The process of [Events].
///
/// @param <E> the type of the events
final class EventsProcess<E> extends Server<EventsProcess.Request> {
  /*
   * All is the process's own. A handler is taken out of `seats` before it cleans up, so that whatever its code does, it is called for
   * nothing else any more. `linked` holds the owners with whom this process has made a link for the sake of their handlers; one that was
   * linked before, as a parent is, keeps its link.
   */

  /// What it is asked for.
  sealed interface Request {}

  record Notify(Object event) implements Request {}

  record SyncNotify(Object event) implements Request, Call<Request, Boolean> {}

  @Sendable
  record Add(String id, Callable<? extends EventHandler<?>> handler, @Nullable Pid owner)
      implements Request, Call<Request, Outcome> {}

  record Remove(String id, @Nullable Object argument) implements Request, Call<Request, Outcome> {}

  @Sendable
  record Swap(String id, String by, Callable<? extends EventHandler<?>> handler)
      implements Request, Call<Request, Outcome> {}

  record Ask(String id, Call<?, ?> request) implements Request, Call<Request, Outcome> {}

  record Handlers() implements Request, Call<Request, List<String>> {}

  /// What came of a request, or why nothing did, to be thrown where it was made.
  @Sendable
  record Outcome(@Nullable Object value, @Nullable HandlerException refused) {
    static Outcome of(@Nullable Object value) {
      return new Outcome(value, null);
    }

    static Outcome refused(HandlerException why) {
      return new Outcome(null, why);
    }

    @Nullable Object get() {
      if (refused != null) {
        throw refused.here();
      }
      return value;
    }
  }

  private record Seat(String id, EventHandler<Object> handler, @Nullable Pid owner) {}

  @FunctionalInterface
  private interface Work {
    void on(EventHandler<Object> handler) throws Exception;
  }

  private final Class<E> type;
  private final Map<String, Callable<? extends EventHandler<? super E>>> first;

  /// In the order in which they get an event.
  private final List<Seat> seats = new ArrayList<>();

  private final Set<Pid> linked = new HashSet<>();

  EventsProcess(Class<E> type, Map<String, Callable<? extends EventHandler<? super E>>> first) {
    super(Request.class);
    this.type = type;
    this.first = first;
  }

  @Override
  protected void init() {
    Belay.trapExits(true);
    first.forEach((id, handler) -> {
      HandlerException failure = seat(seats.size(), id, handler, null, null);
      if (failure != null) {
        endAll(ExitReason.SHUTDOWN);
        throw failure;
      }
    });
  }

  @Override
  protected void handleMessage(Request request) {
    switch (request) {
      case Notify(Object event) -> tellAll("handleEvent", event, h -> h.handleEvent(event));
      case SyncNotify notify -> {
        Object event = notify.event();
        tellAll("handleEvent", event, h -> h.handleEvent(event));
        reply(notify, true);
      }
      case Add add -> reply(add, add(add));
      case Remove remove -> reply(remove, remove(remove));
      case Swap swap -> reply(swap, swap(swap));
      case Ask ask -> reply(ask, ask(ask));
      case Handlers handlers -> reply(handlers, seats.stream().map(Seat::id).toList());
    }
  }

  @Override
  protected void handleInfo(Object message) {
    if (message instanceof Exit exit && !Belay.isAlive(exit.pid())) {
      linked.remove(exit.pid());
      for (Seat seat : List.copyOf(seats)) {
        if (exit.pid().equals(seat.owner())) {
          remove(seat, new Removal.OwnerEnded(exit.reason()));
        }
      }
    }
    tellAll("handleInfo", message, h -> h.handleInfo(message));
  }

  @Override
  protected void cleanUp(ExitReason reason) {
    endAll(reason);
  }

  private void endAll(ExitReason reason) {
    for (Seat seat : List.copyOf(seats)) {
      remove(seat, new Removal.Stopped(reason));
    }
  }

  private void tellAll(String what, Object with, Work work) {
    for (Seat seat : List.copyOf(seats)) {
      run(seat, what, with, work);
    }
  }

  /// Has one handler do something.
  ///
  /// @return what it failed with, or null
  private @Nullable ExitReason run(Seat seat, String what, Object with, Work work) {
    try {
      work.on(seat.handler());
    } catch (ExitSignalError e) {
      throw e;
    } catch (Throwable e) {
      ExitReason reason = reasonOf(e);
      report(seat, "failed in " + what + "(" + Text.of(with) + "), and is removed", e);
      remove(seat, new Removal.Failed(reason));
      return reason;
    }
    if (seat.handler().isLeaving()) {
      remove(seat, new Removal.Finished());
    }
    return null;
  }

  private static ExitReason reasonOf(Throwable thrown) {
    return thrown instanceof ExitException exit ? exit.reason() : ExitReason.crash(thrown);
  }

  private static void report(Seat seat, String what, Throwable thrown) {
    EventHandler<?> handler = seat.handler();
    System.getLogger("dev.belay")
        .log(
            Level.ERROR,
            () ->
                "events "
                    + Belay.self()
                    + ": handler "
                    + seat.id()
                    + " "
                    + what
                    + "; its state: "
                    + Text.of(handler, handler::describeState),
            thrown);
  }

  private Optional<Seat> find(String id) {
    return seats.stream().filter(seat -> seat.id().equals(id)).findFirst();
  }

  /// Returns a handler, to be looked at.
  EventHandler<?> handler(String id) {
    return find(id).orElseThrow(() -> HandlerException.notFound(id)).handler();
  }

  @Override
  GenProtocol.Listener listener() {
    return new GenProtocol.Listener(GenProtocol.Kind.EVENTS, type);
  }

  @Override
  Class<?> ownType() {
    return Events.class;
  }

  @Override
  protected String describeState() {
    return "handlers " + seats.stream().map(Seat::id).toList();
  }

  // what it is asked for

  private Outcome add(Add add) {
    if (find(add.id()).isPresent()) {
      return Outcome.refused(HandlerException.alreadyThere(add.id()));
    }
    HandlerException failure = seat(seats.size(), add.id(), add.handler(), add.owner(), null);
    return failure != null ? Outcome.refused(failure) : Outcome.of(null);
  }

  private Outcome remove(Remove remove) {
    return find(remove.id())
        .map(seat -> Outcome.of(remove(seat, new Removal.Asked(remove.argument()))))
        .orElseGet(() -> Outcome.refused(HandlerException.notFound(remove.id())));
  }

  private Outcome swap(Swap swap) {
    if (!swap.id().equals(swap.by()) && find(swap.by()).isPresent()) {
      return Outcome.refused(HandlerException.alreadyThere(swap.by()));
    }
    int place = seats.size();
    Pid owner = null;
    Object left = null;
    Optional<Seat> old = find(swap.id());
    if (old.isPresent()) {
      place = seats.indexOf(old.get());
      owner = old.get().owner();
      left = remove(old.get(), new Removal.Swapped(swap.by()));
    }
    HandlerException failure = seat(place, swap.by(), swap.handler(), owner, left);
    if (failure != null && owner != null) {
      // It has heard that the one before was swapped, and counts on the new one.
      ExitReason reason = failure.reason().orElseThrow();
      Belay.send(owner, new HandlerRemoved(Belay.self(), swap.by(), new Removal.Failed(reason)));
      release(owner);
    }
    return failure != null ? Outcome.refused(failure) : Outcome.of(null);
  }

  private Outcome ask(Ask ask) {
    Optional<Seat> seat = find(ask.id());
    if (seat.isEmpty()) {
      return Outcome.refused(HandlerException.notFound(ask.id()));
    }
    @Nullable Object[] reply = new @Nullable Object[1];
    ExitReason failure =
        run(seat.get(), "handleCall", ask.request(), h -> reply[0] = h.serve(ask.request()));
    return failure != null
        ? Outcome.refused(HandlerException.failed(ask.id(), "handleCall", failure))
        : Outcome.of(reply[0]);
  }

  // coming and going

  /// Makes a handler and gives it a place.
  ///
  /// @param left what the one before has left to it
  /// @return why it has none, or null
  private @Nullable HandlerException seat(
      int place,
      String id,
      Callable<? extends EventHandler<?>> maker,
      @Nullable Pid owner,
      @Nullable Object left) {
    EventHandler<Object> handler;
    try {
      @SuppressWarnings("unchecked") // whoever adds it has shown that it handles such events
      EventHandler<Object> made = (EventHandler<Object>) maker.call();
      made.begin(left);
      handler = made;
    } catch (ExitSignalError e) {
      throw e;
    } catch (Throwable e) {
      return HandlerException.failed(id, "init", reasonOf(e));
    }
    Seat seat = new Seat(id, handler, owner);
    seats.add(place, seat);
    if (owner != null && !isLinkedWith(owner)) {
      linked.add(owner);
      // One that has ended is answered by its Exit.
      Belay.link(owner);
    }
    if (handler.isLeaving()) {
      remove(seat, new Removal.Finished());
    }
    return null;
  }

  private static boolean isLinkedWith(Pid other) {
    return Belay.info(Belay.self()).orElseThrow().links().contains(other);
  }

  /// Takes a handler out, has it clean up, and tells whom it belongs to.
  ///
  /// @return what it has left
  private @Nullable Object remove(Seat seat, Removal why) {
    seats.remove(seat);
    Object left = null;
    try {
      left = seat.handler().cleanUp(why);
    } catch (ExitSignalError e) {
      throw e;
    } catch (Throwable e) {
      report(seat, "failed in cleanUp(" + Text.of(why) + ")", e);
    }
    Pid owner = seat.owner();
    if (owner != null && !(why instanceof Removal.OwnerEnded)) {
      Belay.send(owner, new HandlerRemoved(Belay.self(), seat.id(), why));
      if (!(why instanceof Removal.Swapped)) {
        release(owner);
      }
    }
    return left;
  }

  /// Gives up the link with a process to which no handler belongs any more.
  private void release(Pid owner) {
    if (seats.stream().noneMatch(other -> owner.equals(other.owner())) && linked.remove(owner)) {
      Belay.unlink(owner);
    }
  }
}
