package dev.belay;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The verbs of a process, as static methods: `import static dev.belay.Belay.*`.
///
/// They mean the process whose thread calls them, and its node. Called from any other thread, also
/// from a thread that a process started itself, they throw [VerbException] with what to do instead;
/// [#run] alone is for plain threads, and [Node] and [Inbox] have the same operations for them.
///
/// **Signals.** A verb that sends a signal (a message, a link, an exit, a monitor …) has applied it
/// to its receiver, on the calling thread, when it returns. Signals of every kind from one process
/// to another are therefore received in the order in which they were sent (S1, S3). Actions before
/// a `send` happen-before the `receive` that returns the message; what a process did before its end
/// happens-before the delivery of its [Exit] and [Down].
///
/// **Exiting.** Once a process has been told to exit, every verb that it calls throws
/// [ExitSignalError], which is for nobody to catch; only `self`, `node`, `info`, `processes` and
/// `isAlive` of itself go on to answer.
///
/// **Interruption.** Blocking verbs (`receive`, `sleep`, `isAlive`) that are interrupted by
/// somebody other than the runtime clear the status and throw [ProcessInterruptedException].
///
/// Letters and numbers such as S1 name the rules of `docs/conformance.md`.
public final class Belay {
  private Belay() {}

  /// Starts a node, runs the body as its main process, shuts the node down when that has ended, and
  /// returns.
  ///
  /// For plain threads, such as `main`'s. When this returns every process of the node has ended and
  /// all resources that processes owned have been closed, or given up and reported; see
  /// [Node#close()].
  ///
  /// @param body the main process
  /// @throws ProcessFailedException if the main process ends otherwise than normally or by a
  ///   shutdown; its cause is what was thrown
  public static void run(Body body) {
    run(NodeOptions.DEFAULT, body);
  }

  /// Starts a node with options, and goes on as [#run(Body)].
  ///
  /// @param options how to start the node
  /// @param body the main process
  /// @throws ProcessFailedException if the main process ends otherwise than normally or by a
  ///   shutdown; its cause is what was thrown
  public static void run(NodeOptions options, Body body) {
    Objects.requireNonNull(options, "options");
    Node.runOnNewNode(options, Objects.requireNonNull(body, "body"));
  }

  /// Ends the calling process with a reason, by throwing; like any exception it can be caught (X7).
  ///
  /// @param reason the reason, [ExitReason#NORMAL] included
  /// @return never; declared so that `throw exit(reason)` tells the compiler that nothing follows
  public static ExitException exit(ExitReason reason) {
    Cell self = Cell.enter("exit");
    self.inVerb = false;
    throw new ExitException(reason);
  }

  /// Ends the calling process for an exit signal that it has trapped, by throwing: with the reason
  /// of the signal, and with its trail, as if it had not been trapped.
  ///
  /// @param signal the signal
  /// @return never; declared so that `throw exit(signal)` tells the compiler that nothing follows
  public static ExitException exit(Exit signal) {
    Cell self = Cell.enter("exit");
    self.inVerb = false;
    throw new ExitException(signal.reason(), signal);
  }

  /// Tells whether the calling thread is a process's own, so that verbs work on it. Works on any
  /// thread.
  ///
  /// @return whether it is
  public static boolean inProcess() {
    return Cell.currentOrNull() != null;
  }

  /// Returns the node of the calling process.
  ///
  /// @return the node
  public static Node node() {
    return Cell.current("node").node;
  }

  /// Says, in a [Selector], that the message is not wanted.
  ///
  /// @param <T> what the selector returns
  /// @return null
  @SuppressWarnings("TypeParameterUnusedInFormals") // null is of every type
  public static <T> @Nullable T skip() {
    return null;
  }

  /// Makes something that can be sent although it is not immutable, because it changes hands: the
  /// caller does not use it any more, and who receives it calls [HandedOff#take()]. Works on any
  /// thread, and is the same whether development mode is on or off.
  ///
  /// @param thing what changes hands, for example an array or a socket
  /// @param <T> its type
  /// @return what to send, alone or within a message
  public static <T> HandedOff<T> handOff(T thing) {
    return new HandedOff<>(thing);
  }

