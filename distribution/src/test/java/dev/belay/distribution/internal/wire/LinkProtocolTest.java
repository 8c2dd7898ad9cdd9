package dev.belay.distribution.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Two sides that link, unlink and exit as they like, with signals on their way in between.
class LinkProtocolTest {
  /// What can happen next between two processes.
  private enum Step {
    A_LINKS(true, true),
    A_UNLINKS(true, true),
    A_EXITS(true, true),
    A_RECEIVES(true, false),
    B_LINKS(false, true),
    B_UNLINKS(false, true),
    B_EXITS(false, true),
    B_RECEIVES(false, false);

    final boolean isA;
    final boolean isCall;

    Step(boolean isA, boolean isCall) {
      this.isA = isA;
      this.isCall = isCall;
    }
  }

  /// Goes through all that can happen with so many calls, whatever the order, each state once.
  private static final class Exploration {
    private final int calls;
    private final Set<String> visited = new HashSet<>();
    private final List<Step> path = new ArrayList<>();
    int settled;

    Exploration(int calls) {
      this.calls = calls;
    }

    private LinkWorld replay() {
      LinkWorld world = new LinkWorld(1);
      for (Step step : path) {
        take(world, step);
      }
      return world;
    }

    private static void take(LinkWorld world, Step step) {
      switch (step) {
        case A_LINKS -> world.a.link(0, 0);
        case A_UNLINKS -> world.a.unlink(0, 0);
        case A_EXITS -> world.a.exit(0);
        case A_RECEIVES -> world.a.deliver();
        case B_LINKS -> world.b.link(0, 0);
        case B_UNLINKS -> world.b.unlink(0, 0);
        case B_EXITS -> world.b.exit(0);
        case B_RECEIVES -> world.b.deliver();
      }
    }

    private boolean isEnabled(LinkWorld world, Step step) {
      return switch (step) {
        case A_LINKS, A_UNLINKS, A_EXITS -> world.a.isAlive(0) && callsLeft(true) > 0;
        case B_LINKS, B_UNLINKS, B_EXITS -> world.b.isAlive(0) && callsLeft(false) > 0;
        case A_RECEIVES -> world.a.hasIncoming();
        case B_RECEIVES -> world.b.hasIncoming();
      };
    }

    /// How many calls the process of a side has left.
    private int callsLeft(boolean isA) {
      int left = calls;
      for (Step step : path) {
        left -= step.isCall && step.isA == isA ? 1 : 0;
      }
      return left;
    }

    void explore() {
      LinkWorld world = replay();
      String state = world + " " + callsLeft(true) + " " + callsLeft(false);
      if (!visited.add(state)) {
        return;
      }
      if (!world.a.hasIncoming() && !world.b.hasIncoming()) {
        world.assertSettled();
        settled++;
      }
      List<Step> enabled = new ArrayList<>();
      for (Step step : Step.values()) {
        if (isEnabled(world, step)) {
          enabled.add(step);
        }
      }
      // The world is not needed any more: here the connection is lost.
      world.a.disconnect();
      world.b.disconnect();
      for (Step step : enabled) {
        path.add(step);
        explore();
        path.removeLast();
      }
    }

    void run() {
      try {
        explore();
      } catch (AssertionError e) {
        fail("after " + path, e);
      }
    }
  }

  @Test
  void allShortScriptsInAllOrders() {
    Exploration exploration = new Exploration(4);
    exploration.run();
    assertThat(exploration.visited).hasSizeGreaterThan(30_000);
    assertThat(exploration.settled).isGreaterThan(1_000);
  }

  @Test
  void longScriptsInRandomOrders() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 400; round++) {
      int processes = 1 + random.nextInt(3);
      LinkWorld world = new LinkWorld(processes);
      int deaths = random.nextInt(4);
      int pace = 1 + random.nextInt(6);
      try {
        for (int i = 0; i < 500; i++) {
          step(world, random, processes, pace, deaths * 2 > i % 100);
        }
        if (round % 2 == 0) {
          world.deliverAll();
          world.assertSettled();
        }
        world.a.disconnect();
        world.b.disconnect();
      } catch (AssertionError e) {
        fail("seed " + seed + ", round " + round, e);
      }
    }
  }

  private static void step(
      LinkWorld world, Random random, int processes, int pace, boolean mayDie) {
    boolean isA = random.nextBoolean();
    LinkWorld.Side side = isA ? world.a : world.b;
    int own = random.nextInt(processes);
    int other = random.nextInt(processes);
    switch (random.nextInt(3 + pace)) {
      case 0 -> {
        if (side.isAlive(own)) {
          side.link(own, other);
        }
      }
      case 1 -> {
        if (side.isAlive(own)) {
          side.unlink(own, other);
        }
      }
      case 2 -> {
        if (side.isAlive(own) && mayDie && random.nextInt(20) == 0) {
          side.exit(own);
        }
      }
      default -> {
        if (side.hasIncoming()) {
          side.deliver();
        }
      }
    }
  }
}
