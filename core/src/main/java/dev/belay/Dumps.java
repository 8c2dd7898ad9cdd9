package dev.belay;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Writes dumps of one node: for processes what a thread dump is for threads.
///
/// The methods may be called from any thread, several at a time.
final class Dumps {
  /*
   * A dump takes the list of processes once, and then looks at one after the other; whoever ends meanwhile is left out. It
   * holds no lock while it writes or calls user code.
   *
   * There is one renderer a node, so that all dumps together lose no more threads to a `toString` that hangs than one of them may.
   * It is taken by whoever makes a dump, and put back; a dump that finds it taken shows messages by their
   * class.
   */
  private final Node node;
  private final AtomicReference<@Nullable Renderer> renderer;

  Dumps(Node node) {
    this.node = node;
    this.renderer = new AtomicReference<>(new Renderer(node.host, "belay-dump " + node.name()));
  }

  /// Writes a dump of the node.
  void write(Appendable out, DumpOptions options) throws IOException {
    List<Cell> cells = inOrder(node.table.cells(), options);
    out.append(summary(cells));
    Renderer mine = renderer.getAndSet(null);
    try {
      int shown = 0;
      for (Cell cell : cells) {
        if (shown == options.limit()) {
          out.append("\n\nThe dump ends here: its limit is ")
              .append(PlainText.count(options.limit()))
              .append(" processes (DumpOptions.limit).");
          break;
        }
        String text = isWanted(cell, options) ? text(cell, options, mine) : null;
        if (text != null) {
          out.append("\n\n").append(text);
          shown++;
        }
      }
    } finally {
      giveBack(mine);
    }
    for (QuarantinedThread thread : node.quarantine.list()) {
      out.append("\n\n").append(quarantined(thread, options));
    }
    out.append('\n');
  }

  /// Renders one process.
  ///
  /// @return its page, or null if it is past its time of death
  @Nullable String one(Cell cell, DumpOptions options) {
    Renderer mine = renderer.getAndSet(null);
    try {
      return text(cell, options, mine);
    } finally {
      giveBack(mine);
    }
  }

  private void giveBack(@Nullable Renderer mine) {
    if (mine != null) {
      mine.stop();
      renderer.set(mine);
    }
  }

  private static boolean isWanted(Cell cell, DumpOptions options) {
    return options.isForAll() || Snapshots.info(cell).filter(options::isWanted).isPresent();
  }

  private static @Nullable String text(
      Cell cell, DumpOptions options, @Nullable Renderer renderer) {
    Sight sight = Sight.of(cell, options);
    if (sight == null) {
      return null;
    }
    if (renderer != null && renderer.render(sight.texts())) {
      cell.host().interrupt(Thread.currentThread());
    }
    return sight.text();
  }

  /// Sorts the processes, if it should not be the oldest first.
  private static List<Cell> inOrder(List<Cell> cells, DumpOptions options) {
    if (!options.longestFirst()) {
      return cells;
    }
    record Full(Cell cell, int length) {}
    return cells.stream()
        .map(cell -> new Full(cell, cell.mailbox.length()))
        .sorted((a, b) -> Integer.compare(b.length, a.length))
        .map(Full::cell)
        .toList();
  }

  private String summary(List<Cell> cells) {
    Map<Sight.Doing, Integer> counts = new EnumMap<>(Sight.Doing.class);
    for (Cell cell : cells) {
      counts.merge(Sight.Doing.of(cell), 1, Integer::sum);
    }
    Page page = new Page("Dump of node " + PlainText.line(node.name()));
    page.fact(
        "processes",
        PlainText.count(cells.size())
            + " of at most "
            + PlainText.count(node.options.maxProcesses()));
    counts.forEach((doing, count) -> page.fact("", PlainText.count(count) + " " + doing.words));
    int quarantined = node.quarantine.list().size();
    page.fact(
        "quarantined", PlainText.count(quarantined) + (quarantined == 1 ? " thread" : " threads"));
    return page.toString();
  }

  private String quarantined(QuarantinedThread thread, DumpOptions options) {
    Page page = new Page("quarantined thread of " + StackText.who(thread.pid()));
    page.fact("stuck in", thread.stuckIn());
    page.fact("since", PlainText.duration(node.host.nanoTime() - thread.sinceNanos()));
    page.fact("thread", PlainText.line(thread.thread().toString()));
    if (options.stackDepth() > 0) {
      page.block(
          "stack now",
          StackText.innermost(node.host.handshake(thread.thread()), options.stackDepth()));
    }
    return page.toString();
  }
}
