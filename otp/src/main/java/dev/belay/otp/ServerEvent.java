package dev.belay.otp;

import dev.belay.Pid;
import dev.belay.Sendable;
import org.jspecify.annotations.Nullable;

/// Something that has happened to a server, as it tells those who look on by [Sys#log] or
/// [Sys#trace].
///
/// What is in it, messages, replies and states, are the server's own objects: to be looked at, and
/// not to be changed.
///
/// @param server the server
/// @param nanos when, on its node's clock: [dev.belay.Node#nanoTime()]
/// @param kind what
/// @param peer who called, for [Kind#CALL]; who is replied to, for [Kind#REPLY]; otherwise null
/// @param what the message, reply, state, reason or number that it is about; null if there is none,
///   or for a reply of null
@Sendable
public record ServerEvent(
    Pid server, long nanos, Kind kind, @Nullable Pid peer, @Nullable Object what) {
  /// What has happened.
  public enum Kind {
    /// A call has come.
    CALL("call"),

    /// A message of the protocol has come that nobody waits for.
    CAST("cast"),

    /// Another message has come.
    INFO("other message"),

    /// The time of [Server#timeoutAfter] is over, or one of a state machine's timeouts, whose event
    /// this has.
    TIMEOUT("timeout"),

    /// It goes on with what was given to [Server#continueWith].
    CONTINUE("continues with"),

    /// A state machine handles an event that it has inserted itself.
    INSERTED("inserted event"),

    /// It replies when a handler has returned. What is answered through a [From] is not seen.
    REPLY("reply"),

    /// A state machine has another state: this one.
    STATE("state"),

    /// It is about to end, for this reason, and cleans up.
    END("ends"),

    /// So many events were not sent to the tracer, because too many messages were in its mailbox.
    LOST("events lost");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /// Says it in one line, of bounded length.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(64).append(server).append(' ').append(kind.words);
    if (what != null || kind == Kind.REPLY) {
      text.append(' ').append(what == null ? "null" : Text.of(what));
    }
    if (peer != null) {
      text.append(kind == Kind.REPLY ? " to " : " from ").append(peer);
    }
    return text.toString();
  }
}
