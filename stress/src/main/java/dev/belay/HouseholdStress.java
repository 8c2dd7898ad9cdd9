package dev.belay;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZL_Result;
import org.openjdk.jcstress.infra.results.ZZL_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/// Names, the table of processes, owned resources and timers.
public final class HouseholdStress {
  private static final String NAME = "name";

  private HouseholdStress() {}

  private static boolean register(Names names, Cell cell) {
    try {
      names.register(NAME, cell);
      return true;
    } catch (NameException e) {
      return false;
    }
  }

  private static void beginExit(Cell cell) {
    cell.lock();
    try {
      cell.beginExit(ExitStress.ONE, false);
    } finally {
      cell.lockWord = 0;
    }
  }

  /// Two register under one name: one of them gets it (R1).
  @JCStressTest
  @Outcome(
      id = {"true, false, one", "false, true, two"},
      expect = ACCEPTABLE,
      desc = "one has it")
  @Outcome(expect = FORBIDDEN, desc = "both or nobody, or the wrong one")
  @State
  public static class TwoRegister {
    private final Names names = new Names();
    private final Cell one = Stage.cell();
    private final Cell two = Stage.cell();

    /// One.
    @Actor
    public void one(ZZL_Result result) {
      result.r1 = register(names, one);
    }

    /// The other.
    @Actor
    public void two(ZZL_Result result) {
      result.r2 = register(names, two);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(ZZL_Result result) {
      Cell holder = names.lookup(NAME);
      result.r3 = holder == one ? "one" : holder == two ? "two" : "nobody";
    }
  }

  /// Somebody registers under a name that a dying process frees: it stays with the new holder (X9).
  @JCStressTest
  @Outcome(id = "true, two", expect = ACCEPTABLE, desc = "free in time")
  @Outcome(id = "false, nobody", expect = ACCEPTABLE, desc = "still taken")
  @Outcome(expect = FORBIDDEN, desc = "the name is lost, or with the dead")
  @State
  public static class RegisterAndRelease {
    private final Names names = new Names();
    private final Cell one = Stage.cell();
    private final Cell two = Stage.cell();

    /// A process with a name.
    public RegisterAndRelease() {
      names.register(NAME, one);
    }

    /// Its dismantler.
    @Actor
    public void dismantler() {
      names.release(one);
    }

    /// Who wants the name.
    @Actor
    public void two(ZL_Result result) {
      result.r1 = register(names, two);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(ZL_Result result) {
      Cell holder = names.lookup(NAME);
      result.r2 = holder == one ? "one" : holder == two ? "two" : "nobody";
    }
  }

  /// A process is registered while it dies: nobody has the name afterwards.
  @JCStressTest
  @Outcome(
      id = {"true, true", "false, true"},
      expect = ACCEPTABLE,
      desc = "the name is free")
  @Outcome(expect = FORBIDDEN, desc = "a dead process has a name")
  @State
  public static class RegisterAndDeath {
    private final Names names = new Names();
    private final Cell cell = Stage.cell();

    /// Its dismantler.
    @Actor
    public void dismantler() {
      beginExit(cell);
      names.release(cell);
    }

    /// Who gives it a name.
    @Actor
    public void registrar(ZZ_Result result) {
      result.r1 = register(names, cell);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(ZZ_Result result) {
      result.r2 = names.lookup(NAME) == null && names.all().isEmpty() && cell.nameEntry == null;
    }
  }

  /// Processes are born and others end in the same bucket of the table.
  @JCStressTest
  @Outcome(id = "[1041, 1297, 1553, 1809]", expect = ACCEPTABLE, desc = "those that live")
  @Outcome(expect = FORBIDDEN, desc = "one is lost, or a dead one is left")
  @State
  public static class AddAndRemove {
    private final ProcessTable table = new ProcessTable(Stage.NODE.host);
    private final Cell[] old = cells(17);
    private final Cell[] born = cells(1041);

    /// A table with four processes.
    public AddAndRemove() {
      for (Cell cell : old) {
        table.add(cell);
      }
    }

    private static Cell[] cells(long first) {
      Cell[] cells = new Cell[4];
      for (int i = 0; i < cells.length; i++) {
        cells[i] = Stage.cell(Stage.NODE, first + i * 256L);
      }
      return cells;
    }

