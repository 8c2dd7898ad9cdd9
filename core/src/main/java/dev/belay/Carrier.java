package dev.belay;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What carries the signals of one node to others, and theirs to it: the module `distribution`, or
/// a test. A node has one at most, given by [Node#carry]. Programs have no use for this.
///
/// Threads: all methods may be called from any thread, also from the runtime's own; they do not
/// wait, unless they say so, and do not throw but for want of memory or stack.
public interface Carrier {
  /// A line is there for a node to which there was none: begin to connect. Its outbox is filled
  /// meanwhile. If it cannot be, [Outbox#lose] is to be called.
  ///
  /// @param line the line
  void connect(Outbox line);

  /// There is something in the outbox of a line whose writer has gone to sleep. May be called once
  /// too often.
  ///
  /// @param line the line
  void wake(Outbox line);

  /// The outbox of a line was closed: who writes and who reads it has to end.
  ///
  /// @param line the line
  void lost(Outbox line);

  /// All have heard of the loss of a line: there can be another one to the same node.
  ///
  /// @param line the line
  default void settled(Outbox line) {}

  /// Turns a message, or what [Access#spawn] was given, into what is sent, on the sender's thread.
  /// May run user code.
  ///
  /// @param line on which it will be sent
  /// @param message the message or the request
  /// @return the payload of the signal
  /// @throws IllegalArgumentException if it cannot be sent, and why
  Object encode(Outbox line, Object message);

  /// What [#encode] has made is in the outbox. On the sender's thread; the writer may have taken it
  /// already.
  ///
  /// @param line the line
  /// @param payload what `encode` has returned
  default void pushed(Outbox line, Object payload) {}

  /// Turns what has come back into a message, on the receiver's thread. May run user code.
  ///
  /// @param line the line on which it came
  /// @param payload what was given to [Incoming#message]
  /// @return the message
  /// @throws IllegalArgumentException if it makes no sense: the line is lost for it
  Object decode(Outbox line, Object payload);

  /// Tells whether a message that has come takes room in a mailbox with a bound, as
  /// [Refusable#takesRoom] does. Asked of each, on the thread that reads the line.
  ///
  /// @param line the line on which it came
  /// @param payload what was given to [Incoming#message]
  /// @return whether it does
  default boolean takesRoom(Outbox line, Object payload) {
    return true;
  }

  /// A message that has come will not be received, because its receiver's mailbox is full, as
  /// [Refusable#refused] says of one of the node's own. On the thread of whoever has sent the
  /// message that did not fit: the one that reads the line, or any process's. Must not wait.
  ///
  /// @param line the line on which it came
  /// @param payload what was given to [Incoming#message]
  /// @param why why
  default void refused(Outbox line, Object payload, DroppedMessage.Why why) {}

  /// Tells whether more than a limit waits to be written on a line, so that senders have to wait.
  ///
  /// @param line the line
  /// @param sender who is unparked when there is room, or the line is lost, if this answers that
  ///   there is none
  /// @return whether it has to wait, and to ask again when it is unparked
  boolean isFull(Outbox line, Thread sender);

  /// One connection to one other node, from the attempt to make it to its loss, as its carrier sees
  /// it: what has to be written, and whom to tell of what has been read.
  interface Outbox {
    /// Returns the name of the other node.
    ///
    /// @return the name
    String peer();

    /// Takes all that has to be written, the oldest first, linked by [Signal#next]. For the one
    /// thread that writes.
    ///
    /// @return the oldest, or null if there is nothing, or the line is lost
    @Nullable Signal take();

    /// Says that the writer goes to sleep: who pushes next calls [Carrier#wake].
    ///
    /// @return false if there is something to write, or the line is lost; the writer must not sleep
    boolean park();

    /// Says that the connection to a node of Erlang's is there; see [#up(boolean, boolean)].
    ///
    /// @param visible whether both nodes are visible
    default void up(boolean visible) {
      up(visible, false);
    }

    /// Says that the connection is there: who wants to know of it hears so. Once, and before
    /// anything that has been read is applied. On a line that is lost nothing happens.
    ///
    /// @param visible whether both nodes are visible
    /// @param terminates whether the other node understands [Signal.Kind#TERMINATE]; if not, none
    ///   is ever in the outbox
    void up(boolean visible, boolean terminates);

