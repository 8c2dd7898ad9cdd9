package dev.belay.rules;

import static dev.belay.Belay.receive;

import dev.belay.Body;
import dev.belay.ExitReason;
import dev.belay.ExitSignalError;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.SpawnOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A process that does what a test tells it, one order after the other, and otherwise waits. Its
/// mailbox keeps everything that no order takes out.
///
/// The methods are for the test's thread.
///
/// @param node its node
/// @param pid its pid
record Puppet(Node node, Pid pid) {
  private static final long PATIENCE_SECONDS = 30;

  /// Starts one with options.
  static Puppet start(Node node, SpawnOptions options) {
    return new Puppet(node, node.spawn(options.label("puppet"), Puppet::obey));
  }

  /// What a puppet runs; for those that are spawned by a puppet.
  static void obey() throws Exception {
    while (true) {
      receive(Order.class).execute();
    }
  }

  /// Has it do something, waits for that and returns the result, or throws what it threw; the
  /// puppet lives on unless it was told to exit.
  <T> T call(Callable<T> what) {
    CompletableFuture<T> result = new CompletableFuture<>();
    node.send(
        pid,
        new Order(() -> {
          try {
            result.complete(what.call());
          } catch (ExitSignalError e) {
            result.completeExceptionally(e);
            throw e;
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        }));
    return await(result);
  }

  /// Has it do something and waits for that, or throws what it threw.
  void does(Body what) {
    call(() -> {
      what.run();
      return true;
    });
  }

  /// Has it do something, without waiting; what it throws ends it.
  void cast(Body what) {
    node.send(pid, new Order(what));
  }

  /// Sends it an exit signal and waits until it is dead.
  void kill() {
    node.exit(pid, ExitReason.KILL);
    node.isAlive(pid);
  }

  /// A snapshot of it; it must not be dead.
  ProcessInfo info() {
    return node.info(pid).orElseThrow();
  }

  private static <T> T await(CompletableFuture<T> result) {
    try {
      return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw sneaky(e.getCause());
    } catch (TimeoutException | InterruptedException e) {
      throw new AssertionError("the puppet did not do what it was told", e);
    }
  }

  /// Throws whatever it is given, as it is.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> RuntimeException sneaky(@Nullable Throwable thrown)
      throws E {
    throw (E) (thrown == null ? new AssertionError("no cause") : thrown);
  }

  private record Order(Body what) {
    void execute() throws Exception {
      what.run();
    }
  }
}
