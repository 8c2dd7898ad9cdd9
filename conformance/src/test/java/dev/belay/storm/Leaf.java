package dev.belay.storm;

import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.TimerRef;
import dev.belay.otp.Call;
import dev.belay.otp.Server;
import dev.belay.otp.Shutdown;
import dev.belay.otp.Supervisor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A server at a place, which holds the token of the place and has its habits.
final class Leaf extends Server<Leaf.Message> {
  sealed interface Message {}

  /// To crash.
  record Crash() implements Message {}

  /// To say where it is.
  record Where() implements Message, Call<Message, Integer> {}

  private record Tick() implements Message {}

  private static final Duration FAR = Duration.ofHours(1);

  private final Place place;
  private @Nullable TimerRef far;

  Leaf(Place place) {
    this.place = place;
  }

  /// How some are ended: at once, or with little time.
  static Shutdown shutdown(int ending) {
    return switch (ending) {
      case 0, 1 -> Shutdown.BRUTAL_KILL;
      case 2 -> Shutdown.within(Duration.ofMillis(1));
      default -> Shutdown.within(Duration.ofMinutes(1));
    };
  }

  @Override
  protected void init() {
    place.begins();
    if (place.habits.traps()) {
      Belay.trapExits(true);
    }
    if (place.habits.timed()) {
      tick();
    }
    if (place.habits.ready()) {
      Supervisor.ready();
    }
  }

  /// One timer that never fires, and one that does until the storm is over.
  private void tick() {
    if (far != null) {
      Belay.cancelTimer(far);
    }
    far = Belay.sendAfter(FAR, Belay.self(), new Tick());
    if (!place.tree.isCalm()) {
      Belay.sendAfter(Duration.ofMillis(20 + place.number % 80), Belay.self(), new Tick());
    }
  }

  @Override
  protected void handleMessage(Message message) {
    switch (message) {
      case Crash _ -> throw new Struck();
      case Where where -> reply(where, place.number);
      case Tick _ -> tick();
    }
  }

  @Override
  protected void handleInfo(Object message) {
    if (!(message instanceof Exit)) {
      throw new IllegalStateException("nobody should send " + message);
    }
  }

  /// Some need longer than they have, and some fail.
  @Override
  protected void cleanUp(ExitReason reason) {
    switch (place.habits.ending()) {
      case 2 -> Belay.sleep(Duration.ofMillis(4));
      case 3 -> throw new Struck();
      default -> {}
    }
  }

  /// What servers crash with here.
  static final class Struck extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Struck() {
      super("struck", null, false, false);
    }
  }
}
