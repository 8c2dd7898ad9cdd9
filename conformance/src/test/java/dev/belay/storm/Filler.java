package dev.belay.storm;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.LinkMode;
import dev.belay.Pid;
import dev.belay.otp.DynamicSupervisorRef;
import dev.belay.otp.Server;
import java.time.Duration;

/// A server that starts the children of the dynamic supervisor beside it, anew whenever it begins.
final class Filler extends Server<Leaf.Message> {
  private static final Duration PAUSE = Duration.ofMillis(1);

  private final Place place;
  private final Place filled;

  Filler(Place place) {
    this.place = place;
    this.filled = place.filled();
  }

  @Override
  protected void init() {
    place.begins();
    if (place.supervisor().kind == Place.Kind.ONE_FOR_ONE) {
      // Nobody else takes it along.
      Belay.link(theFilled(), LinkMode.ANY_EXIT);
    }
    if (place.habits.ending() % 2 == 0) {
      fill();
    } else {
      continueWith("fill");
    }
  }

  @Override
  protected void handleContinue(Object what) {
    fill();
  }

  private Pid theFilled() {
    return Belay.whereis(filled.id())
        .orElseThrow(() -> Belay.exit(ExitReason.term(filled + " is not there")));
  }

  private void fill() {
    Pid supervisor = theFilled();
    filled.pid = supervisor;
    DynamicSupervisorRef ref = DynamicSupervisorRef.of(Belay.node(), supervisor);
    ref.children().forEach(ref::terminateChild);
    while (ref.count().specs() > 0) {
      // Those that are about to be restarted cannot be told from here: let them come.
      Belay.sleep(PAUSE);
      ref.children().forEach(ref::terminateChild);
    }
    filled.children().forEach(child -> ref.startChild(child.spec()));
  }

  @Override
  protected void handleMessage(Leaf.Message message) {
    switch (message) {
      case Leaf.Where where -> reply(where, place.number);
      default -> throw new Leaf.Struck();
    }
  }
}
