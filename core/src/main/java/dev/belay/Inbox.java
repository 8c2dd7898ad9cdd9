package dev.belay;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A mailbox with a pid for a plain thread, which takes part in links, monitors and exits like a
/// process.
///
/// It belongs to the thread that opened it: its methods throw [VerbException] on any other, except
/// [#pid()]. It ends when it is closed, or by an exit signal as a process would; after that its
/// methods throw [InboxClosedException]. The thread is never interrupted for it. Blocking methods
/// that are interrupted clear the status and throw [ProcessInterruptedException].
public final class Inbox implements AutoCloseable {
  private final Cell cell;

  Inbox(Cell cell) {
    this.cell = cell;
  }

  private Cell enter(String verb) {
    if (Thread.currentThread() != cell.thread) {
      throw new VerbException(
          verb
              + "() of inbox "
              + cell.pid
              + " was called on "
              + Thread.currentThread()
              + ", but the inbox belongs to "
              + cell.thread
              + ". Open one for each thread with Node.inbox().");
    }
    if (cell.selecting) {
      throw Misuse.inSelector(verb);
    }
    if (cell.state != Cell.ALIVE) {
      throw Misuse.closedInbox(cell);
    }
    return cell;
  }

  /// Returns the inbox's pid.
  ///
  /// @return the pid
  public Pid pid() {
    return cell.pid;
  }

  /// Ends the inbox with [ExitReason#NORMAL]; its links and monitors are told. Closing again does
  /// nothing.
  @Override
  public void close() {
    close(ExitReason.NORMAL);
  }

  /// Ends the inbox with a reason; its links and monitors are told. Closing again does nothing.
  ///
  /// @param reason why
  public void close(ExitReason reason) {
    if (cell.state == Cell.ALIVE) {
      enter("close");
      if (!cell.thread.isVirtual()) {
        cell.node.patienceOutside = cell.patience;
      }
      Exits.end(cell, reason);
    }
  }

  /// Spawns a process.
  ///
  /// @param body what it does
  /// @return its pid, at once
  /// @throws ProcessLimitException if the node has as many processes as it may have
  public Pid spawn(Body body) {
    return spawn(SpawnOptions.DEFAULT, body);
  }

  /// Spawns a process with options.
  ///
  /// @param options how
  /// @param body what it does
  /// @return its pid, at once
  /// @throws ProcessLimitException if the node has as many processes as it may have
  /// @throws NameException if the name it should have is taken
  public Pid spawn(SpawnOptions options, Body body) {
    return spawn("spawn", options, body);
  }

  private Pid spawn(String verb, SpawnOptions options, Body body) {
    Cell self = enter(verb);
    Objects.requireNonNull(body, "body");
    return Spawning.spawn(self.node, self, options, null, body).cell().pid;
  }

  /// Spawns a process that is linked with the inbox from its first instant (L23).
  ///
  /// @param body what it does
  /// @return its pid, at once
  /// @throws ProcessLimitException if the node has as many processes as it may have
  public Pid spawnLink(Body body) {
    return spawn("spawnLink", SpawnOptions.DEFAULT.link(), body);
  }

  /// Spawns a process that is linked with the inbox from its first instant; with
  /// [LinkMode#ANY_EXIT] the inbox goes down with it whatever the reason.
  ///
  /// @param mode the mode of the inbox's end
  /// @param body what it does
  /// @return its pid, at once
  /// @throws ProcessLimitException if the node has as many processes as it may have
  public Pid spawnLink(LinkMode mode, Body body) {
    return spawn("spawnLink", SpawnOptions.DEFAULT.link(mode), body);
  }

  /// Spawns a process and monitors it from its first instant, so that the [Down] has its true
  /// reason (M19).
  ///
  /// @param body what it does
  /// @return its pid and the monitor
  /// @throws ProcessLimitException if the node has as many processes as it may have
  public Monitored spawnMonitor(Body body) {
    return spawnMonitor(SpawnOptions.DEFAULT, MonitorOptions.DEFAULT, body);
  }

