package dev.belay.distribution;

import dev.belay.otp.Call;
import java.util.Objects;

/// A request to a server of Erlang's or Elixir's, as a term, that is answered by a term: what
/// `gen_server:call` sends.
///
/// ```java
/// ServerRef<Object> shop = ServerRef.named(node(), new Name("shop", "e@localhost"), Object.class);
/// Object ropes = shop.call(new GenCall(Tuple.of(Atom.of("count"), Binary.utf8("rope"))));
/// ```
///
/// A server of Belay's whose protocol is `Object` gets as such what a process of another node has
/// asked for, if that is no [Call] of the program's own; the answer may be any value that can be
/// sent.
///
/// @param request the term, without the tuple of `$gen_call` around it
public record GenCall(Object request) implements Call<Object, Object> {
  /// Makes the request.
  ///
  /// @param request the term
  public GenCall {
    Objects.requireNonNull(request, "request");
  }
}
