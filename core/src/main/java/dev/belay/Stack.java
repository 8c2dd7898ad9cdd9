package dev.belay;

import dev.belay.internal.host.Host;
import java.lang.invoke.MethodHandles;
import java.lang.runtime.ObjectMethods;
import java.util.List;

/// Makes sure that a verb that has begun can be finished on the stack that is left.
final class Stack {
  /*
   * A stack overflow comes out of a call. A verb in a deep recursion could commit its first step and
   * overflow in its second. So it calls down a stretch first, longer than its own deepest path: the overflow comes here, before
   * anything has happened.
   *
   * What must fit most of all is the wake-up of a virtual thread, which the JDK does not survive: an overflow in
   * the middle of its `unpark` leaves that thread neither parked nor scheduled, for ever. Measured on JDK 25, that
   * needs about 2 KB where every frame is interpreted, and as much again when the scheduler adds a carrier.
   *
   * The path ahead may be interpreted while this one is compiled, with frames a fraction as large. So the frames are
   * made large: the innermost one holds WIDTH values over a call, and all frames of a method are as large as its
   * largest. The values are read from memory, so that no compiler can put the reading off until after the call, and
   * each is combined with the call's result, so that none can be done with before it; the call is made on every
   * probe, so that nobody takes that branch for one that never happens; and the method is too long to be
   * inlined into itself. FRAMES frames are then at least 7 KB in every mode, for the price of FRAMES calls.
   *
   * The second hazard are class initialisers. One that overflows, or runs out of memory, makes its class unusable for the whole
   * JVM; that of the JDK's methods of records with it all records. So those that verbs come upon only later are run by the first node; that none is forgotten is
   * tested in a JVM of its own.
   */
  private static final int FRAMES = 16;

  private static final int WIDTH = 48;
  private static final long[] VALUES = new long[WIDTH];

  /// Not final, so that the compiler does not know it.
  @SuppressWarnings("FieldMayBeFinal")
  private static int bottom = -1;

  private static final List<Class<?>> LATE =
      List.of(
          AliasMode.class,
          AliveWaiter.class,
          Answer.class,
          Ancestors.class,
          Awaited.class,
          Bound.Fate.class,
          Cell.class,
          Demonitor.class,
          DroppedMessage.Why.class,
          Dismantling.Next.class,
          ExitReason.class,
          ExitSignalError.class,
          InterruptPolicy.class,
          LinkMode.class,
          Mailbox.class,
          MailboxPolicy.class,
          MonitorOptions.class,
          ObjectMethods.class,
          Lane.class,
          Owned.class,
          ProcessStatus.class,
          Runner.Outcome.class,
          Runners.class,
          SpawnOptions.class,
          System.Logger.Level.class,
          Trail.class,
          Trail.How.class);

  private Stack() {}

  /// Runs the class initialisers that verbs need, of Belay and of the JDK.
  static void prepare(Host host) {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      for (Class<?> type : LATE) {
        lookup.ensureInitialized(type);
      }
    } catch (IllegalAccessException e) {
      throw new AssertionError("a class of this package", e);
    }
    host.prepare();
  }

  /// Throws `StackOverflowError` now rather than in the middle of a verb.
  static void probe() {
    if (descend(FRAMES) < 0) {
      throw new AssertionError("the values are all 0");
    }
  }

  private static long descend(int frames) {
    if (frames > 0) {
      return descend(frames - 1) + 1;
    }
    if (frames < 0) {
      return 0;
    }
    long[] v = VALUES;
    long v00 = v[0];
    long v01 = v[1];
    long v02 = v[2];
    long v03 = v[3];
    long v04 = v[4];
    long v05 = v[5];
    long v06 = v[6];
    long v07 = v[7];
    long v08 = v[8];
    long v09 = v[9];
    long v10 = v[10];
    long v11 = v[11];
    long v12 = v[12];
    long v13 = v[13];
    long v14 = v[14];
    long v15 = v[15];
    long v16 = v[16];
    long v17 = v[17];
    long v18 = v[18];
    long v19 = v[19];
    long v20 = v[20];
    long v21 = v[21];
    long v22 = v[22];
    long v23 = v[23];
    long v24 = v[24];
    long v25 = v[25];
    long v26 = v[26];
    long v27 = v[27];
    long v28 = v[28];
    long v29 = v[29];
    long v30 = v[30];
    long v31 = v[31];
    long v32 = v[32];
    long v33 = v[33];
    long v34 = v[34];
    long v35 = v[35];
    long v36 = v[36];
    long v37 = v[37];
    long v38 = v[38];
    long v39 = v[39];
    long v40 = v[40];
    long v41 = v[41];
    long v42 = v[42];
    long v43 = v[43];
    long v44 = v[44];
    long v45 = v[45];
    long v46 = v[46];
    long v47 = v[47];
    long r = descend(bottom);
    return (r ^ v00) + (r ^ v01) + (r ^ v02) + (r ^ v03) + (r ^ v04) + (r ^ v05) + (r ^ v06)
        + (r ^ v07) + (r ^ v08) + (r ^ v09) + (r ^ v10) + (r ^ v11) + (r ^ v12) + (r ^ v13)
        + (r ^ v14) + (r ^ v15) + (r ^ v16) + (r ^ v17) + (r ^ v18) + (r ^ v19) + (r ^ v20)
        + (r ^ v21) + (r ^ v22) + (r ^ v23) + (r ^ v24) + (r ^ v25) + (r ^ v26) + (r ^ v27)
        + (r ^ v28) + (r ^ v29) + (r ^ v30) + (r ^ v31) + (r ^ v32) + (r ^ v33) + (r ^ v34)
        + (r ^ v35) + (r ^ v36) + (r ^ v37) + (r ^ v38) + (r ^ v39) + (r ^ v40) + (r ^ v41)
        + (r ^ v42) + (r ^ v43) + (r ^ v44) + (r ^ v45) + (r ^ v46) + (r ^ v47);
  }
}