  /// Spawns a process with options and monitors it from its first instant.
  ///
  /// @param options how to spawn
  /// @param body what it does
  /// @return its pid and the monitor
  /// @throws ProcessLimitException if the node has as many processes as it may have
  /// @throws NameException if the name it should have is taken
  public Monitored spawnMonitor(SpawnOptions options, Body body) {
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
  public Monitored spawnMonitor(SpawnOptions options, MonitorOptions monitor, Body body) {
    Cell self = enter("spawnMonitor");
    Objects.requireNonNull(body, "body");
    Spawning.Born born =
        Spawning.spawn(self.node, self, options, Objects.requireNonNull(monitor, "monitor"), body);
    return Objects.requireNonNull(born.monitored());
  }

  /// Sends a message. It never fails for want of a receiver: what is sent to the dead, to a free
  /// [Name] or to an alias that has ended vanishes (S6, S8), which [NodeOptions#onDropped] is told
  /// of and [Node#dropCounters] counts. It waits only if the receiver's mailbox is full and was
  /// given [MailboxPolicy#SENDER_WAITS], which also says what ends the wait.
  ///
  /// @param to a pid, a name or an alias
  /// @param message any immutable value
  public void send(Destination to, Object message) {
    Cell self = enter("send");
    Posting.send(
        self.node,
        self.pid,
        Objects.requireNonNull(to, "to"),
        Objects.requireNonNull(message, "message"));
  }

  /// Sends a message to whoever holds a registered name of this node (S8).
  ///
  /// @param name the name
  /// @param message any immutable value
  /// @throws NoProcessException if nobody holds it
  public void send(String name, Object message) {
    Cell self = enter("send");
    Posting.send(self.node, self.pid, name, Objects.requireNonNull(message, "message"));
  }

  /// Sends a message after a time. The timer belongs to its destination: it is cancelled when a
  /// process that it is aimed at by pid ends, and survives the inbox (TM7, TM8).
  ///
  /// @param delay not negative; the message is never early
  /// @param to a pid of this node, or a name, which is looked up when the time has come and may be
  ///   free then (TM9)
  /// @param message any immutable value
  /// @return the timer
  public TimerRef sendAfter(Duration delay, Destination to, Object message) {
    Cell self = enter("sendAfter");
    return UserTimer.start("sendAfter", self.node, self.pid, delay, to, message, false);
  }

  /// Sends a [Timeout] with the timer and a message after a time; otherwise as [#sendAfter] (TM1).
  ///
  /// @param delay not negative; the message is never early
  /// @param to a pid of this node, or a name, which is looked up when the time has come
  /// @param message any immutable value
  /// @return the timer
  public TimerRef startTimer(Duration delay, Destination to, Object message) {
    Cell self = enter("startTimer");
    return UserTimer.start("startTimer", self.node, self.pid, delay, to, message, true);
  }

  /// Cancels a timer. Either this succeeds or the message is sent, never both (TM4); any process
  /// may do it (TM6).
  ///
  /// @param timer the timer
  /// @return the time that was left, or nothing if it had fired or was cancelled; then the message
  ///   may be about to arrive still (TM3)
  public Optional<Duration> cancelTimer(TimerRef timer) {
    enter("cancelTimer");
    return timer.timer.cancel();
  }

  /// Reads a timer.
  ///
  /// @param timer the timer
  /// @return the time that is left, or nothing if it is not running
  public Optional<Duration> readTimer(TimerRef timer) {
    enter("readTimer");
    return timer.timer.read();
  }

  /// Takes the oldest message, waiting for one if there is none.
  ///
  /// @return the message, or a [SystemMessage]
  public Object receive() {
    Cell self = enter("receive");
    return Objects.requireNonNull(Receiving.receive(self, null, null, null, -1));
  }

  /// Takes the oldest message, waiting up to a time.
  ///
  /// @param timeout how long to wait at most; [Duration#ZERO] only looks
  /// @return the message, or nothing if none came in time
  public Optional<Object> receive(Duration timeout) {
    Cell self = enter("receive");
    return Optional.ofNullable(
        Receiving.receive(self, null, null, null, Receiving.nanos("receive", timeout)));
  }

  /// Takes the oldest message of a type, waiting for one if there is none. Other messages stay, in
  /// order (RV1).
  ///
  /// @param type the class of the message
  /// @param <T> the type
  /// @return the message
  public <T> T receive(Class<T> type) {
    Cell self = enter("receive");
    return type.cast(Objects.requireNonNull(Receiving.receive(self, type, null, null, -1)));
  }

  /// Takes the oldest message of a type, waiting up to a time. Other messages stay, in order.
  ///
  /// @param type the class of the message
  /// @param timeout how long to wait at most; [Duration#ZERO] only looks
  /// @param <T> the type
  /// @return the message, or nothing if none came in time
  public <T> Optional<T> receive(Class<T> type, Duration timeout) {
    Cell self = enter("receive");
    return Optional.ofNullable(
        type.cast(Receiving.receive(self, type, null, null, Receiving.nanos("receive", timeout))));
  }

  /// Takes the oldest message that a selector wants, waiting for one if there is none. Other
  /// messages stay, in order (RV1).
  ///
  /// @param selector returns something for the message that it wants, and null or [Belay#skip()]
  ///   for others
  /// @param <T> what it returns
  /// @return what the selector returned
  public <T> T receive(Selector<T> selector) {
    Cell self = enter("receive");
    return cast(Receiving.receive(self, null, Objects.requireNonNull(selector), null, -1));
  }

  /// Takes the oldest message that a selector wants, waiting up to a time. Other messages stay, in
  /// order. The time begins with the call, and messages that are not wanted do not extend it
  /// (TM13).
  ///
  /// @param selector returns something for the message that it wants, and null or [Belay#skip()]
  ///   for others
  /// @param timeout how long to wait at most; [Duration#ZERO] looks once at every message that is
  ///   there
  /// @param <T> what the selector returns
  /// @return what the selector returned, or nothing if no such message came in time
  public <T> Optional<T> receive(Selector<T> selector, Duration timeout) {
    Cell self = enter("receive");
    Object result =
        Receiving.receive(
            self,
            null,
            Objects.requireNonNull(selector),
            null,
            Receiving.nanos("receive", timeout));
    return result == null ? Optional.empty() : Optional.of(cast(result));
  }

  /// Takes the first message that a selector wants among those that came after a reference was
  /// made, waiting for one if there is none.
  ///
  /// What is older than the reference cannot contain it, so that a reply is found at once however
  /// long the mailbox is (RV3). The places of the eight latest references are kept; for older ones
  /// the search begins at the front, with the same result.
  ///
  /// @param since a reference that the inbox made: by `makeRef`, `monitor` or `alias`
  /// @param selector returns something for the message that it wants, which should contain the
  ///   reference
  /// @param <T> what it returns
  /// @return what the selector returned
  public <T> T receive(Ref since, Selector<T> selector) {
    Cell self = enter("receive");
    return cast(Receiving.receive(self, null, Objects.requireNonNull(selector), since, -1));
  }

  /// Takes the first message that a selector wants among those that came after a reference was
  /// made, waiting up to a time. It begins with the call, or, if the first of them is not wanted,
  /// when that has been looked at.
  ///
  /// @param since a reference that the inbox made: by `makeRef`, `monitor` or `alias`
  /// @param selector returns something for the message that it wants, which should contain the
  ///   reference
  /// @param timeout how long to wait at most
  /// @param <T> what the selector returns
  /// @return what the selector returned, or nothing if no such message came in time
  public <T> Optional<T> receive(Ref since, Selector<T> selector, Duration timeout) {
    Cell self = enter("receive");
    Object result =
        Receiving.receive(
            self,
            null,
            Objects.requireNonNull(selector),
            since,
            Receiving.nanos("receive", timeout));
    return result == null ? Optional.empty() : Optional.of(cast(result));
  }

  /// Links the inbox with another process: when one ends, the other gets an exit signal with its
  /// reason (L1, L7). A link that is there already, and one with oneself, is no new one.
  ///
  /// @param pid the other process
  /// @throws NoProcessException if there is no such process and the inbox does not trap exits; a
  ///   caller that does gets an [Exit] with `noproc` (L3)
  public void link(Pid pid) {
    Cell self = enter("link");
    Links.link(self, Objects.requireNonNull(pid, "pid"), LinkMode.NORMAL);
  }

  /// Links the inbox with another process, with a mode for the inbox's end. An end that is linked
  /// already is raised to [LinkMode#ANY_EXIT], never lowered.
  ///
  /// @param pid the other process
  /// @param mode what the inbox's end does when the other process ends
  /// @throws NoProcessException if there is no such process and the inbox does not trap exits
  public void link(Pid pid, LinkMode mode) {
    Cell self = enter("link");
    Links.link(self, Objects.requireNonNull(pid, "pid"), Objects.requireNonNull(mode, "mode"));
  }

  /// Unlinks the inbox from another process; not being linked is fine. After this the link can do
  /// nothing to the inbox any more (L9). An [Exit] that is in the mailbox already stays there
  /// (L10).
  ///
  /// @param pid the other process
  public void unlink(Pid pid) {
    Cell self = enter("unlink");
    Links.unlink(self, Objects.requireNonNull(pid, "pid"));
  }

  /// Monitors a process: the inbox gets exactly one [Down] when it ends, or at once if it does not
  /// exist or cannot be reached (M1, M4). Each call makes a monitor of its own.
  ///
  /// @param subject a pid, or a name, which is resolved now (M5)
  /// @return the monitor
  public Ref monitor(Subject subject) {
    Cell self = enter("monitor");
    return Watches.monitor(
        self, subject, Posting.resolve(self.node, subject), MonitorOptions.DEFAULT);
  }

  /// Monitors a process with options: an alias, a tag.
  ///
  /// @param subject a pid, or a name, which is resolved now
  /// @param options how
  /// @return the monitor, which is an alias too if that was asked for
  public Ref monitor(Subject subject, MonitorOptions options) {
    Cell self = enter("monitor");
    return Watches.monitor(self, subject, Posting.resolve(self.node, subject), options);
  }

  /// Monitors whoever holds a registered name of this node now.
  ///
  /// @param name the name; the [Down] has it as its subject (M2)
  /// @return the monitor
  public Ref monitor(String name) {
    Cell self = enter("monitor");
    Name subject = new Name(name, self.node.name());
    return Watches.monitor(self, subject, self.node.names.lookup(name), MonitorOptions.DEFAULT);
  }

  /// Takes a monitor off. After this no [Down] of it is added to the mailbox; one may be there
  /// already (M9). A reference that is no monitor of the inbox's is no error (M12).
  ///
  /// @param ref the monitor
  public void demonitor(Ref ref) {
    Cell self = enter("demonitor");
    Watches.demonitor(self, ref);
  }

  /// Takes a monitor off, with options.
  ///
  /// @param ref the monitor
  /// @param options what else to do, or to tell
  /// @return true; with [Demonitor#INFO], whether the monitor was still on, also when a [Down] had
  ///   to be flushed (M11)
  public boolean demonitor(Ref ref, Demonitor... options) {
    Cell self = enter("demonitor");
    return Watches.demonitor(self, ref, options);
  }

  /// Monitors a node, or takes one such monitor off, as [Belay#monitorNode] does.
  ///
  /// @param node the name of the node
  /// @param on whether to monitor it
  public void monitorNode(String node, boolean on) {
    Cell self = enter("monitorNode");
    NodeWatches.set(self, Objects.requireNonNull(node, "node"), on);
  }

  /// Subscribes to the coming and going of visible nodes, as [Belay#monitorNodes(boolean)] does.
  ///
  /// @param on whether to subscribe; if not, all such subscriptions of the inbox end
  public void monitorNodes(boolean on) {
    monitorNodes(on, NodeType.VISIBLE);
  }

  /// Subscribes to the coming and going of nodes, or ends that, as [Belay#monitorNodes(boolean,
  /// NodeType)] does.
  ///
  /// @param on whether to subscribe
  /// @param type of which nodes
  public void monitorNodes(boolean on, NodeType type) {
    Cell self = enter("monitorNodes");
    self.node.subscriptions.set(self, on, Objects.requireNonNull(type, "type"));
  }

  /// Sends an exit signal (T1): a process that traps exits gets an [Exit], another one ends unless
  /// the reason is [ExitReason#NORMAL]; [ExitReason#KILL] ends any with [ExitReason#KILLED]. It has
  /// taken effect when this returns; if it ends the inbox itself, this does not return (T6).
  ///
  /// @param pid the receiver; to the dead and the unreachable it is no error (T8)
  /// @param reason its reason
  public void exit(Pid pid, ExitReason reason) {
    Cell self = enter("exit");
    Objects.requireNonNull(reason, "reason");
    Exits.exit(self.node, self.pid, pid, reason);
    self.checkAlive();
  }

  /// Ends a process with [ExitReason#NORMAL], whatever it traps; see [#terminate(Pid, ExitReason)].
  ///
  /// @param pid the process
  public void terminate(Pid pid) {
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
  public void terminate(Pid pid, ExitReason reason) {
    Cell self = enter("terminate");
    Objects.requireNonNull(reason, "reason");
    Exits.terminate(self.node, self.pid, pid, reason);
    self.checkAlive();
  }

  /// Sets whether exit signals become messages ([Exit]) instead of ending the inbox. It counts when
  /// a signal is received (T2).
  ///
  /// @param trap whether to trap
  /// @return what it was before
  public boolean trapExits(boolean trap) {
    Cell self = enter("trapExits");
    return Exits.trap(self, trap);
  }

  /// Registers the inbox under a name (R1, R2).
  ///
  /// @param name not empty
  /// @throws NameException if the name is taken or the inbox has one
  public void register(String name) {
    Cell self = enter("register");
    self.node.names.register(name, self);
  }

  /// Registers a process of this node under a name (R1, R2).
  ///
  /// @param name not empty
  /// @param pid the process
  /// @throws NameException if the name is taken, or the process has a name, is not alive or is of
  ///   another node
  public void register(String name, Pid pid) {
    Cell self = enter("register");
    self.node.register(name, pid);
  }

  /// Frees a registered name of this node (R4).
  ///
  /// @param name the name
  /// @throws NameException if nobody holds it
  public void unregister(String name) {
    Cell self = enter("unregister");
    self.node.names.unregister(name);
  }

  /// Finds the process that holds a registered name of this node.
  ///
  /// @param name the name
  /// @return its pid, if anybody holds the name
  public Optional<Pid> whereis(String name) {
    Cell self = enter("whereis");
    return self.node.whereis(name);
  }

  /// Makes a reference that is unlike any other.
  ///
  /// @return the reference
  public Ref makeRef() {
    Cell self = enter("makeRef");
    Ref ref = self.newRef();
    self.mailbox.mark(ref);
    return ref;
  }

  /// Makes an alias of the inbox that lasts until [#unalias] (A1).
  ///
  /// @return the alias
  public Ref alias() {
    Cell self = enter("alias");
    return Watches.alias(self, AliasMode.EXPLICIT);
  }

  /// Makes an alias of the inbox (A1, A3).
  ///
  /// @param mode [AliasMode#EXPLICIT] or [AliasMode#REPLY]
  /// @return the alias
  public Ref alias(AliasMode mode) {
    Cell self = enter("alias");
    return Watches.alias(self, mode);
  }

  /// Ends an alias of the inbox. What is in the mailbox stays; what is sent to it from now on
  /// vanishes (A2).
  ///
  /// @param ref the alias
  /// @return whether it was an active alias of the inbox (A4)
  public boolean unalias(Ref ref) {
    Cell self = enter("unalias");
    return Watches.unalias(self, ref);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // it came from a Selector<T>
  private static <T> T cast(@Nullable Object result) {
    return (T) Objects.requireNonNull(result);
  }
}
