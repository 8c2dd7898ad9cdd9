package dev.belay.internal.line;

import dev.belay.Destination;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Subject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One signal on its way to another node; a member of a line's outbox.
///
/// It is made before the section that commits to it, so that nothing is allocated there.
public final class OutSignal {
  /// Of the id of a spawn's answer: they are linked.
  public static final long LINKED = 1;

  /// Of the id of a spawn's answer: the parent monitors the child.
  public static final long MONITORED = 2;

  /// What it is.
  public enum Kind {
    /// A message, already encoded, to a pid, a name or an alias.
    MESSAGE,
    /// A link.
    LINK,
    /// An unlink, with an id.
    UNLINK,
    /// The acknowledgement of an unlink, with its id.
    UNLINK_ACK,
    /// The exit of a linked process.
    LINK_EXIT,
    /// An exit signal that somebody sent.
    EXIT,
    /// A monitor, of a pid or a name.
    MONITOR,
    /// A monitor is taken off.
    DEMONITOR,
    /// What a monitor is told.
    DOWN,
    /// The answer to a request to spawn.
    SPAWN_REPLY
  }

  private final Kind kind;
  private final Pid from;
  private final Destination to;
  private final @Nullable Subject subject;
  private final @Nullable Ref ref;
  private final long id;
  private final @Nullable ExitReason reason;
  private final @Nullable Object payload;

  /// The next older one in the outbox, and later the next one to be written. Belongs to whoever
  /// pushes it, and then to the writer.
  public @Nullable OutSignal next;

  private OutSignal(
      Kind kind,
      Pid from,
      Destination to,
      @Nullable Subject subject,
      @Nullable Ref ref,
      long id,
      @Nullable ExitReason reason,
      @Nullable Object payload) {
    this.kind = kind;
    this.from = from;
    this.to = to;
    this.subject = subject;
    this.ref = ref;
    this.id = id;
    this.reason = reason;
    this.payload = payload;
  }

  /// Makes a message.
  ///
  /// @param from who sends it
  /// @param to a pid, a name or an alias of the other node
  /// @param payload what [Carrier#encode] has made of it
  /// @return the signal
  public static OutSignal message(Pid from, Destination to, Object payload) {
    return new OutSignal(Kind.MESSAGE, from, to, null, null, 0, null, payload);
  }

  /// Makes a link.
  ///
  /// @param from who links
  /// @param to with whom
  /// @return the signal
  public static OutSignal link(Pid from, Pid to) {
    return new OutSignal(Kind.LINK, from, to, null, null, 0, null, null);
  }

  /// Makes an unlink.
  ///
  /// @param id which the acknowledgement will carry
  /// @param from who unlinks
  /// @param to from whom
  /// @return the signal
  public static OutSignal unlink(long id, Pid from, Pid to) {
    return new OutSignal(Kind.UNLINK, from, to, null, null, id, null, null);
  }

  /// Makes the acknowledgement of an unlink.
  ///
  /// @param id the unlink's
  /// @param from who was unlinked
  /// @param to who has unlinked
  /// @return the signal
  public static OutSignal unlinkAck(long id, Pid from, Pid to) {
    return new OutSignal(Kind.UNLINK_ACK, from, to, null, null, id, null, null);
  }

  /// Makes the exit of a linked process.
  ///
  /// @param from who ended
  /// @param to who is linked with it
  /// @param reason why
  /// @return the signal
  public static OutSignal linkExit(Pid from, Pid to, ExitReason reason) {
    return new OutSignal(Kind.LINK_EXIT, from, to, null, null, 0, reason, null);
  }

  /// Makes an exit signal.
  ///
  /// @param from who sends it
  /// @param to to whom
  /// @param reason why
  /// @return the signal
  public static OutSignal exit(Pid from, Pid to, ExitReason reason) {
    return new OutSignal(Kind.EXIT, from, to, null, null, 0, reason, null);
  }

