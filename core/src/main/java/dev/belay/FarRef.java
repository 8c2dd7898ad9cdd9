package dev.belay;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A reference of another node, of which only its numbers are known.
final class FarRef extends Ref {
  final int[] words;

  FarRef(NodeId home, int[] words) {
    super(new Pid(home, 0, null), words.length == 0 ? 0 : Integer.toUnsignedLong(words[0]));
    this.words = words;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof FarRef ref
            && ref.owner.home.equals(owner.home)
            && Arrays.equals(ref.words, words));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("#Ref<").append(owner.node());
    for (int i = words.length - 1; i >= 0; i--) {
      text.append('.').append(Integer.toUnsignedString(words[i]));
    }
    return text.append('>').toString();
  }
}