  /// Tells whether a process of this node is alive. Signals that the caller sent to it before are
  /// received first, so after `exit(pid, KILL)` this is false; for a process that is exiting it
  /// waits until its name and resources are free, at most until it is declared dead (X10). An
  /// exiting process that asks about itself gets false at once.
  ///
  /// @param pid a process of this node
  /// @return whether it is alive
  /// @throws IllegalArgumentException if it is of another node
  /// @throws ProcessInterruptedException if the wait is interrupted
  public static boolean isAlive(Pid pid) {
    Cell self = Cell.current("isAlive");
    if (pid.equals(self.pid)) {
      return self.state == Cell.ALIVE;
    }
    Cell.enter("isAlive").inVerb = false;
    return Snapshots.isAlive(self.node, self, pid);
  }

  /// Looks at a process of this node, which may be doing anything.
  ///
  /// @param pid a process of this node
  /// @return a snapshot, or nothing if the process is dead
  /// @throws IllegalArgumentException if it is of another node
  public static Optional<ProcessInfo> info(Pid pid) {
    return Cell.current("info").node.info(pid);
  }

  /// Lists the processes of this node, also those that are exiting, oldest first (X11).
  ///
  /// @return their pids
  public static List<Pid> processes() {
    return Cell.current("processes").node.processes();
  }

  /// Waits for a time, leaving the mailbox alone.
  ///
  /// @param time not negative
  /// @throws ProcessInterruptedException if the wait is interrupted
  public static void sleep(Duration time) {
    Cell self = Cell.enter("sleep");
    try {
      Receiving.sleep(self, Receiving.nanos("sleep", time));
    } finally {
      self.inVerb = false;
    }
  }

  /// Lets other processes run first.
  public static void relinquish() {
    Cell self = Cell.enter("relinquish");
    self.inVerb = false;
    self.host().yieldThread();
    self.checkAlive();
  }

  /// Lets the calling process own a resource: it is closed when the process ends, before anybody
  /// learns of that.
  ///
  /// If this throws, the resource has been closed: it is in the runtime's hands from the call on.
  ///
  /// @param resource what to own
  /// @param <T> its type
  /// @return the handle by which to release it or give it away
  public static <T extends AutoCloseable> Owned<T> own(T resource) {
    Objects.requireNonNull(resource, "resource");
    Cell self;
    try {
      self = Cell.enter("own");
    } catch (Throwable e) {
      Slot.closeQuietly(resource, e);
      throw e;
    }
    try {
      return Slot.own(self, resource);
    } finally {
      self.inVerb = false;
    }
  }

  /// Returns the calling process's pid. Works while the process is exiting, too.
  ///
  /// @return the pid
  public static Pid self() {
    return Cell.current("self").pid;
  }

  /// Spawns a process.
  ///
  /// @param body what it does
  /// @return its pid, at once
  /// @throws ProcessLimitException if the node has as many processes as it may have
  public static Pid spawn(Body body) {
    return spawn(SpawnOptions.DEFAULT, body);
  }

  /// Spawns a process with options.
  ///
  /// @param options how
  /// @param body what it does
  /// @return its pid, at once
  /// @throws ProcessLimitException if the node has as many processes as it may have
  /// @throws NameException if the name it should have is taken
  public static Pid spawn(SpawnOptions options, Body body) {
    return spawn("spawn", options, body);
  }

  private static Pid spawn(String verb, SpawnOptions options, Body body) {
    Cell self = Cell.enter(verb);
    try {
      Objects.requireNonNull(body, "body");
      return Spawning.spawn(self.node, self, options, null, body).cell().pid;
    } finally {
      self.inVerb = false;
    }
  }

  /// Spawns a process that is linked with the caller from its first instant (L23).
  ///
  /// @param body what it does
  /// @return its pid, at once
  /// @throws ProcessLimitException if the node has as many processes as it may have
  public static Pid spawnLink(Body body) {
    return spawn("spawnLink", SpawnOptions.DEFAULT.link(), body);
  }

  /// Spawns a process that is linked with the caller from its first instant; with
  /// [LinkMode#ANY_EXIT] the caller goes down with it whatever the reason.
  ///
  /// @param mode the mode of the caller's end
  /// @param body what it does
  /// @return its pid, at once
  /// @throws ProcessLimitException if the node has as many processes as it may have
  public static Pid spawnLink(LinkMode mode, Body body) {
    return spawn("spawnLink", SpawnOptions.DEFAULT.link(mode), body);
  }

