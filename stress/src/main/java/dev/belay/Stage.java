package dev.belay;

import dev.belay.internal.host.Host;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A node on which nothing runs by itself: no process, no timers, no reserve. The actors of a test
/// do all there is to do with its cells; who wakes the interrupter gives its interrupts.
final class Stage {
  /// One for all states of a JVM: jcstress makes millions of them.
  static final Node NODE = node();

  private Stage() {}

  static Node node() {
    Class<?>[] seam = {Host.class};
    AtomicReference<Node> made = new AtomicReference<>();
    Object host =
        Proxy.newProxyInstance(
            Host.class.getClassLoader(), seam, (self, method, given) -> call(made, method, given));
    Node node = Node.start(NodeOptions.DEFAULT.host((Host) host));
    made.set(node);
    // Nodes that are never closed are kept for those who look on; a test makes very many.
    LongMailboxes.forget(node);
    return node;
  }

  /// Makes a cell of the common node as a spawn does, but not its place in the table.
  static Cell cell() {
    return cell(NODE);
  }

  /// Makes a cell that keeps its cause when it is gone, as one with a name does.
  static Cell lasting() {
    SpawnOptions named = SpawnOptions.DEFAULT.name("lasting");
    return new Cell(NODE, NODE.nextPid(), named, Ancestors.NONE, () -> {});
  }

  static Cell cell(Node node) {
    return cell(node, node.nextPid());
  }

  static Cell cell(Node node, long number) {
    return new Cell(node, number, SpawnOptions.DEFAULT, Ancestors.NONE, () -> {});
  }

  /// A thread that is never started, and counts what is done to it.
  static final class Dummy extends Thread {
    final AtomicInteger interrupts = new AtomicInteger();
    final AtomicInteger unparks = new AtomicInteger();
    final boolean interrupter;

    Dummy(@Nullable Object name) {
      this.interrupter = name instanceof String text && text.contains("interrupter");
    }
  }

  private static void giveInterrupts(@Nullable Node node) {
    Interrupter.Target target = node == null ? null : node.interrupter.next();
    while (node != null && target != null) {
      target.giveInterrupt();
      target = node.interrupter.next();
    }
  }

  /// The JDK, except that nothing is started, nobody sleeps, and what is done to the threads of
  /// processes is counted.
  private static @Nullable Object call(
      AtomicReference<Node> node, Method method, Object @Nullable [] given) throws Throwable {
    switch (method.getName()) {
      case "processThread", "helperThread", "systemThread" -> {
        return new Dummy(given == null ? null : given[0]);
      }
      case "start" -> {
        return null;
      }
      case "park", "parkNanos" -> {
        Host.jdk().yieldThread();
        return null;
      }
      case "unpark" -> {
        if (given != null && given[0] instanceof Dummy dummy) {
          dummy.unparks.incrementAndGet();
          if (dummy.interrupter) {
            giveInterrupts(node.get());
          }
          return null;
        }
      }
      case "interrupt" -> {
        if (given != null && given[0] instanceof Dummy dummy) {
          dummy.interrupts.incrementAndGet();
          return null;
        }
      }
      default -> {}
    }
    try {
      return method.invoke(Host.jdk(), given);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
