package dev.belay.otp;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// A process and all that it, or what it spawned, has spawned: also those that are linked with
/// nobody. From any thread.
final class Descendants {
  /*
   * A process knows its nearest spawners, also those that are dead. The oldest come first, so that one pass finds all, unless more
   * generations than it knows are dead.
   */
  private Descendants() {}

  /// Lists those that are there, the oldest first.
  static Set<Pid> of(Node node, Pid root) {
    Set<Pid> found = new LinkedHashSet<>();
    for (Pid pid : node.processes()) {
      Optional<ProcessInfo> info = node.info(pid);
      if (info.isPresent()
          && (pid.equals(root)
              || info.get().ancestors().stream()
                  .anyMatch(spawner -> spawner.equals(root) || found.contains(spawner)))) {
        found.add(pid);
      }
    }
    return found;
  }

  /// Kills all of them, says so, and waits until they are dead, or declared dead. Supervisors are
  /// older than their children, and so are killed before they can start one again.
  static void kill(Node node, Application application, Pid root) {
    Set<Pid> left = of(node, root);
    if (!left.isEmpty()) {
      ApplicationReport.late(application, node, left);
    }
    while (!left.isEmpty()) {
      left.forEach(pid -> node.exit(pid, ExitReason.KILL));
      left.forEach(node::isAlive);
      left = of(node, root);
    }
  }
}
