package dev.belay;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;
import org.openjdk.jcstress.infra.results.IZ_Result;
import org.openjdk.jcstress.infra.results.LI_Result;
import org.openjdk.jcstress.infra.results.ZIZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// Links, monitors and aliases whose two sides act at the same time.
public final class BondStress {
  private static final Demonitor INFO = Demonitor.INFO;
  private static final MonitorOptions REPLY = MonitorOptions.DEFAULT.alias(AliasMode.REPLY);

  private BondStress() {}

  private static void reply(Ref alias, String text) {
    Posting.send(Stage.NODE, Stage.NODE.system, alias, text);
  }

  private static boolean linked(Cell cell, Cell other) {
    cell.lock();
    try {
      LinkEnd end = cell.findLink(other.pid);
      return end != null && end.isActive();
    } finally {
      cell.lockWord = 0;
    }
  }

  /// Two replies to one reply alias: exactly one is received (A3).
  @JCStressTest
  @Outcome(
      id = {"one, 1", "two, 1"},
      expect = ACCEPTABLE,
      desc = "one of them")
  @Outcome(expect = FORBIDDEN, desc = "both or none")
  @State
  public static class TwoReplies {
    private final Cell cell = Stage.cell();
    private final Ref alias = Watches.alias(cell, AliasMode.REPLY);

    /// One.
    @Actor
    public void one() {
      reply(alias, "one");
    }

    /// The other.
    @Actor
    public void two() {
      reply(alias, "two");
    }

    /// Afterwards.
    @Arbiter
    public void outcome(LI_Result result) {
      cell.mailbox.take();
      Message first = cell.mailbox.first();
      result.r1 = first == null ? "nothing" : first.open();
      result.r2 = cell.mailbox.length();
    }
  }

  /// A watcher, a target, and a monitor with a reply alias.
  private static final class Monitoring {
    final Cell watcher = Stage.cell();
    final Cell target = Stage.cell();
    final Ref ref = Watches.monitor(watcher, target.pid, target, REPLY);

    void down() {
      Watch watch = ref.watch;
      if (watch != null) {
        Watches.fire(watch, ExitStress.ONE, false);
      }
    }

    boolean listed() {
      return target.watchers != null;
    }
  }

  /// A reply meets the demonitor of its monitor, which ends the alias too (A7): one of them comes
  /// first.
  @JCStressTest
  @Outcome(id = "true, 0, false", expect = ACCEPTABLE, desc = "taken off; the reply vanishes")
  @Outcome(id = "false, 1, false", expect = ACCEPTABLE, desc = "replied, which took it off")
  @Outcome(expect = FORBIDDEN, desc = "both, neither, or the target still lists it")
  @State
  public static class ReplyAndDemonitor {
    private final Monitoring monitoring = new Monitoring();

    /// Who replies.
    @Actor
    public void sender() {
      reply(monitoring.ref, "reply");
    }

    /// The watcher.
    @Actor
    public void watcher(ZIZ_Result result) {
      result.r1 = Watches.demonitor(monitoring.watcher, monitoring.ref, INFO);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(ZIZ_Result result) {
      result.r2 = monitoring.watcher.mailbox.length();
      result.r3 = monitoring.listed();
    }
  }

  /// A reply meets the death of the target: the caller gets the one or the other.
  @JCStressTest
  @Outcome(
      id = {"reply, 1", "down, 1"},
      expect = ACCEPTABLE,
      desc = "one of them")
  @Outcome(expect = FORBIDDEN, desc = "both or none")
  @State
  public static class ReplyAndDown {
    private final Monitoring monitoring = new Monitoring();

    /// Who replies.
    @Actor
    public void sender() {
      reply(monitoring.ref, "reply");
    }

    /// The target's dismantler.
    @Actor
    public void dismantler() {
      monitoring.down();
    }

    /// Afterwards.
    @Arbiter
    public void outcome(LI_Result result) {
      monitoring.watcher.mailbox.take();
      Message first = monitoring.watcher.mailbox.first();
      Object message = first == null ? "nothing" : first.open();
      result.r1 = message instanceof Down ? "down" : message;
      result.r2 = monitoring.watcher.mailbox.length();
    }
  }

  /// A demonitor meets the down: if it says that the monitor was on, no down comes (M9, M11).
  @JCStressTest
  @Outcome(id = "true, 0, true", expect = ACCEPTABLE, desc = "taken off in time")
  @Outcome(id = "false, 1, true", expect = ACCEPTABLE, desc = "the down came first")
  @Outcome(expect = FORBIDDEN, desc = "both, neither, or the watcher still lists it")
  @State
  public static class DemonitorAndDown {
    private final Monitoring monitoring = new Monitoring();

