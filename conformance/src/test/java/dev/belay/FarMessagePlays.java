package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;
import java.util.Collections;
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

  /// Messages from there and from here come to a mailbox with room for one, while its owner takes
  /// them: each from there is heard, or its carrier is told that it was given up.
  @Explored(preemptions = 1, full = 2)
  static final class FullMailbox extends FarPlay {
    final Actor t =
        actor(
            "T",
            SpawnOptions.DEFAULT.mailbox(1, MailboxPolicy.DROP_OLDEST),
            () -> {
              ready();
              note(receive(String.class));
              hearTheRest(String.class);
            });
    final Actor a = actor("A", () -> send(t.pid(), "from here"));

    @Override
    void prepare() {
      super.prepare();
      start(t);
    }

    @Override
    void afar(FarSide far) {
      far.send(t.pid(), "1");
      far.send(t.pid(), "2");
    }

    @Override
    void check() {
      List<Object> heard = t.notes;
      for (String message : List.of("1", "2")) {
        int times =
            Collections.frequency(heard, message) + Collections.frequency(far().refused, message);
        require(
            times == 1 || (times == 0 && isFaulty()),
            () -> t + ": " + message + " is not accounted for, refused " + far().refused);
      }
      require(
          !heard.containsAll(List.of("1", "2")) || heard.indexOf("1") < heard.indexOf("2"),
          () -> t + ": not in this order");
      require(!far().refused.contains("from here"), () -> "refused " + far().refused);
    }
  }
}
