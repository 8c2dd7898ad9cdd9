package dev.belay.death;

import dev.belay.Behaviour;
import dev.belay.Body;
import dev.belay.Turns;
import java.util.Locale;

/// How the processes of a program are run.
enum Style {
  /// Each on a thread of its own.
  RECEIVE {
    @Override
    Body of(Body body) {
      return body;
    }
  },
  /// In turns.
  TURNS {
    @Override
    Body of(Body body) {
      return Turns.of(() -> {
        body.run();
        return Behaviour.done();
      });
    }
  };

  /// Makes a body of what is written like one with a thread of its own; in turns all of it is one
  /// turn.
  abstract Body of(Body body);

  /// Makes a body that begins, and then waits for one message.
  Body of(Body begin, Behaviour then) {
    if (this == TURNS) {
      return Turns.of(() -> {
        begin.run();
        return then;
      });
    }
    return () -> {
      begin.run();
      then.handle(dev.belay.Belay.receive());
    };
  }

  /// Reads it from the last argument of a program, if there are so many.
  static Style of(String[] args, int index) {
    return args.length > index ? valueOf(args[index].toUpperCase(Locale.ROOT)) : RECEIVE;
  }
}
