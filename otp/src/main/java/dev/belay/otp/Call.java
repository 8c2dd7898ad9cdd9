package dev.belay.otp;

/// A request to a [Server] that is answered: the server's protocol and the reply are in its type.
///
/// ```java
/// record Count(String item) implements Message, Call<Message, Integer> {}
/// ```
///
/// It is a message of the protocol as well, so that the server's `switch` over the sealed protocol
/// covers it. Like every message it should be immutable.
///
/// @param <M> the protocol of the server
/// @param <R> the type of the reply
public interface Call<M, R> {}
