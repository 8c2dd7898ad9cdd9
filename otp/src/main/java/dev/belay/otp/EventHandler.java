package dev.belay.otp;

import org.jspecify.annotations.Nullable;

/// One who hears the events of an [Events] process: an event handler of Erlang's `gen_event`.
///
/// Extend it; the state is in the fields of the class. All is called in the process of the events,
/// one after the other, where all verbs work and mean that process.
///
/// ```java
/// final class Journal extends EventHandler<Alarm> {
///   record Count() implements Call<Count, Integer> {}
///
///   private final List<Alarm> alarms = new ArrayList<>();
///
///   @Override
///   protected void handleEvent(Alarm alarm) {
///     alarms.add(alarm);
///   }
///
///   @Override
///   protected void handleCall(Call<?, ?> request) {
///     switch (request) {
///       case Count count -> reply(count, alarms.size());
///       default -> super.handleCall(request);
///     }
///   }
/// }
/// ```
///
/// Whatever a handler throws, it alone is removed for it: [#cleanUp] is called with a
/// [Removal.Failed], the log says so, with its state ([#describeState]), and the others go on
/// (GE1).
///
/// **When not to use it.** For what takes long: the other handlers, and the next events, wait
/// meanwhile. Let the handler send the event to a process of its own.
///
/// @param <E> the type of the events
public abstract class EventHandler<E> {
  /*
   * Used by the process of the events only. `serving` is the request that is being handled, and `reply` what it is answered with when
   * the handler has returned.
   */
  private @Nullable Call<?, ?> serving;
  private boolean hasReply;
  private @Nullable Object reply;
  private boolean leaving;
  private boolean used;

  /// Makes the handler; in the process of the events, if it is added by a constructor.
  protected EventHandler() {}

  // what the user writes

  /// Begins: called before any event.
  ///
  /// @param left what the handler that this one takes the place of has returned from [#cleanUp], if
  ///   it was swapped in; otherwise null
  /// @throws Exception anything: the handler is not added, and whoever adds it is told
  protected void init(@Nullable Object left) throws Exception {}

  /// Handles an event, in the order in which they came.
  ///
  /// @param event the event
  /// @throws Exception anything: the handler is removed
  protected abstract void handleEvent(E event) throws Exception;

  /// Handles a request to this handler, and answers it by [#reply]. Without this, requests are
  /// refused by an exception, as anything is that is thrown here.
  ///
  /// @param request the request
  /// @throws Exception anything: the handler is removed, and the caller is told
  protected void handleCall(Call<?, ?> request) throws Exception {
    throw new IllegalArgumentException(
        getClass().getName() + " does not handle the request " + Text.of(request));
  }

  /// Handles a message to the process that is no event, a [dev.belay.Down] for example: each
  /// handler gets it. Without this it is ignored.
  ///
  /// @param message the message
  /// @throws Exception anything: the handler is removed
  protected void handleInfo(Object message) throws Exception {}

  /// The handler was removed, and may clean up. What this throws is logged.
  ///
  /// @param why why
  /// @return what whoever removed it gets, or the handler that takes its place; null for nothing
  /// @throws Exception anything
  protected @Nullable Object cleanUp(Removal why) throws Exception {
    return null;
  }

  /// Describes the state in a line, for people: in the log, when the handler has failed. By default
  /// this is its `toString`, if the class has one. Override it to say what is worth knowing, and to
  /// keep secrets out of logs. What this throws harms nobody.
  ///
  /// @return the state; only the beginning is shown of a long text
  protected String describeState() {
    return Text.hasText(getClass())
        ? toString()
        : "not described: override describeState() or toString()";
  }

  // what the user calls

  /// Answers the request that is being handled. The reply is sent when the handler has returned.
  ///
  /// @param request the request that is being handled
  /// @param value the reply
  /// @param <R> its type
  /// @throws IllegalStateException if another request is being handled, or none is, or this one has
  ///   its reply
  protected final <R extends @Nullable Object> void reply(Call<?, R> request, R value) {
    if (serving != request) {
      throw new IllegalStateException(
          "reply(" + Text.of(request) + ", …): this is not the request that is being handled");
    }
    if (hasReply) {
      throw new IllegalStateException(
          "reply(" + Text.of(request) + ", …): it has its reply already");
    }
    hasReply = true;
    reply = value;
  }

  /// Has this handler removed when what it is handling has returned, with [Removal.Finished].
  protected final void remove() {
    leaving = true;
  }

  // what the process of the events calls

  final void begin(@Nullable Object left) throws Exception {
    if (used) {
      throw new IllegalStateException(
          "this " + getClass().getName() + " was added before: each time needs one of its own");
    }
    used = true;
    init(left);
  }

  /// Handles a request.
  ///
  /// @return the reply
  final @Nullable Object serve(Call<?, ?> request) throws Exception {
    serving = request;
    hasReply = false;
    try {
      handleCall(request);
      if (!hasReply) {
        throw new IllegalStateException(
            "handleCall(" + Text.of(request) + ") has returned without a reply");
      }
      return reply;
    } finally {
      serving = null;
      reply = null;
    }
  }

  final boolean isLeaving() {
    return leaving;
  }
}
