package dev.belay.distribution.internal.handshake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/// What a node of Belay's says of itself in the handshake that others do not: which signals it
/// understands besides Erlang's.
///
/// It stands behind the name in the messages that begin with one, where every node has to accept
/// and to ignore what it does not know. Who connects says it; who accepts says it only to one that
/// has. What holds between two nodes is what both have said. It is not proven by the cookie, as
/// the flags are not.
///
///     "dev.belay", then four bytes, one bit for each feature, then whatever later versions say
///
/// @param features the bits of the features
public record Hello(int features) {
  /// Of a node that says nothing.
  public static final Hello NONE = new Hello(0);

  /// Of a node of this version.
  public static final Hello OF_THIS_VERSION =
      new Hello(Feature.TERMINATE.mask | Feature.TRAIL.mask);

  private static final byte[] START = "dev.belay".getBytes(US_ASCII);
  private static final int LENGTH = START.length + Integer.BYTES;

  /// What there is besides Erlang's signals. A bit keeps its meaning for ever: what is to be said
  /// in another way gets another one.
  public enum Feature {
    /// Requests to end whatever the receiver traps.
    TERMINATE(1),
    /// The trail of a reason, with the exits of linked and monitored processes.
    TRAIL(1 << 1);

    private final int mask;

    Feature(int mask) {
      this.mask = mask;
    }
  }

  /// Tells whether a feature is among these.
  ///
  /// @param feature the feature
  /// @return whether it is
  public boolean has(Feature feature) {
    return (features & feature.mask) != 0;
  }

  /// Returns what both of two nodes have said.
  ///
  /// @param other what the other one has said
  /// @return the common features
  Hello common(Hello other) {
    return new Hello(features & other.features);
  }

  /// Reads what stands behind a name. What is no hello is none: it is for others.
  static Hello read(ByteBuffer rest) {
    int at = rest.position();
    return rest.remaining() < LENGTH || !rest.slice(at, START.length).equals(ByteBuffer.wrap(START))
        ? NONE
        : new Hello(rest.getInt(at + START.length));
  }

  /// How many bytes it takes behind a name; none if there is nothing to say.
  int length() {
    return features == 0 ? 0 : LENGTH;
  }

  void putInto(ByteBuffer message) {
    if (features != 0) {
      message.put(START).putInt(features);
    }
  }
}