  /// Spawns a process and monitors it from its first instant, so that the [Down] has its true
  /// reason (M19).
  ///
  /// @param body what it does
  /// @return its pid and the monitor
  /// @throws ProcessLimitException if the node has as many processes as it may have
  public static Monitored spawnMonitor(Body body) {
    return spawnMonitor(SpawnOptions.DEFAULT, MonitorOptions.DEFAULT, body);
  }

  /// Spawns a process with options and monitors it from its first instant.
  ///
  /// @param options how to spawn
  /// @param body what it does
  /// @return its pid and the monitor
  /// @throws ProcessLimitException if the node has as many processes as it may have
  /// @throws NameException if the name it should have is taken
  public static Monitored spawnMonitor(SpawnOptions options, Body body) {
    return spawnMonitor(options, MonitorOptions.DEFAULT, body);
  }

  /// Spawns a process with options and monitors it, with options, from its first instant.
  ///
  /// @param options how to spawn
  /// @param monitor how to monitor
  /// @param body what it does
  /// @return its pid and the monitor
  /// @throws ProcessLimitException if the node has as many processes as it may have
  /// @throws NameException if the name it should have is taken
  public static Monitored spawnMonitor(SpawnOptions options, MonitorOptions monitor, Body body) {
    Cell self = Cell.enter("spawnMonitor");
    try {
      Objects.requireNonNull(body, "body");
      Spawning.Born born =
          Spawning.spawn(
              self.node, self, options, Objects.requireNonNull(monitor, "monitor"), body);
      return Objects.requireNonNull(born.monitored());
    } finally {
      self.inVerb = false;
    }
  }

  /// Sends a message. It never fails for want of a receiver: what is sent to the dead, to a free
  /// [Name] or to an alias that has ended vanishes (S6, S8), which [NodeOptions#onDropped] is told
  /// of and [Node#dropCounters] counts. It waits only if the receiver's mailbox is full and was
  /// given [MailboxPolicy#SENDER_WAITS], which also says what ends the wait.
  ///
  /// @param to a pid, a name or an alias
  /// @param message any immutable value
  public static void send(Destination to, Object message) {
    Cell self = Cell.enter("send");
    try {
      Posting.send(
          self.node,
          self.pid,
          Objects.requireNonNull(to, "to"),
          Objects.requireNonNull(message, "message"));
    } finally {
      self.inVerb = false;
    }
  }

  /// Sends a message to whoever holds a registered name of this node (S8).
  ///
  /// @param name the name
  /// @param message any immutable value
  /// @throws NoProcessException if nobody holds it
  public static void send(String name, Object message) {
    Cell self = Cell.enter("send");
    try {
      Posting.send(self.node, self.pid, name, Objects.requireNonNull(message, "message"));
    } finally {
      self.inVerb = false;
    }
  }

  /// Sends a message after a time. The timer belongs to its destination: it is cancelled when a
  /// process that it is aimed at by pid ends, and survives the caller (TM7, TM8).
  ///
  /// @param delay not negative; the message is never early
  /// @param to a pid of this node, or a name, which is looked up when the time has come and may be
  ///   free then (TM9)
  /// @param message any immutable value
  /// @return the timer
  public static TimerRef sendAfter(Duration delay, Destination to, Object message) {
    Cell self = Cell.enter("sendAfter");
    try {
      return UserTimer.start("sendAfter", self.node, self.pid, delay, to, message, false);
    } finally {
      self.inVerb = false;
    }
  }

  /// Sends a [Timeout] with the timer and a message after a time; otherwise as [#sendAfter] (TM1).
  ///
  /// @param delay not negative; the message is never early
  /// @param to a pid of this node, or a name, which is looked up when the time has come
  /// @param message any immutable value
  /// @return the timer
  public static TimerRef startTimer(Duration delay, Destination to, Object message) {
    Cell self = Cell.enter("startTimer");
    try {
      return UserTimer.start("startTimer", self.node, self.pid, delay, to, message, true);
    } finally {
      self.inVerb = false;
    }
  }

  /// Cancels a timer. Either this succeeds or the message is sent, never both (TM4); any process
  /// may do it (TM6).
  ///
  /// @param timer the timer
  /// @return the time that was left, or nothing if it had fired or was cancelled; then the message
  ///   may be about to arrive still (TM3)
  public static Optional<Duration> cancelTimer(TimerRef timer) {
    Cell self = Cell.enter("cancelTimer");
    try {
      return timer.timer.cancel();
    } finally {
      self.inVerb = false;
    }
  }

