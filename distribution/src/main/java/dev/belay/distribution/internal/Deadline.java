package dev.belay.distribution.internal;

import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// A point in time by which something has to be done, however many steps it takes.
public final class Deadline {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Duration time;
  private final long end;

  private Deadline(Duration time) {
    this.time = time;
    this.end = System.nanoTime() + time.toNanos();
  }

  /// Returns a deadline.
  ///
  /// @param time from now
  /// @return the deadline
  public static Deadline in(Duration time) {
    return new Deadline(time);
  }

  /// Returns how much time is left.
  ///
  /// @return nanoseconds; zero or less when it has passed
  public long nanosLeft() {
    return end - System.nanoTime();
  }

  /// Returns how much time is left, as sockets want to have it: never zero, which would mean for
  /// ever.
  ///
  /// @return milliseconds, at least 1
  /// @throws SocketTimeoutException if the deadline has passed
  public int millisLeft() throws SocketTimeoutException {
    long left = nanosLeft();
    if (left <= 0) {
      throw new SocketTimeoutException("not done within " + time.toMillis() + " ms");
    }
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, left / NANOS_PER_MILLI));
  }

  /// Lets the next read of a socket wait no longer than until the deadline. To be called before
  /// each read, so that a peer that sends one byte at a time gains nothing.
  ///
  /// @param socket the socket
  /// @throws SocketTimeoutException if the deadline has passed
  /// @throws SocketException if the socket is closed
  public void bound(Socket socket) throws SocketTimeoutException, SocketException {
    socket.setSoTimeout(millisLeft());
  }
}