    /// The target's dismantler.
    @Actor
    public void dismantler() {
      monitoring.down();
    }

    /// The watcher.
    @Actor
    public void watcher(ZIZ_Result result) {
      result.r1 = Watches.demonitor(monitoring.watcher, monitoring.ref, INFO);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(ZIZ_Result result) {
      result.r2 = monitoring.watcher.mailbox.length();
      result.r3 = monitoring.watcher.watching == null;
    }
  }

  /// A monitor meets the whole death of its target: there is exactly one down.
  @JCStressTest
  @Outcome(id = "1, true", expect = ACCEPTABLE, desc = "true reason or noproc")
  @Outcome(expect = FORBIDDEN, desc = "no down, two, or the monitor stays")
  @State
  public static class MonitorAndDeath {
    private final Cell watcher = Stage.cell();
    private final Cell target = Stage.cell();

    /// The watcher.
    @Actor
    public void watcher() {
      Ref _ = Watches.monitor(watcher, target.pid, target, MonitorOptions.DEFAULT);
    }

    /// The target.
    @Actor
    public void target() {
      Dismantling.unwound(target, null);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(IZ_Result result) {
      result.r1 = watcher.mailbox.length();
      result.r2 = watcher.watching == null && target.watchers == null;
    }
  }

  /// A link meets the whole death of its peer: there is exactly one exit.
  @JCStressTest
  @Outcome(id = "1, false", expect = ACCEPTABLE, desc = "true reason or noproc")
  @Outcome(expect = FORBIDDEN, desc = "no exit, two, or the link stays")
  @State
  public static class LinkAndDeath {
    private final Cell self = Stage.cell();
    private final Cell peer = Stage.cell();

    /// A process that traps exits.
    public LinkAndDeath() {
      self.trapExits = true;
    }

    /// Who links.
    @Actor
    public void linker() {
      Links.link(self, peer.pid, LinkMode.NORMAL);
    }

    /// The peer.
    @Actor
    public void peer() {
      Dismantling.unwound(peer, null);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(IZ_Result result) {
      result.r1 = self.mailbox.length();
      result.r2 = linked(self, peer);
    }
  }

  /// After an unlink no exit of the link is applied (L9).
  @JCStressTest
  @Outcome(
      id = {"0, 0, false", "1, 1, false"},
      expect = ACCEPTABLE,
      desc = "before, or not at all")
  @Outcome(expect = FORBIDDEN, desc = "an exit after the unlink, or the link stays")
  @State
  public static class UnlinkAndExit {
    private final Cell self = Stage.cell();
    private final Cell peer = Stage.cell();

    /// A process that traps exits, linked.
    public UnlinkAndExit() {
      self.trapExits = true;
      Links.link(self, peer.pid, LinkMode.NORMAL);
    }

    /// The peer's dismantler.
    @Actor
    public void dismantler() {
      Exits.linkExit(self, peer.pid, ExitStress.ONE, false);
    }

    /// Who unlinks.
    @Actor
    public void unlinker(IIZ_Result result) {
      Links.unlink(self, peer.pid);
      result.r1 = self.mailbox.length();
    }

    /// Afterwards.
    @Arbiter
    public void outcome(IIZ_Result result) {
      result.r2 = self.mailbox.length();
      result.r3 = linked(self, peer);
    }
  }

  /// Both link: there is one link, and both have it (L13).
  @JCStressTest
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "linked")
  @Outcome(expect = FORBIDDEN, desc = "they disagree, or are not linked")
  @State
  public static class LinkAndLink {
    private final Cell one = Stage.cell();
    private final Cell other = Stage.cell();

    /// One side.
    @Actor
    public void one() {
      Links.link(one, other.pid, LinkMode.NORMAL);
    }

    /// The other side.
    @Actor
    public void other() {
      Links.link(other, one.pid, LinkMode.NORMAL);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(ZZ_Result result) {
      result.r1 = linked(one, other);
      result.r2 = linked(other, one);
    }
  }

  /// One links and unlinks while the other links: whatever comes of it, they agree (L19).
  @JCStressTest
  @Outcome(
      id = {"true, true", "false, false"},
      expect = ACCEPTABLE,
      desc = "they agree")
  @Outcome(expect = FORBIDDEN, desc = "they disagree")
  @State
  public static class UnlinkAndLink {
    private final Cell one = Stage.cell();
    private final Cell other = Stage.cell();

    /// One side.
    @Actor
    public void one() {
      Links.link(one, other.pid, LinkMode.NORMAL);
      Links.unlink(one, other.pid);
    }

    /// The other side.
    @Actor
    public void other() {
      Links.link(other, one.pid, LinkMode.NORMAL);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(ZZ_Result result) {
      result.r1 = linked(one, other);
      result.r2 = linked(other, one);
    }
  }
}