  /// Reads a timer.
  ///
  /// @param timer the timer
  /// @return the time that is left, or nothing if it is not running
  public static Optional<Duration> readTimer(TimerRef timer) {
    Cell self = Cell.enter("readTimer");
    try {
      return timer.timer.read();
    } finally {
      self.inVerb = false;
    }
  }

  /// Takes the oldest message, waiting for one if there is none.
  ///
  /// @return the message, or a [SystemMessage]
  public static Object receive() {
    Cell self = Cell.enter("receive");
    try {
      return Objects.requireNonNull(Receiving.receive(self, null, null, null, -1));
    } finally {
      self.inVerb = false;
    }
  }

  /// Takes the oldest message, waiting up to a time.
  ///
  /// @param timeout how long to wait at most; [Duration#ZERO] only looks
  /// @return the message, or nothing if none came in time
  public static Optional<Object> receive(Duration timeout) {
    Cell self = Cell.enter("receive");
    try {
      return Optional.ofNullable(
          Receiving.receive(self, null, null, null, Receiving.nanos("receive", timeout)));
    } finally {
      self.inVerb = false;
    }
  }

  /// Takes the oldest message of a type, waiting for one if there is none. Other messages stay, in
  /// order (RV1).
  ///
  /// @param type the class of the message
  /// @param <T> the type
  /// @return the message
  public static <T> T receive(Class<T> type) {
    Cell self = Cell.enter("receive");
    try {
      return type.cast(Objects.requireNonNull(Receiving.receive(self, type, null, null, -1)));
    } finally {
      self.inVerb = false;
    }
  }

  /// Takes the oldest message of a type, waiting up to a time. Other messages stay, in order.
  ///
  /// @param type the class of the message
  /// @param timeout how long to wait at most; [Duration#ZERO] only looks
  /// @param <T> the type
  /// @return the message, or nothing if none came in time
  public static <T> Optional<T> receive(Class<T> type, Duration timeout) {
    Cell self = Cell.enter("receive");
    try {
      return Optional.ofNullable(
          type.cast(
              Receiving.receive(self, type, null, null, Receiving.nanos("receive", timeout))));
    } finally {
      self.inVerb = false;
    }
  }

  /// Takes the oldest message that a selector wants, waiting for one if there is none. Other
  /// messages stay, in order (RV1).
  ///
  /// @param selector returns something for the message that it wants, and null or [#skip()] for
  ///   others
  /// @param <T> what it returns
  /// @return what the selector returned
  public static <T> T receive(Selector<T> selector) {
    Cell self = Cell.enter("receive");
    try {
      return cast(Receiving.receive(self, null, Objects.requireNonNull(selector), null, -1));
    } finally {
      self.inVerb = false;
    }
  }

  /// Takes the oldest message that a selector wants, waiting up to a time. Other messages stay, in
  /// order. The time begins with the call, and messages that are not wanted do not extend it
  /// (TM13).
  ///
  /// @param selector returns something for the message that it wants, and null or [#skip()] for
  ///   others
  /// @param timeout how long to wait at most; [Duration#ZERO] looks once at every message that is
  ///   there
  /// @param <T> what the selector returns
  /// @return what the selector returned, or nothing if no such message came in time
  public static <T> Optional<T> receive(Selector<T> selector, Duration timeout) {
    Cell self = Cell.enter("receive");
    try {
      Object result =
          Receiving.receive(
              self,
              null,
              Objects.requireNonNull(selector),
              null,
              Receiving.nanos("receive", timeout));
      return result == null ? Optional.empty() : Optional.of(cast(result));
    } finally {
      self.inVerb = false;
    }
  }

  /// Takes the first message that a selector wants among those that came after a reference was
  /// made, waiting for one if there is none.
  ///
  /// What is older than the reference cannot contain it, so that a reply is found at once however
  /// long the mailbox is (RV3). The places of the eight latest references are kept; for older ones
  /// the search begins at the front, with the same result.
  ///
  /// @param since a reference that the calling process made: by `makeRef`, `monitor` or `alias`
  /// @param selector returns something for the message that it wants, which should contain the
  ///   reference
  /// @param <T> what it returns
  /// @return what the selector returned
  public static <T> T receive(Ref since, Selector<T> selector) {
    Cell self = Cell.enter("receive");
    try {
      return cast(Receiving.receive(self, null, Objects.requireNonNull(selector), since, -1));
    } finally {
      self.inVerb = false;
    }
  }