    /// Tells whether the line is lost.
    ///
    /// @return whether it is
    boolean isLost();

    /// Ends the line, and tells all who are linked or monitor over it, with `noconnection`. Once;
    /// further calls do nothing.
    void lose();

    /// Returns who is to be told of what has been read.
    ///
    /// @return it, for one thread at a time
    Incoming incoming();
  }

  /// Applies the signals of another node to the processes of this one, each as if its sender were
  /// here. Called by the one thread that reads the line, in the order of the wire; nothing here
  /// waits. On a line that is lost nothing happens.
  ///
  /// Processes of this node are meant by pids that [Access] has made, also those that do not exist
  /// any more.
  interface Incoming {
    /// A message to a process.
    ///
    /// @param from who sent it
    /// @param to the receiver
    /// @param payload for [Carrier#decode]
    void message(Pid from, Pid to, Object payload);

    /// A message to whoever holds a name.
    ///
    /// @param from who sent it
    /// @param name the name
    /// @param payload for [Carrier#decode]
    void message(Pid from, String name, Object payload);

    /// A message to an alias.
    ///
    /// @param from who sent it
    /// @param alias the alias
    /// @param payload for [Carrier#decode]
    void message(Pid from, Ref alias, Object payload);

    /// A link.
    ///
    /// @param from who links
    /// @param to with whom
    void link(Pid from, Pid to);

    /// An unlink. It is acknowledged in any case.
    ///
    /// @param id its id
    /// @param from who unlinks
    /// @param to from whom
    void unlink(long id, Pid from, Pid to);

    /// The acknowledgement of an unlink.
    ///
    /// @param id the unlink's
    /// @param from who was unlinked
    /// @param to who has unlinked
    void unlinkAck(long id, Pid from, Pid to);

    /// The exit of a linked process, of which nothing is known but the reason.
    ///
    /// @param from who ended
    /// @param to who is linked with it
    /// @param reason why
    default void linkExit(Pid from, Pid to, ExitReason reason) {
      linkExit(from, to, reason, Trail.EMPTY);
    }

    /// The exit of a linked process.
    ///
    /// @param from who ended
    /// @param to who is linked with it
    /// @param reason why
    /// @param trail the deaths that led here, that of `from` the last one; empty if they are not
    ///   known
    void linkExit(Pid from, Pid to, ExitReason reason, Trail trail);

    /// An exit signal that somebody sent.
    ///
    /// @param from who sent it
    /// @param to to whom
    /// @param reason why
    void exit(Pid from, Pid to, ExitReason reason);

    /// A request to end, whatever the receiver traps.
    ///
    /// @param from who sent it
    /// @param to to whom
    /// @param reason why
    void terminate(Pid from, Pid to, ExitReason reason);

    /// A monitor. If nobody is there it is told so at once.
    ///
    /// @param watcher who monitors
    /// @param subject a pid of this node, or a name
    /// @param ref the monitor
    void monitor(Pid watcher, Subject subject, Ref ref);

    /// A monitor is taken off.
    ///
    /// @param watcher who monitors
    /// @param ref the monitor
    void demonitor(Pid watcher, Ref ref);

    /// A process is given a group leader.
    ///
    /// @param leader the group leader
    /// @param to the process
    void groupLeader(Pid leader, Pid to);

    /// A request to spawn. It is answered before any other signal of the new process.
    ///
    /// @param parent who asks
    /// @param leader the group leader of the child, or null
    /// @param ref the request, which is the monitor, too
    /// @param link the mode of the child's end of a link, or null for none
    /// @param monitored whether the parent monitors the child
    /// @param body what it does
    void spawn(
        Pid parent,
        @Nullable Pid leader,
        Ref ref,
        @Nullable LinkMode link,
        boolean monitored,
        Body body);

    /// A request to spawn a process without a group leader.
    ///
    /// @param parent who asks
    /// @param ref the request, which is the monitor, too
    /// @param linked whether to link them
    /// @param monitored whether the parent monitors the child
    /// @param body what it does
    default void spawn(Pid parent, Ref ref, boolean linked, boolean monitored, Body body) {
      spawn(parent, null, ref, linked ? LinkMode.NORMAL : null, monitored, body);
    }

