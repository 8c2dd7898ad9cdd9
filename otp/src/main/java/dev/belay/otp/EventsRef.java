package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Sendable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Where an [Events] process is, and what it can be asked for. References are values, safe to share
/// and to send.
///
/// ```java
/// EventsRef<Alarm> alarms = EventsRef.named(node(), "alarms", Alarm.class);
/// alarms.notify(new Alarm("smoke", 4)); // goes on at once
/// alarms.syncNotify(new Alarm("fire", 4)); // when all handlers have handled it
/// ```
///
/// The methods work in processes and on other threads; a handler may only [#notify] its own
/// process, which cannot wait for itself. Those that wait do so for 5 seconds at most, if nothing
/// else is said, and throw a [CallException] as calls do: if the process does not exist, ends
/// meanwhile, or does not answer in time. What was asked for is then done nevertheless, if the
/// process lives.
///
/// @param <E> the type of the events
@Sendable
public final class EventsRef<E> {
  private final ServerRef<EventsProcess.Request> server;

  private EventsRef(ServerRef<EventsProcess.Request> server) {
    this.server = server;
  }

  /// Refers to one process.
  ///
  /// @param node its node
  /// @param pid the process, which should be one of [Events]
  /// @param type the class of the events
  /// @param <E> the type of the events
  /// @return the reference
  public static <E> EventsRef<E> of(Node node, Pid pid, Class<E> type) {
    Objects.requireNonNull(type, "type");
    return new EventsRef<>(ServerRef.at(node, pid));
  }

  /// Refers to whoever is registered under a name when the reference is used.
  ///
  /// @param node the node with the name
  /// @param name the name, which a process of [Events] should have
  /// @param type the class of the events
  /// @param <E> the type of the events
  /// @return the reference
  public static <E> EventsRef<E> named(Node node, String name, Class<E> type) {
    Objects.requireNonNull(type, "type");
    return new EventsRef<>(ServerRef.named(node, name, EventsProcess.Request.class));
  }

  // events

  /// Sends an event, and goes on. Never fails for want of a process.
  ///
  /// @param event any immutable value
  public void notify(E event) {
    server.cast(new EventsProcess.Notify(Objects.requireNonNull(event, "event")));
  }

  /// Sends an event, and waits until all handlers have handled it.
  ///
  /// @param event any immutable value
  public void syncNotify(E event) {
    syncNotify(event, ServerRef.DEFAULT_TIMEOUT);
  }

  /// Sends an event, and waits until all handlers have handled it.
  ///
  /// @param event any immutable value
  /// @param timeout how long to wait at most; the event is handled nevertheless
  public void syncNotify(E event, Duration timeout) {
    server.call(new EventsProcess.SyncNotify(Objects.requireNonNull(event, "event")), timeout);
  }

  // handlers

  /// Adds a handler, behind those that are there, and waits until it has begun.
  ///
  /// @param id by which it is removed and asked
  /// @param handler makes it, in the process of the events: usually a constructor
  /// @throws HandlerException if there is one with this id, or it does not begin
  public void add(String id, Callable<? extends EventHandler<? super E>> handler) {
    add(id, handler, null);
  }

  /// Adds a handler that belongs to the calling process, and waits until it has begun (GE2).
  ///
  /// When the calling process ends, the handler is removed, with [Removal.OwnerEnded]. When the
  /// handler is removed for another reason, the calling process gets a [HandlerRemoved]. The two
  /// processes are linked as long as there is such a handler, so that the caller hears if the
  /// process of the events is killed, too.
  ///
  /// @param id by which it is removed and asked
  /// @param handler makes it, in the process of the events: usually a constructor
  /// @throws HandlerException if there is one with this id, or it does not begin
  public void addSupervised(String id, Callable<? extends EventHandler<? super E>> handler) {
    add(id, handler, Belay.self());
  }

  private void add(
      String id, Callable<? extends EventHandler<? super E>> handler, @Nullable Pid owner) {
    done(
        new EventsProcess.Add(
            Objects.requireNonNull(id, "id"), Objects.requireNonNull(handler, "handler"), owner));
  }

