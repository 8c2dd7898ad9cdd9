package dev.belay.death;

import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// A body that does not unwind when it is told to, until the stage lets it go.
///
/// @param name what it does instead
/// @param stay how it does that
/// @param frame a method that is on the stack while it does
record Stubborn(String name, Point.Stay stay, String frame) {
  @Override
  public String toString() {
    return name;
  }

  static List<Stubborn> all() {
    return List.of(
        new Stubborn("a busy loop", Stage::awaitReleaseDeafly, "awaitReleaseDeafly"),
        new Stubborn("a loop that swallows what verbs throw", Stubborn::swallowAll, "swallowAll"),
        new Stubborn("a swallowed InterruptedException", Stubborn::sleepOn, "sleepOn"),
        new Stubborn("a monitor that is never left", Stage::enterMonitor, "enterMonitor"),
        new Stubborn("a lock that is never released", Stubborn::lock, "lock"),
        new Stubborn("a join that ignores interrupts", Stubborn::join, "join"),
        new Stubborn("an acquire that ignores interrupts", Stubborn::acquire, "acquire"),
        new Stubborn("a finally that never returns", Stubborn::spinInFinally, "spinInFinally"),
        new Stubborn("a catch that never returns", Stubborn::spinInCatch, "spinInCatch"),
        new Stubborn("a finally that waits deafly", Stubborn::waitInFinally, "waitInFinally"),
        new Stubborn("a selector that never returns", Stubborn::select, "awaitReleaseDeafly"),
        new Stubborn("a class initialiser that never returns", Stubborn::initialise, "<clinit>"),
        new Stubborn("the read of a FIFO", Stubborn::readFifo, "awaitByte"));
  }

  private static void swallowAll(Stage stage) {
    while (!stage.isReleased()) {
      try {
        receive();
      } catch (Throwable e) {
        // Deaf on purpose.
      }
    }
  }

  private static void sleepOn(Stage stage) {
    while (!stage.isReleased()) {
      try {
        stage.released.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        // Deaf on purpose.
      }
    }
  }

  private static void lock(Stage stage) {
    ReentrantLock lock = new ReentrantLock();
    Thread holder = Thread.ofPlatform().start(() -> stage.holding(lock));
    Await.until("the lock is taken by " + holder, lock::isLocked);
    lock.lock();
    try {
      stage.ledger.note("locked");
    } finally {
      lock.unlock();
    }
  }

  private static void join(Stage stage) {
    CompletableFuture<Void> future = new CompletableFuture<>();
    stage.onRelease(() -> future.complete(null));
    future.join();
  }

  private static void acquire(Stage stage) {
    Semaphore semaphore = new Semaphore(0);
    stage.onRelease(semaphore::release);
    semaphore.acquireUninterruptibly();
  }

  private static void spinInFinally(Stage stage) {
    try {
      receive();
    } finally {
      stage.awaitReleaseDeafly();
    }
  }

  private static void spinInCatch(Stage stage) {
    try {
      receive();
    } catch (Throwable e) {
      stage.awaitReleaseDeafly();
    }
  }

  private static void waitInFinally(Stage stage) {
    try {
      receive();
    } finally {
      sleepOn(stage);
    }
  }

  private static void select(Stage stage) {
    send(self(), "look at this");
    receive(message -> {
      stage.awaitReleaseDeafly();
      return message;
    });
  }

  private static void initialise(Stage stage) throws ClassNotFoundException {
    BadClasses.initialiseUntil(stage::isReleased);
  }

  /// The FIFO is owned, but closing a file does not free a thread that reads from it.
  private static void readFifo(Stage stage) throws IOException, InterruptedException {
    Path fifo = Fifo.make();
    // Open for reading and writing, which does not wait for another end.
    RandomAccessFile writer = stage.keep(new RandomAccessFile(fifo.toFile(), "rw"));
    stage.onRelease(() -> Fifo.write(writer));
    FileInputStream in = new FileInputStream(fifo.toFile());
    own(stage.ledger.resource("fourth", in));
    Fifo.delete(fifo);
    send(self(), awaitByte(in));
  }

  private static int awaitByte(FileInputStream in) throws IOException {
    return in.read();
  }
}
