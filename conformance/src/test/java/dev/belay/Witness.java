package dev.belay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Somebody to whom the end of every process of a scenario must be told, whatever has failed: the
/// inbox of the main thread, which monitors each of them and, if told to, links with it.
final class Witness {
  private final Inbox inbox;
  private final boolean links;
  private final List<Actor> attended = new ArrayList<>();

  Witness(Node node, boolean links) {
    this.links = links;
    inbox = node.inbox();
    inbox.trapExits(true);
  }

  /// Begins to look after a process that has just been spawned.
  void attend(Actor actor) {
    if (links) {
      inbox.link(actor.pid());
    }
    inbox.monitor(actor.pid());
    attended.add(actor);
  }

  /// Everybody has ended: each end was told twice, by the link and by the monitor, with the one
  /// true reason.
  void lookBack() {
    List<Object> told = new ArrayList<>();
    Optional<Object> next = inbox.receive(Duration.ZERO);
    while (next.isPresent()) {
      told.add(next.get());
      next = inbox.receive(Duration.ZERO);
    }
    for (Actor actor : attended) {
      long exits = told.stream().filter(it -> it instanceof Exit exit && isOf(exit, actor)).count();
      long downs = told.stream().filter(it -> it instanceof Down down && isOf(down, actor)).count();
      Play.require(
          exits == (links ? 1 : 0) && downs == 1,
          () ->
              "the end of "
                  + actor
                  + " by "
                  + actor.reason()
                  + " was told by "
                  + exits
                  + " exits and "
                  + downs
                  + " downs among "
                  + told);
    }
    Play.require(
        told.size() == (links ? 2 : 1) * attended.size(),
        () -> "more than the ends was told: " + told);
  }

  private static boolean isOf(Exit exit, Actor actor) {
    return exit.pid().equals(actor.pid) && exit.reason().equals(actor.reason());
  }

  private static boolean isOf(Down down, Actor actor) {
    return actor.pid().equals(down.pid()) && down.reason().equals(actor.reason());
  }
}