    /// Spawns.
    @Actor
    public void spawner() {
      for (Cell cell : born) {
        table.add(cell);
      }
    }

    /// Dismantlers.
    @Actor
    public void dismantler() {
      for (Cell cell : old) {
        table.remove(cell);
      }
    }

    /// Afterwards.
    @Arbiter
    public void outcome(L_Result result) {
      result.r1 = table.cells().stream().map(cell -> cell.pid.number).toList();
    }
  }

  /// Who lists the processes finds each that lives all the time (X11).
  @JCStressTest
  @Outcome(
      id = {"17", "17 33"},
      expect = ACCEPTABLE,
      desc = "with or without the new one")
  @Outcome(expect = FORBIDDEN, desc = "a living one is missing")
  @State
  public static class AddAndList {
    private final ProcessTable table = new ProcessTable(Stage.NODE.host);

    /// A table with one process.
    public AddAndList() {
      table.add(Stage.cell(Stage.NODE, 17));
    }

    /// A spawn, and a process that lives for a moment.
    @Actor
    public void spawner() {
      table.add(Stage.cell(Stage.NODE, 33));
    }

    /// Who lists.
    @Actor
    public void lister(L_Result result) {
      result.r1 =
          table.cells().stream()
              .map(cell -> Long.toString(cell.pid.number))
              .collect(Collectors.joining(" "));
    }
  }

  /// A resource is given to a process that is told to exit: it has one owner, who has it in its
  /// list.
  @JCStressTest
  @Outcome(id = "true, receiver", expect = ACCEPTABLE, desc = "given in time")
  @Outcome(id = "false, giver", expect = ACCEPTABLE, desc = "too late; it stays")
  @Outcome(expect = FORBIDDEN, desc = "nobody would close it")
  @State
  public static class GiveAndExit {
    private final Cell giver = Stage.cell();
    private final Cell receiver = Stage.cell();
    private final Owned<AutoCloseable> owned = Slot.own(giver, () -> {});

    /// The giver.
    @Actor
    public void giver(ZL_Result result) {
      result.r1 = Slot.give(owned, giver, receiver);
    }

    /// Who makes the receiver exit.
    @Actor
    public void killer() {
      beginExit(receiver);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(ZL_Result result) {
      boolean there = owned.isOwnedBy(receiver) && !Slot.names(receiver).isEmpty();
      boolean here = owned.isOwnedBy(giver) && !Slot.names(giver).isEmpty();
      result.r2 = there && !here ? "receiver" : here && !there ? "giver" : "nobody";
    }
  }

  /// A resource is given away while its giver's closer takes it: one of the two has it.
  @JCStressTest
  @Outcome(
      id = {"true, false", "false, true"},
      expect = ACCEPTABLE,
      desc = "one of the two")
  @Outcome(expect = FORBIDDEN, desc = "closed and given, or neither")
  @State
  public static class GiveAndClose {
    private final Cell giver = Stage.cell();
    private final Cell receiver = Stage.cell();
    private final Owned<AutoCloseable> owned = Slot.own(giver, () -> {});

    /// A giver that was declared dead meanwhile.
    @Actor
    public void giver(ZZ_Result result) {
      result.r1 = Slot.give(owned, giver, receiver);
    }

    /// Its closer.
    @Actor
    public void closer(ZZ_Result result) {
      result.r2 = owned.change(giver, null);
    }
  }

  /// A timer is started for a process that dies: it does not run on (TM8).
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "refused or cancelled")
  @Outcome(expect = FORBIDDEN, desc = "a timer for the dead")
  @State
  public static class TimerAndDeath {
    private static final Duration LATER = Duration.ofHours(1);
    private final Cell cell = Stage.cell();
    private volatile @Nullable TimerRef timer;

    /// Who starts it.
    @Actor
    public void starter() {
      timer =
          UserTimer.start("start", Stage.NODE, Stage.NODE.system, LATER, cell.pid, "late", false);
    }

    /// The dismantler.
    @Actor
    public void dismantler() {
      UserTimer.cancelAll(cell);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(Z_Result result) {
      TimerRef started = timer;
      result.r1 = started != null && started.timer.cancel().isEmpty();
    }
  }
}
