package dev.belay.bench;

import static dev.belay.Belay.self;
import static dev.belay.Belay.send;

import dev.belay.Behaviour;
import dev.belay.Body;
import dev.belay.Pid;
import dev.belay.Turns;
import dev.belay.bench.BelayStage.Took;

/// What one process does again and again with servers, supervisors and tasks; written once for
/// drivers of both styles. All methods are called in the driver's process.
abstract class Drill {
  /// Makes ready what is not timed.
  ///
  /// @param size how much is to be done in all
  /// @return how often it is done
  int begin(int size) {
    return size;
  }

  /// Does it once.
  ///
  /// @param number which time this is, from 0
  abstract void step(int number);

  /// Waits until all is done, and checks it; this is timed.
  ///
  /// @param size how much was to be done in all
  void finish(int size) {}

  /// Ends what was started; this is not timed.
  void end() {}

  /// A driver that does it all in one go.
  Body receiveStyle(int size, Pid stage) {
    return () -> {
      int steps = begin(size);
      long start = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        step(i);
      }
      finish(size);
      send(stage, new Took(System.nanoTime() - start));
      end();
    };
  }

  /// A driver that does it in parts, as a turn should be short.
  Body turnStyle(int size, Pid stage) {
    return Turns.of(() -> new InParts(this, size, stage));
  }

  private static final class InParts implements Behaviour {
    private final Pid me = self();
    private final Drill drill;
    private final Pid stage;
    private final int size;
    private final int steps;
    private final long start;
    private int done;

    InParts(Drill drill, int size, Pid stage) {
      this.drill = drill;
      this.size = size;
      this.stage = stage;
      steps = drill.begin(size);
      start = System.nanoTime();
      send(me, Word.ON);
    }

    @Override
    public Behaviour handle(Object message) {
      Word.ON.expect(message);
      int end = Math.min(steps, done + TurnRows.PART);
      while (done < end) {
        drill.step(done++);
      }
      if (done < steps) {
        send(me, Word.ON);
        return Behaviour.same();
      }
      drill.finish(size);
      send(stage, new Took(System.nanoTime() - start));
      drill.end();
      return Behaviour.done();
    }
  }
}
