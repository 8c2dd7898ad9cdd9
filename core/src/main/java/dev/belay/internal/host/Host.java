package dev.belay.internal.host;

import org.jspecify.annotations.Nullable;

/// What the runtime needs from the machine: threads, parking, interrupts and the clock.
///
/// All methods may be called from any thread unless they say otherwise.
public interface Host {
  /// Returns the host that is the JDK itself.
  ///
  /// @return the one instance
  static Host jdk() {
    return JdkHost.INSTANCE;
  }

  /// Runs the class initialisers that the other methods need, so that none of them has to in a deep
  /// recursion. May be called often.
  void prepare();

  /// A node begins. While any does, the host sees to it that threads of processes can run although
  /// others keep their carriers.
  void attend();

  /// A node has ended that began.
  void leave();

  /// Tells the host that a thread of a process has begun or goes on.
  void progress();

  /// Reads the monotonic clock.
  ///
  /// @return nanoseconds since some fixed origin; compare by subtraction
  long nanoTime();

  /// Creates the thread of a process, not started.
  ///
  /// @param name the thread's name, or null for none
  /// @param body what it runs
  /// @return the thread
  Thread processThread(@Nullable String name, Runnable body);

  /// Creates a thread that closes resources or renders reports, and so runs user code; not started.
  ///
  /// @param name the thread's name
  /// @param virtual whether it should be a virtual thread; a platform thread runs even if all
  ///   carriers are busy
  /// @param body what it runs
  /// @return the thread
  Thread helperThread(String name, boolean virtual, Runnable body);

  /// Creates a thread of the runtime itself, not started. It runs user code only where an interrupt
  /// closes a channel of the user's.
  ///
  /// @param name the thread's name
  /// @param daemon whether the JVM may end while it runs
  /// @param body what it runs
  /// @return the thread
  Thread systemThread(String name, boolean daemon, Runnable body);

  /// Starts a thread that this host created.
  ///
  /// @param thread the thread
  void start(Thread thread);

  /// Tells how many threads can run at the same time.
  ///
  /// @return at least 1
  int parallelism();

  /// Blocks the calling thread until it is unparked or interrupted, or for no reason.
  ///
  /// @param blocker what it waits for, for thread dumps
  void park(Object blocker);

  /// Blocks the calling thread as [#park] does, for a bounded time. Dear for the threads of
  /// processes, whose verbs wait on the node's timers instead.
  ///
  /// @param blocker what it waits for, for thread dumps
  /// @param nanos the longest time, in nanoseconds
  void parkNanos(Object blocker, long nanos);

  /// Makes the current or next `park` of the thread return.
  ///
  /// @param thread the thread
  void unpark(Thread thread);

  /// Interrupts the thread.
  ///
  /// @param thread the thread
  void interrupt(Thread thread);

  /// Clears the calling thread's interrupt status.
  ///
  /// @return whether it was set
  boolean clearInterrupt();

  /// Passes a moment while another thread leaves a short critical section. A virtual thread keeps
  /// its carrier: so none leaves it in the middle of a verb, or of a death.
  ///
  /// @param attempt how often this was tried before, from 0
  void relax(int attempt);

  /// Tells how often a thread that found nothing to do may look again, at once, before it parks. A
  /// virtual thread keeps its carrier meanwhile.
  ///
  /// @return a number of looks, a few microseconds in all; 0 where no other thread could bring
  ///   anything meanwhile
  default int looks() {
    return 0;
  }

  /// Lets other threads run.
  void yieldThread();

  /// Tells the host, while somebody traces the node, that the calling thread is about to send a
  /// signal, and holds no lock: a test's scheduler may let others go first.
  default void aboutToSend() {}

  /// Tells whether a thread could go on, and has not been given a processor to do so. A guess: it
  /// may say no of a thread that waits for one, and yes of one that got it just now.
  ///
  /// @param thread the thread
  /// @return whether it waits to be run
  boolean awaitsCarrier(Thread thread);

  /// Takes the stack of a thread. After it, whatever the thread did before the frames that it shows
  /// is visible to the caller, and whatever the caller wrote before is visible to the thread.
  ///
  /// @param thread the thread
  /// @return its stack, innermost frame first; empty if it has ended
  StackTraceElement[] handshake(Thread thread);

  /// Waits until a thread has ended. Not for the threads of processes.
  ///
  /// @param thread the thread
  /// @param nanos the longest time, in nanoseconds
  /// @return whether it has ended
  boolean join(Thread thread, long nanos);
}
