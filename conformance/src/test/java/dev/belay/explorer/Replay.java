package dev.belay.explorer;

import java.util.Arrays;

/// Follows a given schedule; behind its end the running strand goes on while it can.
final class Replay implements Chooser {
  private final Schedule given;
  private int[] chosen = new int[256];
  private int length;

  Replay(Schedule given) {
    this.given = given;
  }

  @Override
  public int choose(int event, int enabled, int running, boolean canGoOn) {
    int choice;
    if (event < given.strands().size()) {
      choice = given.strands().get(event);
    } else {
      choice = canGoOn ? running : Search.next(enabled, running);
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