  /// Takes the first message that a selector wants among those that came after a reference was
  /// made, waiting up to a time. It begins with the call, or, if the first of them is not wanted,
  /// when that has been looked at.
  ///
  /// @param since a reference that the calling process made: by `makeRef`, `monitor` or `alias`
  /// @param selector returns something for the message that it wants, which should contain the
  ///   reference
  /// @param timeout how long to wait at most
  /// @param <T> what the selector returns
  /// @return what the selector returned, or nothing if no such message came in time
  public static <T> Optional<T> receive(Ref since, Selector<T> selector, Duration timeout) {
    Cell self = Cell.enter("receive");
    try {
      Object result =
          Receiving.receive(
              self,
              null,
              Objects.requireNonNull(selector),
              since,
              Receiving.nanos("receive", timeout));
      return result == null ? Optional.empty() : Optional.of(cast(result));
    } finally {
      self.inVerb = false;
    }
  }

  /// Links the caller with another process: when one ends, the other gets an exit signal with its
  /// reason (L1, L7). A link that is there already, and one with oneself, is no new one.
  ///
  /// @param pid the other process
  /// @throws NoProcessException if there is no such process and the caller does not trap exits; a
  ///   caller that does gets an [Exit] with `noproc` (L3)
  public static void link(Pid pid) {
    Cell self = Cell.enter("link");
    try {
      Links.link(self, Objects.requireNonNull(pid, "pid"), LinkMode.NORMAL);
    } finally {
      self.inVerb = false;
    }
  }

  /// Links the caller with another process, with a mode for the caller's end. An end that is linked
  /// already is raised to [LinkMode#ANY_EXIT], never lowered.
  ///
  /// @param pid the other process
  /// @param mode what the caller's end does when the other process ends
  /// @throws NoProcessException if there is no such process and the caller does not trap exits
  public static void link(Pid pid, LinkMode mode) {
    Cell self = Cell.enter("link");
    try {
      Links.link(self, Objects.requireNonNull(pid, "pid"), Objects.requireNonNull(mode, "mode"));
    } finally {
      self.inVerb = false;
    }
  }

  /// Unlinks the caller from another process; not being linked is fine. After this the link can do
  /// nothing to the caller any more (L9). An [Exit] that is in the mailbox already stays there
  /// (L10).
  ///
  /// @param pid the other process
  public static void unlink(Pid pid) {
    Cell self = Cell.enter("unlink");
    try {
      Links.unlink(self, Objects.requireNonNull(pid, "pid"));
    } finally {
      self.inVerb = false;
    }
  }

  /// Monitors a process: the caller gets exactly one [Down] when it ends, or at once if it does not
  /// exist or cannot be reached (M1, M4). Each call makes a monitor of its own.
  ///
  /// @param subject a pid, or a name, which is resolved now (M5)
  /// @return the monitor
  public static Ref monitor(Subject subject) {
    Cell self = Cell.enter("monitor");
    try {
      return Watches.monitor(
          self, subject, Posting.resolve(self.node, subject), MonitorOptions.DEFAULT);
    } finally {
      self.inVerb = false;
    }
  }

  /// Monitors a process with options: an alias, a tag.
  ///
  /// @param subject a pid, or a name, which is resolved now
  /// @param options how
  /// @return the monitor, which is an alias too if that was asked for
  public static Ref monitor(Subject subject, MonitorOptions options) {
    Cell self = Cell.enter("monitor");
    try {
      return Watches.monitor(self, subject, Posting.resolve(self.node, subject), options);
    } finally {
      self.inVerb = false;
    }
  }

  /// Monitors whoever holds a registered name of this node now.
  ///
  /// @param name the name; the [Down] has it as its subject (M2)
  /// @return the monitor
  public static Ref monitor(String name) {
    Cell self = Cell.enter("monitor");
    try {
      Name subject = new Name(name, self.node.name());
      return Watches.monitor(self, subject, self.node.names.lookup(name), MonitorOptions.DEFAULT);
    } finally {
      self.inVerb = false;
    }
  }

