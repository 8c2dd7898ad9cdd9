package dev.belay.distribution.internal.discovery;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks the name service, and waits for a bounded time only.
public final class Lookup {
  private Lookup() {}

  /// Finds the addresses of a host.
  ///
  /// @param host its name, or an address
  /// @param timeout how long to wait
  /// @return the addresses, in the order of the name service
  /// @throws IOException if there are none, or no answer came in time
  public static List<InetAddress> addresses(String host, Duration timeout) throws IOException {
    return within(
        timeout, "the addresses of " + host, () -> List.of(InetAddress.getAllByName(host)));
  }

  /// Does something that takes no time limit.
  ///
  /// It runs on a thread of the operating system, because that is what the native name service
  /// blocks; one that takes too long is left behind, and ends when that service gives up.
  ///
  /// @param timeout how long to wait
  /// @param what what is looked up
  /// @param question what to do
  /// @param <T> the type of the result
  /// @return the result
  /// @throws IOException if it failed, or did not end in time
  static <T> T within(Duration timeout, String what, Callable<T> question) throws IOException {
    FutureTask<T> task = new FutureTask<>(question);
    Thread.ofPlatform().daemon().name("belay-lookup").start(task);
    try {
      return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new SocketTimeoutException(
          "the name service did not tell " + what + " within " + timeout.toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + what);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException("the name service did not tell " + what, e.getCause());
    }
  }
}
