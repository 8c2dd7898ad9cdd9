package dev.belay.otp;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Demonitor;
import dev.belay.Destination;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.MonitorOptions;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.SpawnOptions;
import dev.belay.Subject;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whoever calls or starts: the calling process, or a plain thread with an inbox for as long as
/// that takes.
sealed interface Caller extends AutoCloseable {
  /// Returns who calls on this thread.
  ///
  /// @param node the node of what is called, for a plain thread
  static Caller of(Node node) {
    return Belay.inProcess() ? OfProcess.SELF : new OfThread(node, node.inbox());
  }

  Node node();

  Pid pid();

  Ref alias(AliasMode mode);

  boolean unalias(Ref alias);

  Monitored spawnMonitor(SpawnOptions options, Body body);

  Ref monitor(Subject subject, MonitorOptions options);

  boolean demonitor(Ref ref, Demonitor... options);

  void send(Destination to, Object message);

  void exit(Pid pid, ExitReason reason);

  void unlink(Pid pid);

  <T> T receive(Ref since, Selector<T> selector);

  <T> Optional<T> receive(Ref since, Selector<T> selector, Duration timeout);

  /// Receives, for ever if there is no timeout.
  default <T> @Nullable T receiveWithin(
      Ref since, Selector<T> selector, @Nullable Duration timeout) {
    return timeout == null
        ? receive(since, selector)
        : receive(since, selector, timeout).orElse(null);
  }

  @Override
  void close();

  /// A process, by its verbs.
  enum OfProcess implements Caller {
    /// The calling process.
    SELF;

    @Override
    public Node node() {
      return Belay.node();
    }

    @Override
    public Pid pid() {
      return Belay.self();
    }

    @Override
    public Ref alias(AliasMode mode) {
      return Belay.alias(mode);
    }

    @Override
    public boolean unalias(Ref alias) {
      return Belay.unalias(alias);
    }

    @Override
    public Monitored spawnMonitor(SpawnOptions options, Body body) {
      return Belay.spawnMonitor(options, body);
    }

    @Override
    public Ref monitor(Subject subject, MonitorOptions options) {
      return Belay.monitor(subject, options);
    }

    @Override
    public boolean demonitor(Ref ref, Demonitor... options) {
      return Belay.demonitor(ref, options);
    }

    @Override
    public void send(Destination to, Object message) {
      Belay.send(to, message);
    }

    @Override
    public void exit(Pid pid, ExitReason reason) {
      Belay.exit(pid, reason);
    }

    @Override
    public void unlink(Pid pid) {
      Belay.unlink(pid);
    }

    @Override
    public <T> T receive(Ref since, Selector<T> selector) {
      return Belay.receive(since, selector);
    }

    @Override
    public <T> Optional<T> receive(Ref since, Selector<T> selector, Duration timeout) {
      return Belay.receive(since, selector, timeout);
    }

    @Override
    public void close() {}
  }

  /// A plain thread, by its inbox.
  record OfThread(Node node, Inbox inbox) implements Caller {
    @Override
    public Pid pid() {
      return inbox.pid();
    }

    @Override
    public Ref alias(AliasMode mode) {
      return inbox.alias(mode);
    }

    @Override
    public boolean unalias(Ref alias) {
      return inbox.unalias(alias);
    }

    @Override
    public Monitored spawnMonitor(SpawnOptions options, Body body) {
      return inbox.spawnMonitor(options, body);
    }

    @Override
    public Ref monitor(Subject subject, MonitorOptions options) {
      return inbox.monitor(subject, options);
    }

    @Override
    public boolean demonitor(Ref ref, Demonitor... options) {
      return inbox.demonitor(ref, options);
    }

    @Override
    public void send(Destination to, Object message) {
      inbox.send(to, message);
    }

    @Override
    public void exit(Pid pid, ExitReason reason) {
      inbox.exit(pid, reason);
    }

    @Override
    public void unlink(Pid pid) {
      inbox.unlink(pid);
    }

    @Override
    public <T> T receive(Ref since, Selector<T> selector) {
      return inbox.receive(since, selector);
    }

    @Override
    public <T> Optional<T> receive(Ref since, Selector<T> selector, Duration timeout) {
      return inbox.receive(since, selector, timeout);
    }

    @Override
    public void close() {
      inbox.close();
    }
  }
}