    /// A request to spawn that cannot be met.
    ///
    /// @param parent who asks
    /// @param ref the request
    /// @param why in Erlang's words
    void refuseSpawn(Pid parent, Ref ref, String why);

    /// A request of this node's to spawn was met. Comes before any other signal of the child. If it
    /// is not what was asked for, the line is lost.
    ///
    /// @param ref the request
    /// @param child the new process, of the other node
    /// @param linked whether it is linked with its parent over there
    /// @param monitored whether it is monitored by its parent over there
    void spawned(Ref ref, Pid child, boolean linked, boolean monitored);

    /// A request of this node's to spawn was not met. Unlike the others this may be called by any
    /// thread.
    ///
    /// @param ref the request
    /// @param why in Erlang's words
    void notSpawned(Ref ref, String why);

    /// What a monitor of this node is told, if nothing is known but the reason.
    ///
    /// @param ref the monitor
    /// @param reason why the process ended
    default void down(Ref ref, ExitReason reason) {
      down(ref, reason, Trail.EMPTY);
    }

    /// What a monitor of this node is told.
    ///
    /// @param ref the monitor
    /// @param reason why the process ended
    /// @param trail the deaths that led here, that of the process the last one; empty if they are
    ///   not known
    void down(Ref ref, ExitReason reason, Trail trail);
  }

  /// What a carrier may do with its node that a program may not; from [Node#carry].
  interface Access {
    /// Returns the line to another node, made now if there is none, which has the carrier connect.
    ///
    /// @param peer the other node's name
    /// @return the line, or null while the loss of the last one is still being told
    @Nullable Outbox line(String peer);

    /// Makes the line for a connection that the other node has made.
    ///
    /// @param peer the other node's name
    /// @return the line, or null if there is one, or the loss of the last one is still being told
    @Nullable Outbox accept(String peer);

    /// Returns the number that tells the incarnations of the node's name apart.
    ///
    /// @return from 4 to 2³²−1
    long creation();

    /// Returns the incarnation of a pid's node.
    ///
    /// @param pid a pid
    /// @return its creation
    long creation(Pid pid);

    /// Returns the pid of a process of any node; one of this node is that of its process.
    ///
    /// @param home the name of the process's node
    /// @param creation the incarnation of that
    /// @param number the process's number
    /// @return the pid
    Pid pid(String home, long creation, long number);

    /// Returns a reference of any node.
    ///
    /// @param home the name of the node that has made it
    /// @param creation the incarnation of that
    /// @param words one to five numbers
    /// @return the reference; one of the node's own is that of its monitor or alias, if there is
    ///   one
    Ref reference(String home, long creation, int[] words);

    /// Returns what a reference is on the wire, and remembers it, so that it can come back.
    ///
    /// @param ref a reference of any node
    /// @return one to five numbers
    int[] words(Ref ref);

    /// Has another node spawn a process for the calling one, and waits for the answer, as
    /// `erlang:spawn_opt/5` does. If that node cannot be reached, or is lost before it answers, the
    /// result is a process of this node that ends at once with [ExitReason#NO_CONNECTION].
    ///
    /// Called by a process of the node on its own thread, as verbs are; also by a plain thread, if
    /// neither a link nor a monitor is wanted. A process that is told to exit meanwhile, or is
    /// interrupted, does not learn of its child: that gets the parent's exit if they were to be
    /// linked, or one with the reason `abandoned`.
    ///
    /// @param peer the other node's name, not this one's
    /// @param request what to spawn, for [Carrier#encode]
    /// @param link the mode of the parent's end of a link, or null for none
    /// @param monitor how the parent monitors the child, or null for not at all
    /// @return what has become of it
    /// @throws VerbException if the calling thread is no process of this node, and a link or a
    ///   monitor is wanted
    /// @throws IllegalArgumentException if the request cannot be sent, and why
    /// @throws ProcessInterruptedException if the wait is interrupted
    Spawned spawn(
        String peer, Object request, @Nullable LinkMode link, @Nullable MonitorOptions monitor);
  }

