package dev.belay.explorer;

import java.util.Arrays;
import java.util.Random;

/// Chooses by chance, from a seed: mostly the running strand, so that the others get their turns at
/// rare places.
final class RandomChooser implements Chooser {
  private final Random random;
  private final int rarity;
  private int[] chosen = new int[256];
  private int length;

  RandomChooser(long seed) {
    random = new Random(seed);
    rarity = 1 << random.nextInt(1, 6);
  }

  @Override
  public int choose(int event, int enabled, int running, boolean canGoOn) {
    int choice;
    if (canGoOn && random.nextInt(rarity) != 0) {
      choice = running;
    } else {
      int left = enabled;
      for (int skip = random.nextInt(Integer.bitCount(enabled)); skip > 0; skip--) {
        left &= left - 1;
      }
      choice = Integer.numberOfTrailingZeros(left);
    }
    if (event == chosen.length) {
      chosen = Arrays.copyOf(chosen, event * 2);
    }
    chosen[event] = choice;
    length = event + 1;
    return choice;
  }

  @Override
  public Schedule schedule() {
    return Schedule.of(chosen, length);
  }
}
