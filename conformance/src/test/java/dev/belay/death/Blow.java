package dev.belay.death;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.link;

import dev.belay.ExitReason;

/// What makes a process exit that would not end by itself.
enum Blow {
  /// An exit signal with any reason.
  EXIT {
    @Override
    void strike(Stage stage) {
      stage.node.exit(stage.victim(), reason());
    }
  },
  /// An exit signal that cannot be trapped.
  KILL {
    @Override
    void strike(Stage stage) {
      stage.node.exit(stage.victim(), ExitReason.KILL);
    }
  },
  /// A request to end.
  TERMINATE {
    @Override
    void strike(Stage stage) {
      stage.node.terminate(stage.victim(), reason());
    }
  },
  /// The death of a linked process.
  LINK {
    @Override
    void strike(Stage stage) {
      stage.node.spawn(() -> {
        link(stage.victim());
        throw exit(reason());
      });
    }
  };

  /// Why the process will have ended.
  ExitReason reason() {
    return switch (this) {
      case EXIT -> ExitReason.term("bye");
      case KILL -> ExitReason.KILLED;
      case TERMINATE -> ExitReason.NORMAL;
      case LINK -> ExitReason.shutdown("my peer");
    };
  }

  abstract void strike(Stage stage);
}
