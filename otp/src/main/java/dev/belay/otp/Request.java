package dev.belay.otp;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.MonitorOptions;
import dev.belay.Name;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.Subject;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A call whose reply is collected later: what [ServerRef#request] returns (GR1).
///
/// ```java
/// Request<Integer> ropes = inventory.request(new Inventory.Count("rope"));
/// Request<Integer> tents = inventory.request(new Inventory.Count("tent")); // both are on their way
/// int all = ropes.await(Duration.ofSeconds(5)) + tents.await(Duration.ofSeconds(5));
/// ```
///
/// It belongs to the process that made it: only that one can collect the response (GR10), which
/// comes once. Until then it is a monitor of that process.
///
/// **When not to use it.** If nothing is to be done meanwhile, [ServerRef#call(Call)] says the
/// same. For very many at once there is [Requests], and on threads that are no process
/// [ServerRef#callAsync(Call)].
///
/// @param <R> the type of the reply
public final class Request<R extends @Nullable Object> {
  private static final MonitorOptions REPLY = MonitorOptions.DEFAULT.alias(AliasMode.REPLY);

  private final ServerRef<?> server;
  private final @Nullable GenProtocol protocol;
  final Ref ref;
  private final Call<?, R> request;

  private Request(ServerRef<?> server, Call<?, R> request, Ref ref) {
    this.server = server;
    this.protocol = Abroad.of(server.node());
    this.request = request;
    this.ref = ref;
  }

  static <R extends @Nullable Object> Request<R> of(ServerRef<?> server, Call<?, R> request) {
    Objects.requireNonNull(request, "request");
    Subject callee = server.subject();
    // If there is none, whoever comes there after that was not asked.
    Ref ref = Belay.monitor(callee == null ? nobody() : callee, REPLY);
    boolean sent = false;
    try {
      if (callee != null) {
        Belay.send(
            Abroad.destination(callee),
            Abroad.call(Belay.node(), Belay.self(), callee, ref, request));
      }
      sent = true;
      return new Request<>(server, request, ref);
    } finally {
      if (!sent) {
        Belay.demonitor(ref, Demonitor.FLUSH);
      }
    }
  }

  /// Returns a name that nobody can have (R1).
  private static Subject nobody() {
    return new Name("undefined", Belay.node().name());
  }

  /// Waits for the response, and leaves the request as it is if there is none in time: this may be
  /// called again (GR3).
  ///
  /// @param timeout how long to wait at most; [Duration#ZERO] only looks
  /// @return the response, or nothing if there is none yet
  public Optional<Response<R>> poll(Duration timeout) {
    mustBeMine();
    return Belay.receive(ref, selector(), timeout);
  }

  /// Waits for the reply. If there is none in time the request is abandoned: its reply will never
  /// come (GR3).
  ///
  /// @param timeout how long to wait at most
  /// @return the reply
  /// @throws CallException if there is none
  public R await(Duration timeout) {
    Optional<Response<R>> response = poll(timeout);
    if (response.isEmpty()) {
      response = abandon();
    }
    return switch (response.orElse(null)) {
      case Response.Reply<R>(R value) -> value;
      case Response.Failure<R> failure -> throw new CallException(toString(), failure.reason());
      case null -> throw CallException.of(this + " waited for " + timeout, CallReason.TIMEOUT);
    };
  }

  /// Gives the request up: no response to it will come from now on.
  ///
  /// @return the response, if it had come already
  public Optional<Response<R>> abandon() {
    mustBeMine();
    boolean wasOn = Belay.demonitor(ref, Demonitor.INFO);
    // A monitor of oneself is none, but its alias is one.
    Belay.unalias(ref);
    return wasOn ? Optional.empty() : poll(Duration.ZERO);
  }

  /// Tells whether a message that the process has received is the response, and which (GR4).
  ///
  /// @param message any message
  /// @return the response, if it is
  public Optional<Response<R>> check(Object message) {
    return Optional.ofNullable(selector().select(message));
  }

  private void mustBeMine() {
    if (!ref.owner().equals(Belay.self())) {
      throw new IllegalStateException(
          this
              + " was made by "
              + ref.owner()
              + ", and only that process can collect the response");
    }
  }

  Selector<Response<R>> selector() {
    return message ->
        message instanceof Down down
            ? down.ref().equals(ref) ? new Response.Failure<>(down.reason(), server) : null
            : response(Abroad.answer(protocol, message, ref, request));
  }

  private @Nullable Response<R> response(@Nullable Answer answer) {
    return switch (answer) {
      case Answer.Replied(Ref _, Object value) -> {
        @SuppressWarnings("unchecked") // the server replies by methods with the same types
        R reply = (R) value;
        yield new Response.Reply<>(reply);
      }
      case Answer.Refused refused ->
          new Response.Failure<>(ExitReason.term(refused.reason()), server);
      case null, default -> null;
    };
  }

  @Override
  public String toString() {
    return "request to " + server + ": " + request;
  }
}
