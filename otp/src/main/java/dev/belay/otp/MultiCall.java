package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/// The same request to many servers at once: Erlang's `gen_server:multi_call` (GS32).
///
/// @param replies what those have replied that have, in the order of the servers
/// @param failures why the others have not: what they ended with, `noproc`, or a term of
///   [CallReason]. Each server is in one of the two
/// @param <M> the protocol of the servers
/// @param <R> the type of the replies
public record MultiCall<M, R>(
    Map<ServerRef<M>, R> replies, Map<ServerRef<M>, ExitReason> failures) {
  /// Asks many servers the same, and waits until each has replied, has failed, or the time is over;
  /// later replies vanish. Only within a process, which cannot ask itself: for that there is a
  /// failure [CallReason#CALLING_SELF] at once.
  ///
  /// @param servers whom to ask
  /// @param request what
  /// @param timeout how long to wait at most, in all
  /// @param <M> the protocol of the servers
  /// @param <R> the type of the replies
  /// @return what came of it
  public static <M, R> MultiCall<M, R> of(
      Collection<ServerRef<M>> servers, Call<? super M, R> request, Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("a timeout of " + timeout + ": it cannot be negative");
    }
    Map<ServerRef<M>, Request<R>> requests = new LinkedHashMap<>();
    Map<ServerRef<M>, R> replies = new LinkedHashMap<>();
    Map<ServerRef<M>, ExitReason> failures = new LinkedHashMap<>();
    Node node = Belay.node();
    long begin = node.nanoTime();
    boolean over = false;
    try {
      for (ServerRef<M> server : servers) {
        if (Belay.self().equals(server.find())) {
          failures.put(server, ExitReason.term(CallReason.CALLING_SELF));
        } else {
          requests.computeIfAbsent(server, s -> s.request(request));
        }
      }
      requests.forEach((server, one) -> {
        Duration left = timeout.minusNanos(node.nanoTime() - begin);
        switch (one.poll(left.isNegative() ? Duration.ZERO : left).or(one::abandon).orElse(null)) {
          case Response.Reply<R>(R value) -> replies.put(server, value);
          case Response.Failure<R> failure -> failures.put(server, failure.reason());
          case null -> failures.put(server, ExitReason.term(CallReason.TIMEOUT));
        }
      });
      over = true;
    } finally {
      if (!over) {
        requests.values().forEach(Request::abandon);
      }
    }
    return new MultiCall<>(replies, failures);
  }

  /// Sends many servers the same message, which is not answered. Never fails for want of a server
  /// (GS33).
  ///
  /// @param servers to whom
  /// @param message what
  /// @param <M> the protocol of the servers
  public static <M> void cast(Collection<ServerRef<M>> servers, M message) {
    servers.forEach(server -> server.cast(message));
  }
}
