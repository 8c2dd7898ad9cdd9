package dev.belay.distribution;

import dev.belay.otp.Call;
import java.util.Objects;

/// A system message to a process of Erlang's or Elixir's, that is answered by a term: what the
/// functions of `sys` send.
///
/// ```java
/// ServerRef<Object> shop = ServerRef.named(node(), new Name("shop", "e@localhost"), Object.class);
/// Object state = shop.call(new SystemCall(Atom.of("get_state")));
/// ```
///
/// It is understood by processes of other nodes only. To look into those of the own node there is
/// [dev.belay.otp.Sys].
///
/// @param request the term, without the tuple of `system` around it: `get_state`, `get_status`,
///   `suspend`, `resume` and others
public record SystemCall(Object request) implements Call<Object, Object> {
  /// Makes the request.
  ///
  /// @param request the term
  public SystemCall {
    Objects.requireNonNull(request, "request");
  }
}
