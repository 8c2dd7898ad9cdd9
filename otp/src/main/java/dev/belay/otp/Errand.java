package dev.belay.otp;

import dev.belay.Node;
import dev.belay.Sendable;
import dev.belay.Subject;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What a node's [Attendant] waits for, on behalf of whoever has the future.
///
/// @param <T> the type of the result
@Sendable
abstract class Errand<T extends @Nullable Object> {
  /*
   * | field    | writers                                    | readers |
   * | future   | whoever completes it                       | any     |
   * | attendant | the thread that gives the errand, before anybody else has it | any |
   * | settled  | whoever completes the future for the errand, before it does | whoever completes the future, after |
   * | over     | the attendant, in its turns; who finds the errand when it has ended | any; only to save a message |
   * | completion | the attendant, when all is known           | who is there when the attendant has ended |
   *
   * All else is the attendant's own.
   */
  final CompletableFuture<T> future = new CompletableFuture<>();
  @Nullable Attendant attendant;

  /// To whom the attendant has its request sent.
  @Nullable Subject sentTo;

  /// Whether the errand has completed the future itself, or is about to.
  volatile boolean settled;

  /// Whether nothing is left to wait for.
  volatile boolean over;

  /// What completes the future, from when that is known.
  volatile @Nullable Runnable completion;

  /// Begins, in the attendant's process. What it throws is what becomes of the future.
  abstract void begin(Attendant by);

  /// Takes a message for a reference that it waits for.
  abstract void take(Attendant by, Object message);

  /// Time has passed that it asked for.
  abstract void late(Attendant by);

  /// Somebody else has completed the future: ends what is under way.
  abstract void abandon(Attendant by);

  /// The attendant has ended; on any thread.
  void orphaned(Node node) {}

  /// Returns what becomes of the future if it cannot begin, or its attendant ends.
  ///
  /// @param why what kept it from beginning, or null
  abstract RuntimeException failure(@Nullable RuntimeException why);

  /// Completes the future, on behalf of the errand.
  void complete(T value) {
    settled = true;
    future.complete(value);
  }

  /// Completes the future exceptionally, on behalf of the errand.
  void fail(Throwable failure) {
    settled = true;
    future.completeExceptionally(failure);
  }
}