  /// What has become of a request to spawn: a process, or a refusal.
  ///
  /// @param child the new process, or null
  /// @param ref the monitor, if one was wanted and the request was met
  /// @param refusal why it was not met, in Erlang's words, or null
  record Spawned(@Nullable Pid child, @Nullable Ref ref, @Nullable String refusal) {}

  /// One signal on its way to another node; a member of a line's outbox.
  ///
  /// It is made before the section that commits to it, so that nothing is allocated there.
  final class Signal {
    /// Of the id of a request to spawn and of its answer: they are to be linked, or are.
    public static final long LINKED = 1;

    /// Of the id of a request to spawn and of its answer: the parent is to monitor the child, or
    /// does.
    public static final long MONITORED = 2;

    /// The reason that a child hears from which it was to be linked with a parent that does not
    /// wait for it any more; in Erlang the atom `abandoned`. Told by its identity from a text of a
    /// program's.
    public static final ExitReason ABANDONED = ExitReason.term("abandoned");

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
      /// A request to end, whatever the receiver traps. Only on a line that is up and whose other
      /// node understands it.
      TERMINATE,
      /// A process is given a group leader.
      GROUP_LEADER,
      /// A monitor, of a pid or a name.
      MONITOR,
      /// A monitor is taken off.
      DEMONITOR,
      /// What a monitor is told.
      DOWN,
      /// A request to spawn, already encoded. It is always answered.
      SPAWN_REQUEST,
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

    /// What was encoded, why a request was not met, or the trail of a reason: by the kind.
    private final @Nullable Object payload;

    /// The next older one in the outbox, and later the next one to be written. Belongs to whoever
    /// pushes it, and then to the writer.
    public @Nullable Signal next;

