package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Ref;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Requests whose responses are collected in the order in which they come, whichever server is
/// first (GR6, GR7).
///
/// ```java
/// Requests<String> asked = new Requests<>();
/// shops.forEach((town, shop) -> asked.add(shop.request(new Shop.Price("rope")), town));
/// while (asked.poll(Duration.ofSeconds(1)).orElse(null) instanceof Requests.Collected<String> next) {
///   System.out.println(next.label() + ": " + next.response());
/// }
/// asked.abandon(); // who has not answered by now never will
/// ```
///
/// It belongs to the process that made the requests, and is not safe for use by others.
///
/// @param <L> what the requests are told apart by
public final class Requests<L> {
  private record Labelled<L>(Request<?> request, L label) {}

  /// A response, and whose it is.
  ///
  /// @param label what its request was added with
  /// @param response the response
  /// @param <L> the type of the label
  public record Collected<L>(L label, Response<?> response) {}

  private record Found<L>(Ref ref, Collected<L> collected) {}

  private final Map<Ref, Labelled<L>> open = new HashMap<>();

  /// Makes a collection without requests.
  public Requests() {}

  /// Adds a request.
  ///
  /// @param request a request of the calling process, without a response so far
  /// @param label what its response will be told apart by
  /// @throws IllegalArgumentException if it is there already
  public void add(Request<?> request, L label) {
    if (open.putIfAbsent(request.ref, new Labelled<>(request, label)) != null) {
      throw new IllegalArgumentException(request + " is in the collection already");
    }
  }

  /// Returns how many requests have no response yet.
  ///
  /// @return the number
  public int size() {
    return open.size();
  }

  /// Returns what the requests without a response were added with.
  ///
  /// @return the labels, in no order
  public List<L> labels() {
    return open.values().stream().map(Labelled::label).toList();
  }

  /// Takes the next response, waiting for it; its request leaves the collection. If none comes in
  /// time the requests stay, and this may be called again.
  ///
  /// @param timeout how long to wait at most; [Duration#ZERO] only looks
  /// @return the response; nothing if none has come, or at once if no request is left
  public Optional<Collected<L>> poll(Duration timeout) {
    if (open.isEmpty()) {
      return Optional.empty();
    }
    GenProtocol protocol = Abroad.of(Belay.node());
    return Belay.receive(m -> find(protocol, m), timeout).map(this::remove);
  }

  /// Gives all requests up that have no response: none will come from now on (GR9).
  public void abandon() {
    open.values().forEach(labelled -> labelled.request().abandon());
    open.clear();
  }

  /// Tells whether a message that the process has received is a response to one of the requests;
  /// then its request leaves the collection.
  ///
  /// @param message any message
  /// @return the response, if it is one
  public Optional<Collected<L>> check(Object message) {
    return Optional.ofNullable(find(Abroad.of(Belay.node()), message)).map(this::remove);
  }

  private @Nullable Found<L> find(@Nullable GenProtocol protocol, Object message) {
    Ref ref =
        switch (message) {
          case Answer answer -> answer.to();
          case Down down -> down.ref();
          default -> Abroad.refOf(protocol, message);
        };
    Labelled<L> labelled = ref == null ? null : open.get(ref);
    if (labelled == null) {
      return null;
    }
    Response<?> response = labelled.request().selector().select(message);
    return response == null
        ? null
        : new Found<>(labelled.request().ref, new Collected<>(labelled.label(), response));
  }

  private Collected<L> remove(Found<L> found) {
    open.remove(found.ref());
    return found.collected();
  }
}
