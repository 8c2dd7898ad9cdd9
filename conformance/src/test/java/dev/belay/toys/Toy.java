package dev.belay.toys;

import dev.belay.explorer.Scenario;
import dev.belay.explorer.Stage;
import dev.belay.internal.host.Host;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;

/// A small program of a few threads, which run between `begin` and `end`.
abstract class Toy implements Scenario {
  volatile int lock;

  /// Has the calling thread stall when it is preempted.
  Runnable mayStall = () -> {};

  /// What the threads do.
  abstract Runnable[] bodies(Host host);

  /// Looks at the outcome.
  void check() {}

  @Override
  public final void run(Stage stage) {
    mayStall = stage::mayStall;
    for (Runnable body : bodies(stage.host())) {
      stage.host().start(stage.host().systemThread("toy", true, body));
    }
    stage.over();
    check();
  }

  final void acquire(Host host) {
    int attempt = 0;
    while (!LOCK.compareAndSet(this, 0, 1)) {
      host.relax(attempt++);
    }
  }

  static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private static final VarHandle LOCK;

  static {
    try {
      LOCK = MethodHandles.lookup().findVarHandle(Toy.class, "lock", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// Two threads, each with two writes to one variable: 6 orders.
  static final class Writes extends Toy {
    private volatile int x;

    @Override
    Runnable[] bodies(Host host) {
      Runnable body =
          () -> {
            x = 1;
            x = 2;
          };
      return new Runnable[] {body, body};
    }

    @Override
    void check() {
      require(x == 2, "x");
    }
  }

  /// Three threads that write to variables of their own: one order is as good as any.
  static final class Strangers extends Toy {
    private volatile int x;
    private volatile int y;
    private volatile int z;

    @Override
    Runnable[] bodies(Host host) {
      return new Runnable[] {
        () -> {
          x = 1;
          x = 2;
        },
        () -> {
          y = 1;
          y = 2;
        },
        () -> {
          z = 1;
          z = 2;
        }
      };
    }
  }

  /// A counter that is read and written in two steps.
  static final class LostUpdate extends Toy {
    private volatile int x;

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // that is the bug
    Runnable[] bodies(Host host) {
      Runnable body = () -> x++;
      return new Runnable[] {body, body};
    }

    @Override
    void check() {
      require(x == 2, "an update was lost: " + x);
    }
  }

  /// Three threads count under a lock.
  static final class Counted extends Toy {
    private int x;

    @Override
    Runnable[] bodies(Host host) {
      Runnable body =
          () -> {
            acquire(host);
            try {
              x++;
            } finally {
              lock = 0;
            }
          };
      return new Runnable[] {body, body, body};
    }

    @Override
    void check() {
      require(x == 3, "x");
    }
  }

  /// A plain field is published by nothing.
  static final class Race extends Toy {
    private int x;

    @Override
    Runnable[] bodies(Host host) {
      return new Runnable[] {() -> x = 1, () -> require(x >= 0, "x")};
    }
  }

  /// A plain field is published by a volatile one.
  static final class Published extends Toy {
    private int x;
    private volatile boolean there;

    @Override
    Runnable[] bodies(Host host) {
      return new Runnable[] {
        () -> {
          x = 1;
          there = true;
        },
        () -> {
          if (there) {
            require(x == 1, "x");
          }
        }
      };
    }
  }

  /// The sleeper looks before it says that it sleeps.
  static final class LostWakeUp extends Toy {
    private volatile boolean asleep;
    private volatile boolean work;

    @Override
    Runnable[] bodies(Host host) {
      Thread[] sleeper = new Thread[1];
      return new Runnable[] {
        () -> {
          sleeper[0] = Thread.currentThread();
          if (!work) {
            asleep = true;
            host.park(this);
          }
        },
        () -> {
          work = true;
          if (asleep) {
            host.unpark(sleeper[0]);
          }
        }
      };
    }
  }

  /// Needs three preemptions: each thread must see the other's step between two of its own.
  static final class Deep extends Toy {
    private volatile int x;

    @Override
    Runnable[] bodies(Host host) {
      return new Runnable[] {
        () -> {
          if (x == 0) {
            x = 1;
          }
          if (x == 2) {
            x = 3;
          }
          require(x != 4, "the deep place was reached");
        },
        () -> {
          if (x == 1) {
            x = 2;
          }
          if (x == 3) {
            x = 4;
          }
        }
      };
    }
  }

  /// Two threads wait for each other in a circle.
  static final class Circle extends Toy {
    private volatile boolean a;
    private volatile boolean b;

    @Override
    Runnable[] bodies(Host host) {
      return new Runnable[] {
        () -> {
          while (!b) {
            host.relax(0);
          }
          a = true;
        },
        () -> {
          while (!a) {
            host.relax(0);
          }
          b = true;
        }
      };
    }
  }

  /// A thread sleeps, and the others see to it that time passes.
  static final class Sleeper extends Toy {
    private volatile long woken;

    @Override
    Runnable[] bodies(Host host) {
      long begin = host.nanoTime();
      return new Runnable[] {
        () -> {
          while (host.nanoTime() - begin < 5_000) {
            host.parkNanos(this, 5_000 - (host.nanoTime() - begin));
          }
          woken = host.nanoTime() - begin;
        }
      };
    }

    @Override
    void check() {
      require(woken == 5_000, "woken after " + woken);
    }
  }

  /// A thread counts on another one to be done in a while.
  static class InTime extends Toy {
    private volatile boolean begun;
    private volatile boolean done;

    void before() {}

    void enough(Host host, BooleanSupplier isDone) {}

    @Override
    Runnable[] bodies(Host host) {
      return new Runnable[] {
        () -> {
          before();
          begun = true;
          done = true;
        },
        () -> {
          host.parkNanos(this, 5_000);
          enough(host, () -> done);
          require(done, "not done after a while");
        }
      };
    }

    @Override
    void check() {
      require(begun, "not begun");
    }
  }

  /// The other one may stall.
  static class TooLate extends InTime {
    @Override
    void before() {
      mayStall.run();
    }
  }

  /// The other one may stall, and is waited for.
  static final class Patient extends TooLate {
    @Override
    void enough(Host host, BooleanSupplier isDone) {
      while (!isDone.getAsBoolean()) {
        host.relax(0);
      }
    }
  }

  /// A method is synchronized, and calls another one that is.
  static final class Monitors extends Toy {
    private int x;
    private volatile int seen;

    @Override
    Runnable[] bodies(Host host) {
      return new Runnable[] {this::twice, this::twice};
    }

    private synchronized void twice() {
      once();
      seen = x;
      once();
    }

    private synchronized void once() {
      x++;
    }

    @Override
    void check() {
      require(x == 4 && seen == 3, "x");
    }
  }
}