    private Signal(
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
    public static Signal message(Pid from, Destination to, Object payload) {
      return new Signal(Kind.MESSAGE, from, to, null, null, 0, null, payload);
    }

    /// Makes a link.
    ///
    /// @param from who links
    /// @param to with whom
    /// @return the signal
    public static Signal link(Pid from, Pid to) {
      return new Signal(Kind.LINK, from, to, null, null, 0, null, null);
    }

    /// Makes an unlink.
    ///
    /// @param id which the acknowledgement will carry
    /// @param from who unlinks
    /// @param to from whom
    /// @return the signal
    public static Signal unlink(long id, Pid from, Pid to) {
      return new Signal(Kind.UNLINK, from, to, null, null, id, null, null);
    }

    /// Makes the acknowledgement of an unlink.
    ///
    /// @param id the unlink's
    /// @param from who was unlinked
    /// @param to who has unlinked
    /// @return the signal
    public static Signal unlinkAck(long id, Pid from, Pid to) {
      return new Signal(Kind.UNLINK_ACK, from, to, null, null, id, null, null);
    }

    /// Makes the exit of a linked process that did not end now, but is not there.
    ///
    /// @param from who is not there
    /// @param to who is linked with it
    /// @param reason why
    /// @return the signal
    public static Signal linkExit(Pid from, Pid to, ExitReason reason) {
      return linkExit(from, to, reason, Trail.EMPTY);
    }

    /// Makes the exit of a linked process.
    ///
    /// @param from who ended
    /// @param to who is linked with it
    /// @param reason why
    /// @param trail the deaths that led here, that of `from` the last one
    /// @return the signal
    public static Signal linkExit(Pid from, Pid to, ExitReason reason, Trail trail) {
      return new Signal(Kind.LINK_EXIT, from, to, null, null, 0, reason, trail);
    }

    /// Makes an exit signal.
    ///
    /// @param from who sends it
    /// @param to to whom
    /// @param reason why
    /// @return the signal
    public static Signal exit(Pid from, Pid to, ExitReason reason) {
      return new Signal(Kind.EXIT, from, to, null, null, 0, reason, null);
    }

    /// Makes a request to end.
    ///
    /// @param from who sends it
    /// @param to to whom
    /// @param reason why
    /// @return the signal
    public static Signal terminate(Pid from, Pid to, ExitReason reason) {
      return new Signal(Kind.TERMINATE, from, to, null, null, 0, reason, null);
    }

    /// Makes what gives a process a group leader.
    ///
    /// @param leader the group leader, a pid of any node
    /// @param to the process
    /// @return the signal
    public static Signal groupLeader(Pid leader, Pid to) {
      return new Signal(Kind.GROUP_LEADER, leader, to, null, null, 0, null, null);
    }

    /// Makes a monitor.
    ///
    /// @param watcher who monitors
    /// @param subject a pid or a name of the other node
    /// @param ref the monitor
    /// @return the signal
    public static Signal monitor(Pid watcher, Subject subject, Ref ref) {
      return new Signal(Kind.MONITOR, watcher, (Destination) subject, subject, ref, 0, null, null);
    }

    /// Makes what takes a monitor off.
    ///
    /// @param watcher who monitors
    /// @param subject what it monitors, as it was said
    /// @param ref the monitor
    /// @return the signal
    public static Signal demonitor(Pid watcher, Subject subject, Ref ref) {
      return new Signal(
          Kind.DEMONITOR, watcher, (Destination) subject, subject, ref, 0, null, null);
    }

    /// Makes what a monitor is told.
    ///
    /// @param from a pid of this node, for who sends it; without meaning if the subject is a name
    /// @param subject what was monitored, as the watcher has said it
    /// @param watcher who monitors
    /// @param ref the monitor
    /// @param reason why the process ended
    /// @param trail the deaths that led here, that of the process the last one; empty if it was not
    ///   there
    /// @return the signal
    public static Signal down(
        Pid from, Subject subject, Pid watcher, Ref ref, ExitReason reason, Trail trail) {
      return new Signal(Kind.DOWN, from, watcher, subject, ref, 0, reason, trail);
    }

    /// Makes a request to spawn.
    ///
    /// @param parent who asks
    /// @param ref the request, which is the monitor, too
    /// @param linked whether to link them
    /// @param monitored whether the parent monitors the child
    /// @param payload what [Carrier#encode] has made of what to spawn
    /// @return the signal
    public static Signal spawn(
        Pid parent, Ref ref, boolean linked, boolean monitored, Object payload) {
      // Nobody is there yet to whom it could go.
      long flags = flags(linked, monitored);
      return new Signal(Kind.SPAWN_REQUEST, parent, parent, null, ref, flags, null, payload);
    }

    private static long flags(boolean linked, boolean monitored) {
      return (linked ? LINKED : 0) | (monitored ? MONITORED : 0);
    }

    /// Makes the answer to a request to spawn that was met.
    ///
    /// @param child the new process
    /// @param parent who has asked for it
    /// @param ref the request, which is the monitor, too
    /// @param linked whether they are linked
    /// @param monitored whether the parent monitors it
    /// @return the signal
    public static Signal spawned(
        Pid child, Pid parent, Ref ref, boolean linked, boolean monitored) {
      long flags = flags(linked, monitored);
      return new Signal(Kind.SPAWN_REPLY, child, parent, null, ref, flags, null, null);
    }

    /// Makes the answer to a request to spawn that was not met.
    ///
    /// @param from any pid of this node
    /// @param parent who has asked
    /// @param ref the request
    /// @param why in Erlang's words
    /// @return the signal
    public static Signal notSpawned(Pid from, Pid parent, Ref ref, String why) {
      return new Signal(Kind.SPAWN_REPLY, from, parent, null, ref, 0, null, why);
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
    /// @return a pid of this node; of a group leader that one's, which may be of any
    public Pid from() {
      return from;
    }

    /// Returns to whom it goes.
    ///
    /// @return a pid, a name or an alias of the other node; without meaning for a request to spawn
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

    /// Tells, of a request to spawn or its answer, about the link.
    ///
    /// @return whether they are to be linked, or are
    public boolean isLinked() {
      return (id & LINKED) != 0;
    }

    /// Tells, of a request to spawn or its answer, about the monitor.
    ///
    /// @return whether the parent is to monitor the child, or does
    public boolean isMonitored() {
      return (id & MONITORED) != 0;
    }

    /// Returns the reason of an exit, a request to end or a down.
    ///
    /// @return the reason
    public ExitReason reason() {
      return Objects.requireNonNull(reason);
    }

    /// Returns by which deaths the reason of an exit or a down came here.
    ///
    /// @return the trail; empty if there is none
    public Trail trail() {
      return payload instanceof Trail trail ? trail : Trail.EMPTY;
    }

    /// Returns the encoded message, or the encoded request to spawn.
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
}