  /// Takes a monitor off. After this no [Down] of it is added to the mailbox; one may be there
  /// already (M9). A reference that is no monitor of the caller's is no error (M12).
  ///
  /// @param ref the monitor
  public static void demonitor(Ref ref) {
    Cell self = Cell.enter("demonitor");
    try {
      Watches.demonitor(self, ref);
    } finally {
      self.inVerb = false;
    }
  }

  /// Takes a monitor off, with options.
  ///
  /// @param ref the monitor
  /// @param options what else to do, or to tell
  /// @return true; with [Demonitor#INFO], whether the monitor was still on, also when a [Down] had
  ///   to be flushed (M11)
  public static boolean demonitor(Ref ref, Demonitor... options) {
    Cell self = Cell.enter("demonitor");
    try {
      return Watches.demonitor(self, ref, options);
    } finally {
      self.inVerb = false;
    }
  }

  /// Monitors a node, or takes one such monitor off: the caller gets a [NodeDown] when the
  /// connection to the node is lost, or at once if there is none and none can be made. It connects
  /// if need be.
  ///
  /// Monitors of nodes are counted: each call with `true` gives one [NodeDown], and each with
  /// `false` takes one back; one too many does nothing (N1). One that is in the mailbox stays. For
  /// the caller's own node nothing happens.
  ///
  /// @param node the name of the node
  /// @param on whether to monitor it
  public static void monitorNode(String node, boolean on) {
    Cell self = Cell.enter("monitorNode");
    try {
      NodeWatches.set(self, Objects.requireNonNull(node, "node"), on);
    } finally {
      self.inVerb = false;
    }
  }

  /// Subscribes to the coming and going of visible nodes: see [#monitorNodes(boolean, NodeType)].
  ///
  /// @param on whether to subscribe; if not, all such subscriptions of the caller end
  public static void monitorNodes(boolean on) {
    monitorNodes(on, NodeType.VISIBLE);
  }

  /// Subscribes to the coming and going of nodes, or ends that: the caller gets a [NodeUp] when a
  /// connection is made, and a [NodeDown] when one is lost, also one that was there before.
  ///
  /// The [NodeUp] comes before anything that is received from that node, the [NodeDown] after all
  /// of it, and before the next [NodeUp] (N4, N6). Subscriptions are counted, each gives its own
  /// messages; `false` ends all that the caller has made with the same type (N3). What is in the
  /// mailbox stays.
  ///
  /// @param on whether to subscribe
  /// @param type of which nodes
  public static void monitorNodes(boolean on, NodeType type) {
    Cell self = Cell.enter("monitorNodes");
    try {
      self.node.subscriptions.set(self, on, Objects.requireNonNull(type, "type"));
    } finally {
      self.inVerb = false;
    }
  }

  /// Sends an exit signal (T1): a process that traps exits gets an [Exit], another one ends unless
  /// the reason is [ExitReason#NORMAL]; [ExitReason#KILL] ends any with [ExitReason#KILLED]. It has
  /// taken effect when this returns; if it ends the caller itself, this does not return (T6).
  ///
  /// @param pid the receiver; to the dead and the unreachable it is no error (T8)
  /// @param reason its reason
  public static void exit(Pid pid, ExitReason reason) {
    Cell self = Cell.enter("exit");
    try {
      Objects.requireNonNull(reason, "reason");
      Exits.exit(self.node, self.pid, pid, reason);
      self.checkAlive();
    } finally {
      self.inVerb = false;
    }
  }

  /// Ends a process with [ExitReason#NORMAL], whatever it traps; see [#terminate(Pid, ExitReason)].
  ///
  /// @param pid the process
  public static void terminate(Pid pid) {
    terminate(pid, ExitReason.NORMAL);
  }

  /// Ends a process with a reason, whatever it traps; the reason goes on through its links
  /// unchanged.
  ///
  /// A process of another node of Belay's is ended as well. If that node is not connected, this
  /// waits until it is; if it cannot be, that is no error, as with an exit signal.
  ///
  /// @param pid the process
  /// @param reason the reason
  /// @throws VerbException if it is a process of another node that is not Belay's: such nodes know
  ///   no such signal
  /// @throws ProcessInterruptedException if the wait for a connection is interrupted
  public static void terminate(Pid pid, ExitReason reason) {
    Cell self = Cell.enter("terminate");
    try {
      Objects.requireNonNull(reason, "reason");
      Exits.terminate(self.node, self.pid, pid, reason);
      self.checkAlive();
    } finally {
      self.inVerb = false;
    }
  }

