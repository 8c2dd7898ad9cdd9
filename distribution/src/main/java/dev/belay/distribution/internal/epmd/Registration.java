package dev.belay.distribution.internal.epmd;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Keeps a node registered with EPMD until it is closed, also when EPMD ends and comes back.
///
/// While there is no EPMD, or another node has taken the name, it tries again at intervals, with
/// the same name and port. Existing connections between nodes need no EPMD. Whatever creation EPMD
/// gives later, the first one is the node's: one incarnation has one creation.
public final class Registration implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger("dev.belay.distribution");

  private final Registrar registrar;
  private final PortInfo node;
  private final Duration interval;
  private final long creation;
  private final CountDownLatch closed = new CountDownLatch(1);

  private volatile @Nullable Lease lease;

  // the registration's thread only
  private @Nullable String logged;

  /// Registers the node once.
  @FunctionalInterface
  interface Registrar {
    Lease register(PortInfo node) throws IOException;
  }

  private Registration(Registrar registrar, PortInfo node, Duration interval, Lease lease) {
    this.registrar = registrar;
    this.node = node;
    this.interval = interval;
    this.lease = lease;
    this.creation = lease.creation();
  }

  /// Registers a node, and keeps it registered.
  ///
  /// @param registrar registers it once
  /// @param node the node
  /// @param interval how long to wait before each new attempt
  /// @return the registration
  /// @throws IOException if the first attempt fails
  static Registration begin(Registrar registrar, PortInfo node, Duration interval)
      throws IOException {
    Lease first = registrar.register(node);
    Registration registration = new Registration(registrar, node, interval, first);
    Thread.ofVirtual()
        .name("belay-epmd-registration-" + node.name())
        .start(() -> registration.keep(first));
    return registration;
  }

  /// Returns the node's creation, which never changes.
  ///
  /// @return the creation, 0 to 2^32 - 1
  public long creation() {
    return creation;
  }

  /// Tells whether EPMD knows the node, as far as is known here.
  ///
  /// @return whether it does
  public boolean isRegistered() {
    return lease != null;
  }

  /// Gives the registration up.
  @Override
  public void close() {
    closed.countDown();
    Lease current = lease;
    if (current != null) {
      current.close();
    }
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void keep(Lease first) {
    Lease current = first;
    while (true) {
      current.awaitEnd();
      lease = null;
      if (isClosed()) {
        return;
      }
      log(
          Level.WARNING,
          "the connection to EPMD ended: no new node finds "
              + node.name()
              + " until it is registered again, which is tried every "
              + interval.toMillis()
              + " ms");
      Lease next = again();
      if (next == null) {
        return;
      }
      current = next;
      lease = next;
      if (isClosed()) {
        // Closed in between, when there was no lease to close.
        next.close();
      } else {
        log(Level.INFO, node.name() + " is registered with EPMD again");
        logged = null;
      }
    }
  }

  /// Tries until it succeeds.
  ///
  /// @return what keeps the node registered; null if this was closed
  private @Nullable Lease again() {
    while (pause()) {
      try {
        return registrar.register(node);
      } catch (NameTakenException e) {
        log(
            Level.ERROR,
            "while EPMD was away another node took the name \""
                + node.name()
                + "\", and nobody finds this one. It is registered again as soon as the other one ends.");
      } catch (IOException e) {
        log(Level.WARNING, node.name() + " cannot be registered with EPMD: " + e);
      } catch (RuntimeException e) {
        log(Level.ERROR, node.name() + " cannot be registered with EPMD: " + e);
      }
    }
    return null;
  }

  /// Logs what has not just been logged.
  private void log(Level level, String text) {
    if (!text.equals(logged)) {
      logged = text;
      LOGGER.log(level, text);
    }
  }

  /// Waits before the next attempt.
  ///
  /// @return whether this is still open
  private boolean pause() {
    try {
      return !closed.await(interval.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; closing is how it ends.
      return !isClosed();
    }
  }
}
