package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Atom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A reference as it is on the wire.
///
/// It is a value. The array is not copied: whoever makes the reference gives it away, and nobody
/// changes it.
///
/// @param node the node that made it
/// @param creation which of the nodes of this name that is
/// @param words its number, 1 to 5 words
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode look into it
public record WireRef(Atom node, int creation, int[] words) {
  /// The most words that a reference has.
  public static final int MAX_WORDS = 5;

  /// Keeps the parts.
  ///
  /// @param node the node that made it
  /// @param creation which of the nodes of this name that is
  /// @param words its number, 1 to 5 words
  /// @throws IllegalArgumentException if there are no words, or more than 5
  public WireRef {
    if (words.length < 1 || words.length > MAX_WORDS) {
      throw new IllegalArgumentException(
          "A reference has 1 to " + MAX_WORDS + " words, not " + words.length);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WireRef ref
        && ref.creation == creation
        && Arrays.equals(ref.words, words)
        && ref.node.equals(node);
  }

  @Override
  public int hashCode() {
    return (node.hashCode() * 31 + creation) * 31 + Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return "WireRef[node="
        + node
        + ", creation="
        + creation
        + ", words="
        + Arrays.toString(words)
        + "]";
  }
}
