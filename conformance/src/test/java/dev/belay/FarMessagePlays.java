package dev.belay;

import static dev.belay.Belay.*;

import java.util.List;

/// Messages over a line to another node: their order, also with the end of their sender and with
/// the loss of the line (decision 0016).
final class FarMessagePlays {
  private FarMessagePlays() {}

  /// A sends while the line is lost: what arrives is the beginning, in order.
  static final class SendAndLoss extends FarPlay {
    final Actor a =
        actor(
            "A",
            () -> {
              send(far().pid, 1);
              send(far().pid, 2);
              send(far().pid, 3);
            });

    @Override
    void afar(FarSide far) {
      far.step();
      far.step();
      far.lose();
    }

    @Override
    void check() {
      List<Object> came = far().messages;
      for (int i = 1; i < came.size(); i++) {
        require((int) came.get(i - 1) < (int) came.get(i), () -> "it came " + came);
      }
    }
  }

  /// A message of the far process comes before its end does.
  static final class MessageAndFarDeath extends FarPlay.Prepared {
    @Override
    void whatADoes() {
      linkUp();
      if (!(note(receive()) instanceof Exit)) {
        hear(Exit.class);
      }
    }

    @Override
    void afar(FarSide far) {
      far.send(a.pid(), "last words");
      far.die(a.pid(), BYE);
      far.lose();
    }

    @Override
    void check() {
      heardOnce(a, BYE);
      require(
          isFaulty() || a.notes.getFirst().equals("last words"), () -> a + ": not in this order");
    }
  }
}