  /// Sets whether exit signals become messages ([Exit]) instead of ending the caller. It counts
  /// when a signal is received (T2).
  ///
  /// @param trap whether to trap
  /// @return what it was before
  public static boolean trapExits(boolean trap) {
    Cell self = Cell.enter("trapExits");
    try {
      return Exits.trap(self, trap);
    } finally {
      self.inVerb = false;
    }
  }

  /// Registers the caller under a name (R1, R2).
  ///
  /// @param name not empty
  /// @throws NameException if the name is taken or the caller has one
  public static void register(String name) {
    Cell self = Cell.enter("register");
    try {
      self.node.names.register(name, self);
    } finally {
      self.inVerb = false;
    }
  }

  /// Registers a process of this node under a name (R1, R2).
  ///
  /// @param name not empty
  /// @param pid the process
  /// @throws NameException if the name is taken, or the process has a name, is not alive or is of
  ///   another node
  public static void register(String name, Pid pid) {
    Cell self = Cell.enter("register");
    try {
      self.node.register(name, pid);
    } finally {
      self.inVerb = false;
    }
  }

  /// Frees a registered name of this node (R4).
  ///
  /// @param name the name
  /// @throws NameException if nobody holds it
  public static void unregister(String name) {
    Cell self = Cell.enter("unregister");
    try {
      self.node.names.unregister(name);
    } finally {
      self.inVerb = false;
    }
  }

  /// Finds the process that holds a registered name of this node.
  ///
  /// @param name the name
  /// @return its pid, if anybody holds the name
  public static Optional<Pid> whereis(String name) {
    Cell self = Cell.enter("whereis");
    try {
      return self.node.whereis(name);
    } finally {
      self.inVerb = false;
    }
  }

  /// Returns the caller's group leader: the process that prints what it has to say. A process has
  /// that of its spawner (SP1); one that was spawned by a process of another node, as from a shell
  /// of Erlang's, has the one that was given by that.
  ///
  /// @return its pid, mostly of another node; nothing if there is none
  public static Optional<Pid> groupLeader() {
    Cell self = Cell.enter("groupLeader");
    try {
      return Optional.ofNullable(self.groupLeader());
    } finally {
      self.inVerb = false;
    }
  }

  /// Gives a process another group leader, itself or any other of any node (S21). Processes that it
  /// has spawned before keep theirs.
  ///
  /// @param leader the group leader
  /// @param process the process; if it does not exist nothing happens
  public static void groupLeader(Pid leader, Pid process) {
    Cell self = Cell.enter("groupLeader");
    try {
      GroupLeaders.send(
          self,
          Objects.requireNonNull(leader, "leader"),
          Objects.requireNonNull(process, "process"));
    } finally {
      self.inVerb = false;
    }
  }

  /// Makes a reference that is unlike any other.
  ///
  /// @return the reference
  public static Ref makeRef() {
    Cell self = Cell.enter("makeRef");
    try {
      Ref ref = self.newRef();
      self.mailbox.mark(ref);
      return ref;
    } finally {
      self.inVerb = false;
    }
  }

  /// Makes an alias of the caller that lasts until [#unalias] (A1).
  ///
  /// @return the alias
  public static Ref alias() {
    Cell self = Cell.enter("alias");
    try {
      return Watches.alias(self, AliasMode.EXPLICIT);
    } finally {
      self.inVerb = false;
    }
  }

  /// Makes an alias of the caller (A1, A3).
  ///
  /// @param mode [AliasMode#EXPLICIT] or [AliasMode#REPLY]
  /// @return the alias
  public static Ref alias(AliasMode mode) {
    Cell self = Cell.enter("alias");
    try {
      return Watches.alias(self, mode);
    } finally {
      self.inVerb = false;
    }
  }

  /// Ends an alias of the caller. What is in the mailbox stays; what is sent to it from now on
  /// vanishes (A2).
  ///
  /// @param ref the alias
  /// @return whether it was an active alias of the caller (A4)
  public static boolean unalias(Ref ref) {
    Cell self = Cell.enter("unalias");
    try {
      return Watches.unalias(self, ref);
    } finally {
      self.inVerb = false;
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // it came from a Selector<T>
  private static <T> T cast(@Nullable Object result) {
    return (T) Objects.requireNonNull(result);
  }
}
