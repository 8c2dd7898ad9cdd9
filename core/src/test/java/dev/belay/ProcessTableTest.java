package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The table of a node's processes, held against a map.
class ProcessTableTest {
  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));
  private final ProcessTable table = new ProcessTable(node.host);

  @AfterEach
  void close() {
    node.close();
  }

  private Cell cell(long number) {
    return new Cell(node, number, Thread.currentThread());
  }

  @Test
  void itDoesWhatAMapWouldDo() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<Long, Cell> model = new TreeMap<>();
    for (int step = 0; step < 100_000; step++) {
      String where = "seed " + seed + ", step " + step;
      long number = random.nextLong(5_000);
      Cell known = model.get(number);
      assertThat(table.find(number)).as(where).isSameAs(known);
      if (known == null) {
        Cell fresh = cell(number);
        // Removing what is not there changes nothing.
        table.remove(fresh);
        table.add(fresh);
        model.put(number, fresh);
      } else {
        table.remove(known);
        model.remove(number);
      }
      if (step % 2_000 == 0) {
        assertThat(table.cells()).as(where).containsExactlyElementsOf(model.values());
      }
    }
    assertThat(table.cells()).containsExactlyElementsOf(model.values());
    List<Cell> parts = new ArrayList<>();
    for (int part = 0; part < table.parts(); part++) {
      parts.addAll(table.part(part));
    }
    assertThat(parts).containsExactlyInAnyOrderElementsOf(model.values());
  }

  /// Who is there all the time is in every list, while others come and go (X11).
  @Test
  void whoStaysIsAlwaysListed() throws InterruptedException {
    List<Cell> stay = new ArrayList<>();
    for (long number = 0; number < 2_000; number += 2) {
      stay.add(cell(number));
      table.add(stay.getLast());
    }
    AtomicBoolean done = new AtomicBoolean();
    Thread churn =
        Thread.ofPlatform()
            .start(() -> {
              while (!done.get()) {
                List<Cell> come = new ArrayList<>();
                for (long number = 1; number < 4_000; number += 2) {
                  come.add(cell(number));
                  table.add(come.getLast());
                }
                come.forEach(table::remove);
              }
            });
    try {
      for (int round = 0; round < 300; round++) {
        List<Cell> listed = table.cells();
        List<Cell> even = listed.stream().filter(cell -> cell.pid.number() % 2 == 0).toList();
        assertThat(even).isEqualTo(stay);
      }
    } finally {
      done.set(true);
      churn.join();
    }
    assertThat(table.cells()).isEqualTo(stay);
  }
}
