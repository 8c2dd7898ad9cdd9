package dev.belay.examples.tour;

import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.otp.ChildInfo;
import dev.belay.otp.SupervisorRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A drawing of some processes in a row, from what the node knows about them.
final class Drawing {
  private Drawing() {}

  /// Draws the processes, and those bonds that tie neighbours. It waits until those that are ending
  /// are dead. Of processes of other nodes nothing is known but what ties them to those of this
  /// one.
  static List<String> of(Node node, List<Pid> pids, Function<Pid, String> label) {
    List<Optional<ProcessInfo>> known = new ArrayList<>();
    for (Pid pid : pids) {
      known.add(isOf(node, pid) && node.isAlive(pid) ? node.info(pid) : Optional.empty());
    }
    StringBuilder row = new StringBuilder();
    boolean linked = false;
    boolean monitored = false;
    boolean dead = false;
    for (int i = 0; i < pids.size(); i++) {
      if (i > 0) {
        String bond = bond(known.get(i - 1), pids.get(i - 1), known.get(i), pids.get(i));
        linked |= bond.contains("═");
        monitored |= bond.contains("►") || bond.contains("◄");
        row.append(' ').append(bond).append(' ');
      }
      boolean isDead = known.get(i).isEmpty() && isOf(node, pids.get(i));
      dead |= isDead;
      row.append(label.apply(pids.get(i))).append(isDead ? " †" : "");
    }
    return List.of(row + "          " + legend(linked, monitored, dead));
  }

  /// Draws a supervisor and all that is below it, each in the order in which it is started.
  ///
  /// @param before what an earlier drawing has found: what has changed since is marked
  /// @param found where to put what is found: names with the way to them, and pids
  static List<String> tree(
      Node node,
      String name,
      SupervisorRef root,
      Map<String, String> before,
      Map<String, String> found) {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row(name, name, root.pid().map(Pid::toString).orElse("†")));
    below(node, name, "", root, rows);
    int width = rows.stream().mapToInt(row -> row.text.length()).max().orElse(0);
    List<String> drawn = new ArrayList<>();
    for (Row row : rows) {
      String was = before.getOrDefault(row.path, row.pid);
      drawn.add(
          row.text
              + " ".repeat(width - row.text.length() + 2)
              + row.pid
              + (was.equals(row.pid) ? "" : "  before: " + was));
      found.put(row.path, row.pid);
    }
    return drawn;
  }

  private record Row(String path, String text, String pid) {}

  private static void below(
      Node node, String path, String indent, SupervisorRef supervisor, List<Row> rows) {
    List<ChildInfo> children = supervisor.children().reversed();
    for (ChildInfo child : children) {
      boolean last = child == children.getLast();
      String pid = child.pid().map(Pid::toString).orElse("†");
      String childPath = path + "/" + child.id();
      rows.add(new Row(childPath, indent + (last ? "└─ " : "├─ ") + child.id(), pid));
      if (child.supervisor() && child.pid().isPresent()) {
        SupervisorRef next = SupervisorRef.of(node, child.pid().get());
        below(node, childPath, indent + (last ? "   " : "│  "), next, rows);
      }
    }
  }

  private static boolean isOf(Node node, Pid pid) {
    return pid.node().equals(node.name());
  }

  private static String bond(
      Optional<ProcessInfo> left, Pid leftPid, Optional<ProcessInfo> right, Pid rightPid) {
    boolean linked = isLinked(left, rightPid) || isLinked(right, leftPid);
    boolean rightwards = monitors(left, leftPid, right, rightPid);
    boolean leftwards = monitors(right, rightPid, left, leftPid);
    String line = linked ? "═══" : rightwards || leftwards ? "───" : "   ";
    return (leftwards ? "◄" : "") + line + (rightwards ? "►" : "");
  }

  private static boolean isLinked(Optional<ProcessInfo> one, Pid other) {
    return one.filter(info -> info.links().contains(other)).isPresent();
  }

  private static boolean monitors(
      Optional<ProcessInfo> watcher, Pid watcherPid, Optional<ProcessInfo> target, Pid targetPid) {
    return watcher.filter(info -> info.monitors().contains(targetPid)).isPresent()
        || target.filter(info -> info.monitoredBy().contains(watcherPid)).isPresent();
  }

  private static String legend(boolean linked, boolean monitored, boolean dead) {
    List<String> signs = new ArrayList<>();
    if (linked) {
      signs.add("═ linked");
    }
    if (monitored) {
      signs.add("► monitors");
    }
    if (dead) {
      signs.add("† dead");
    }
    return signs.isEmpty() ? "" : "(" + String.join(", ", signs) + ")";
  }
}
