package dev.belay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Answers what JMX asks about a node.
final class NodeBean implements NodeMXBean {
  private static final Pattern PID = Pattern.compile("<0\\.(\\d{1,9})\\.(\\d{1,9})>");
  private static final int DIGITS_BITS = 28;

  private final Node node;

  NodeBean(Node node) {
    this.node = node;
  }

  @Override
  public String getName() {
    return node.name();
  }

  @Override
  public int getProcessCount() {
    return node.processCount();
  }

  @Override
  public int getMaxProcesses() {
    return node.options.maxProcesses();
  }

  @Override
  public long getSpawnedTotal() {
    return node.spawnedTotal();
  }

  @Override
  public long getEndedTotal() {
    return Math.max(0, node.spawnedTotal() - node.processCount());
  }

  @Override
  public long getCrashedTotal() {
    return node.reporter.crashedTotal();
  }

  @Override
  public long getDeclaredDeadTotal() {
    return node.reporter.declaredTotal();
  }

  @Override
  public int getQuarantinedThreads() {
    return node.quarantine.list().size();
  }

  @Override
  public long getDroppedNoReceiver() {
    return node.dropCounters().noReceiver();
  }

  @Override
  public long getDroppedFull() {
    DropCounters counters = node.dropCounters();
    return counters.newest() + counters.oldest() + counters.overflows();
  }

  @Override
  public long getDroppedInterrupted() {
    return node.dropCounters().interrupted();
  }

  @Override
  public int getTimersArmed() {
    return node.timers.armed();
  }

  @Override
  public int getLongestMailbox() {
    int longest = 0;
    for (int part = 0; part < node.table.parts(); part++) {
      for (Cell cell : node.table.part(part)) {
        longest = Math.max(longest, cell.mailbox.length());
      }
    }
    return longest;
  }

  private record Full(Cell cell, int length) {}

  @Override
  public List<String> longestMailboxes(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("longestMailboxes(" + limit + "): must not be negative");
    }
    Comparator<Full> byLength = Comparator.comparingInt(Full::length);
    PriorityQueue<Full> longest = new PriorityQueue<>(byLength);
    for (int part = 0; part < node.table.parts(); part++) {
      for (Cell cell : node.table.part(part)) {
        int length = cell.mailbox.length();
        if (length > 0) {
          longest.add(new Full(cell, length));
          if (longest.size() > limit) {
            longest.remove();
          }
        }
      }
    }
    List<Full> sorted = new ArrayList<>(longest);
    sorted.sort(byLength.reversed());
    return sorted.stream()
        .map(full -> PlainText.count(full.length) + "  " + StackText.who(full.cell.pid))
        .toList();
  }

  @Override
  public String dump() {
    return node.dump();
  }

  @Override
  public String dump(int limit, boolean longestMailboxFirst) {
    DumpOptions options = DumpOptions.DEFAULT.limit(limit);
    return node.dump(longestMailboxFirst ? options.longestMailboxFirst() : options);
  }

  @Override
  public String dumpProcess(String pid) {
    Cell cell = find(pid);
    String text = cell == null ? null : node.dumps.one(cell, DumpOptions.DEFAULT);
    return text != null
        ? text
        : "There is no process "
            + pid
            + " on node "
            + node.name()
            + ": it has ended, or never was.";
  }

  private @Nullable Cell find(String pid) {
    Matcher matcher = PID.matcher(pid.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("dumpProcess(\"" + pid + "\"): a pid looks like <0.85.0>");
    }
    long low = Long.parseLong(matcher.group(1));
    long high = Long.parseLong(matcher.group(2));
    return node.table.find(high << DIGITS_BITS | low);
  }
}
