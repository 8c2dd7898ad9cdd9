package dev.belay.explorer;

import java.util.Arrays;

/// Enumerates the schedules of a scenario, depth first, up to a bound on preemptions.
final class Search implements Chooser {
  /*
   * A schedule is the list of strands that make the steps. The search keeps the last one with, for each step, the
   * strands that could have made it, those that are to be tried there (`backtrack`) and those that were (`done`). It goes back to
   * the deepest step with something left to try, and runs the scenario again with that prefix; behind the prefix the
   * running strand goes on while it can.
   *
   * What is to be tried is found by dynamic partial-order reduction with a bound (Coons, Musuvathi, McKinley 2013): where two
   * steps conflict and nothing orders them, the second one's strand is to be tried at the first step, and, since that may
   * cost a preemption more, also where the first one's strand got its turn: from another one, or after it could not go on.
   * Without reduction everything is to be tried everywhere.
   */
  private final int bound;
  private final boolean reduced;

  private int[] chosen = new int[256];
  private int[] enabled = new int[256];
  private int[] backtrack = new int[256];
  private int[] done = new int[256];
  private int[] preemptions = new int[256];
  private int[] block = new int[256];

  /// The strand that ran before and could have gone on, or -1.
  private int[] going = new int[256];

  private int length;
  private int prefix;
  private boolean cut;

  Search(int bound, boolean reduced) {
    this.bound = bound;
    this.reduced = reduced;
  }

  /// Begins another execution.
  void begin() {
    length = 0;
  }

  @Override
  public int choose(int event, int canRun, int running, boolean canGoOn) {
    if (event == chosen.length) {
      grow();
    }
    int choice;
    if (event < prefix) {
      choice = chosen[event];
      if (enabled[event] != canRun) {
        return -1;
      }
    } else {
      choice = canGoOn ? running : next(canRun, running);
      chosen[event] = choice;
      enabled[event] = canRun;
      backtrack[event] = reduced ? 1 << choice : canRun;
      done[event] = 1 << choice;
    }
    going[event] = canGoOn ? running : -1;
    block[event] = event > 0 && canGoOn && running == choice ? block[event - 1] : event;
    preemptions[event] =
        event == 0 ? 0 : preemptions[event - 1] + cost(event - 1, chosen[event - 1]);
    length = event + 1;
    return choice;
  }

  /// The next strand in turn that can run.
  static int next(int canRun, int running) {
    int later = running < 0 ? 0 : canRun & -(2 << running);
    return Integer.numberOfTrailingZeros(later != 0 ? later : canRun);
  }

  private int cost(int event, int choice) {
    return going[event] >= 0 && going[event] != choice ? 1 : 0;
  }

  @Override
  public void race(int event, int strand, int helpers) {
    if (reduced) {
      tryAt(event, strand, helpers);
      tryAt(block[event], strand, helpers);
    }
  }

  /// Has a strand tried at a step, or, if it cannot run there, those that help it to.
  private void tryAt(int event, int strand, int helpers) {
    int able = enabled[event];
    int bit = 1 << strand;
    backtrack[event] |= (able & bit) != 0 ? bit : (able & helpers) != 0 ? able & helpers : able;
  }

  /// Goes on to the next schedule.
  ///
  /// @return false if there is none left
  boolean advance() {
    for (int event = length - 1; event >= 0; event--) {
      int left = backtrack[event] & ~done[event];
      while (left != 0) {
        int choice = Integer.numberOfTrailingZeros(left);
        left &= left - 1;
        done[event] |= 1 << choice;
        if (preemptions[event] + cost(event, choice) <= bound) {
          chosen[event] = choice;
          prefix = event + 1;
          return true;
        }
        cut = true;
      }
    }
    return false;
  }

  /// Whether schedules were left out because they have more preemptions than the bound allows.
  boolean isCut() {
    return cut;
  }

  /// The latest schedule.
  @Override
  public Schedule schedule() {
    return Schedule.of(chosen, length);
  }

  int preemptions() {
    int last = length - 1;
    return last < 0 ? 0 : preemptions[last] + cost(last, chosen[last]);
  }

  private void grow() {
    int more = chosen.length * 2;
    chosen = Arrays.copyOf(chosen, more);
    enabled = Arrays.copyOf(enabled, more);
    backtrack = Arrays.copyOf(backtrack, more);
    done = Arrays.copyOf(done, more);
    preemptions = Arrays.copyOf(preemptions, more);
    block = Arrays.copyOf(block, more);
    going = Arrays.copyOf(going, more);
  }
}