  /// Removes a handler, and waits until it has cleaned up.
  ///
  /// @param id the handler
  /// @return what its [EventHandler#cleanUp] returned, if that was something
  /// @throws HandlerException if there is none with this id
  public Optional<Object> remove(String id) {
    return remove(id, null);
  }

  /// Removes a handler, and waits until it has cleaned up.
  ///
  /// @param id the handler
  /// @param argument what it gets to know, in [Removal.Asked]
  /// @return what its [EventHandler#cleanUp] returned, if that was something
  /// @throws HandlerException if there is none with this id
  public Optional<Object> remove(String id, @Nullable Object argument) {
    return Optional.ofNullable(
        done(new EventsProcess.Remove(Objects.requireNonNull(id, "id"), argument)));
  }

  /// Puts a handler in the place of another one, between two events, and waits until it has begun.
  /// It gets what the other one's [EventHandler#cleanUp] returned, and belongs to whom that one
  /// belonged to. If there is no other one, or it does not clean up, the new one is added
  /// nevertheless; if the new one does not begin, both are gone, and whom they belong to is told of
  /// the new one, too.
  ///
  /// @param id the one that is there
  /// @param by the id of the new one, which may be the same
  /// @param handler makes it, in the process of the events: usually a constructor
  /// @throws HandlerException if there is another one with this id, or it does not begin
  public void swap(String id, String by, Callable<? extends EventHandler<? super E>> handler) {
    done(
        new EventsProcess.Swap(
            Objects.requireNonNull(id, "id"),
            Objects.requireNonNull(by, "by"),
            Objects.requireNonNull(handler, "handler")));
  }

  /// Calls one handler, and waits for its reply (GE1).
  ///
  /// @param id the handler
  /// @param request what to ask
  /// @param <R> the type of the reply
  /// @return the reply
  /// @throws HandlerException if there is none with this id, or it throws: then it is removed
  public <R extends @Nullable Object> R call(String id, Call<?, R> request) {
    return call(id, request, ServerRef.DEFAULT_TIMEOUT);
  }

  /// Calls one handler, and waits for its reply (GE1).
  ///
  /// @param id the handler
  /// @param request what to ask
  /// @param timeout how long to wait at most
  /// @param <R> the type of the reply
  /// @return the reply
  /// @throws HandlerException if there is none with this id, or it throws: then it is removed
  public <R extends @Nullable Object> R call(String id, Call<?, R> request, Duration timeout) {
    return Calls.reply(
        server
            .call(
                new EventsProcess.Ask(
                    Objects.requireNonNull(id, "id"), Objects.requireNonNull(request, "request")),
                timeout)
            .get());
  }

  /// Lists the handlers.
  ///
  /// @return their ids, in the order in which they get an event
  public List<String> handlers() {
    return server.call(new EventsProcess.Handlers());
  }

  private @Nullable Object done(Call<EventsProcess.Request, EventsProcess.Outcome> request) {
    return server.call(request).get();
  }

  // the process

  /// Ends the process in order, and waits until it has ended.
  ///
  /// @throws CallException if it does not exist
  public void stop() {
    server.stop();
  }

  /// Ends the process in order, and waits until it has ended.
  ///
  /// @param reason what it ends with
  /// @param timeout how long to wait at most; it ends nevertheless, later
  /// @throws CallException if it does not exist, ends for another reason, or not in time
  public void stop(ExitReason reason, Duration timeout) {
    server.stop(reason, timeout);
  }

  /// Returns the process.
  ///
  /// @return its pid; for a name, of whoever has the name now
  public Optional<Pid> pid() {
    return server.pid();
  }

  /// Refers to the same process as a server: for [Sys].
  ///
  /// @return the reference
  public ServerRef<?> server() {
    return server;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventsRef<?> ref && ref.server.equals(server);
  }

  @Override
  public int hashCode() {
    return server.hashCode();
  }

  @Override
  public String toString() {
    return server.toString();
  }
}