  /// Makes a monitor.
  ///
  /// @param watcher who monitors
  /// @param subject a pid or a name of the other node
  /// @param ref the monitor
  /// @return the signal
  public static OutSignal monitor(Pid watcher, Subject subject, Ref ref) {
    return new OutSignal(
        Kind.MONITOR, watcher, (Destination) subject, subject, ref, 0, null, null);
  }

  /// Makes what takes a monitor off.
  ///
  /// @param watcher who monitors
  /// @param subject what it monitors, as it was said
  /// @param ref the monitor
  /// @return the signal
  public static OutSignal demonitor(Pid watcher, Subject subject, Ref ref) {
    return new OutSignal(
        Kind.DEMONITOR, watcher, (Destination) subject, subject, ref, 0, null, null);
  }

  /// Makes what a monitor is told.
  ///
  /// @param from a pid of this node, for who sends it; without meaning if the subject is a name
  /// @param subject what was monitored, as the watcher has said it
  /// @param watcher who monitors
  /// @param ref the monitor
  /// @param reason why the process ended
  /// @return the signal
  public static OutSignal down(
      Pid from, Subject subject, Pid watcher, Ref ref, ExitReason reason) {
    return new OutSignal(Kind.DOWN, from, watcher, subject, ref, 0, reason, null);
  }

  /// Makes the answer to a request to spawn that was met.
  ///
  /// @param child the new process
  /// @param parent who has asked for it
  /// @param ref the request, which is the monitor, too
  /// @param linked whether they are linked
  /// @param monitored whether the parent monitors it
  /// @return the signal
  public static OutSignal spawned(
      Pid child, Pid parent, Ref ref, boolean linked, boolean monitored) {
    long flags = (linked ? LINKED : 0) | (monitored ? MONITORED : 0);
    return new OutSignal(Kind.SPAWN_REPLY, child, parent, null, ref, flags, null, null);
  }

  /// Makes the answer to a request to spawn that was not met.
  ///
  /// @param from any pid of this node
  /// @param parent who has asked
  /// @param ref the request
  /// @param why in Erlang's words
  /// @return the signal
  public static OutSignal notSpawned(Pid from, Pid parent, Ref ref, String why) {
    return new OutSignal(Kind.SPAWN_REPLY, from, parent, null, ref, 0, null, why);
  }

  /// Returns why a request to spawn was not met.
  ///
  /// @return why, or null if it was
  public @Nullable String refusal() {
    return (String) payload;
  }

  /// Returns what it is.
  ///
  /// @return the kind
  public Kind kind() {
    return kind;
  }

  /// Returns who sends it.
  ///
  /// @return a pid of this node
  public Pid from() {
    return from;
  }

  /// Returns to whom it goes.
  ///
  /// @return a pid, a name or an alias of the other node
  public Destination to() {
    return to;
  }

  /// Returns what is or was monitored, as the watcher says it.
  ///
  /// @return a pid or a name
  public Subject subject() {
    return Objects.requireNonNull(subject);
  }

  /// Returns the monitor.
  ///
  /// @return the reference that its watcher made
  public Ref ref() {
    return Objects.requireNonNull(ref);
  }

  /// Returns the id of an unlink, or what ties a spawned process to its parent.
  ///
  /// @return the id
  public long id() {
    return id;
  }

  /// Returns the reason of an exit or a down.
  ///
  /// @return the reason
  public ExitReason reason() {
    return Objects.requireNonNull(reason);
  }

  /// Returns the encoded message.
  ///
  /// @return what [Carrier#encode] has made
  public Object payload() {
    return Objects.requireNonNull(payload);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(kind.toString()).append(' ').append(from);
    text.append(" -> ").append(to);
    if (ref != null) {
      text.append(' ').append(ref);
    }
    if (id != 0) {
      text.append(" id ").append(id);
    }
    if (reason != null) {
      text.append(' ').append(reason);
    }
    return text.toString();
  }
}
