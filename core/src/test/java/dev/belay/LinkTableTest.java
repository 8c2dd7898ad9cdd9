package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The table of one cell's links, held against a map.
class LinkTableTest {
  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));
  private final Cell owner = new Cell(node, 1, Thread.currentThread());
  private final LinkTable table = new LinkTable();

  @AfterEach
  void close() {
    node.close();
  }

  private Pid pid(long number) {
    return new Pid(node.id, number, null);
  }

  private LinkEnd end(long peer) {
    return new LinkEnd(owner, pid(peer), false);
  }

  private Set<LinkEnd> all() {
    Set<LinkEnd> ends = new HashSet<>();
    table.forEach(end -> assertThat(ends.add(end)).as("listed once").isTrue());
    return ends;
  }

  @Test
  void itDoesWhatAMapWouldDo() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<Long, LinkEnd> model = new HashMap<>();
    for (int step = 0; step < 100_000; step++) {
      String where = "seed " + seed + ", step " + step;
      // Few numbers, for many hits, or many, for growth.
      long number = random.nextLong(step % 2 == 0 ? 20 : 2_000);
      LinkEnd known = model.get(number);
      assertThat(table.find(pid(number))).as(where).isSameAs(known);
      switch (random.nextInt(3)) {
        case 0, 1 -> {
          if (known == null) {
            LinkEnd fresh = end(number);
            table.add(fresh);
            model.put(number, fresh);
          } else {
            table.remove(known);
            model.remove(number);
          }
        }
        default -> {
          // One that is not in the table, though its peer may be.
          table.remove(end(number));
        }
      }
      assertThat(table.size()).as(where).isEqualTo(model.size());
      if (step % 1_000 == 0) {
        assertThat(all()).as(where).isEqualTo(new HashSet<>(model.values()));
      }
    }
  }

  /// As the dismantler does: it looks at some end, tells the peer, and takes it off.
  @Test
  void itIsEmptiedFromTheFront() {
    Set<LinkEnd> added = new HashSet<>();
    for (long number = 0; number < 100_000; number++) {
      LinkEnd end = end(number * 7);
      added.add(end);
      table.add(end);
    }
    List<LinkEnd> emptied = new ArrayList<>();
    @Nullable LinkEnd end = table.peek();
    while (end != null) {
      assertThat(table.peek()).as("looking takes nothing off").isSameAs(end);
      table.remove(end);
      emptied.add(end);
      end = table.peek();
    }
    assertThat(emptied).hasSize(100_000);
    assertThat(new HashSet<>(emptied)).isEqualTo(added);
    assertThat(table.size()).isZero();
  }

  /// For a report: as many as there is room for, and only those that are linked now.
  @Test
  void someGivesWhatThereIsRoomFor() {
    List<Pid> linked = new ArrayList<>();
    for (long number = 0; number < 10; number++) {
      LinkEnd end = end(number);
      end.unlinkId = number % 2;
      table.add(end);
      if (end.isActive()) {
        linked.add(end.peer);
      }
    }
    Pid[] few = new Pid[3];
    assertThat(table.some(few)).isEqualTo(3);
    assertThat(linked).contains(few).doesNotHaveDuplicates();
    Pid[] many = new Pid[50];
    assertThat(table.some(many)).isEqualTo(5);
    assertThat(Arrays.copyOf(many, 5)).containsExactlyInAnyOrderElementsOf(linked);
  }

  /// In a big table it does not look everywhere.
  @Test
  void someDoesNotLookEverywhere() {
    for (long number = 0; number < 10_000; number++) {
      table.add(end(number));
    }
    assertThat(table.some(new Pid[10_000])).isBetween(1, 9_000);
  }

  /// Equal numbers on different nodes are different peers.
  @Test
  void peersOfOtherNodesAreOthers() {
    LinkEnd here = end(42);
    LinkEnd there = new LinkEnd(owner, new Pid(new NodeId("other", 1), 42, null), false);
    table.add(here);
    table.add(there);
    assertThat(table.find(here.peer)).isSameAs(here);
    assertThat(table.find(there.peer)).isSameAs(there);
    table.remove(here);
    assertThat(table.find(here.peer)).isNull();
    assertThat(table.find(there.peer)).isSameAs(there);
  }
}
