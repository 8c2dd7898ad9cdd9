package dev.belay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Name;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.ProcessStatus;
import dev.belay.Subject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Broken links and monitors are found. As no node has any, the snapshots are made up.
@BelayTest
class BondsTest {
  private final Map<Pid, ProcessInfo> snapshots = new HashMap<>();

  @Test
  void aLinkNeedsBothSides(Node node) {
    Pid one = node.spawn(() -> {});
    Pid two = node.spawn(() -> {});
    snapshot(one, List.of(two), List.of(), List.of());
    snapshot(two, List.of(one), List.of(), List.of());
    assertThat(broken()).isEmpty();
    snapshot(two, List.of(), List.of(), List.of());
    assertThat(broken())
        .containsExactly(one + " is linked with " + two + ", which is not linked with it");
    snapshots.remove(two);
    assertThat(broken()).containsExactly(one + " is linked with " + two + ", which is not alive");
  }

  @Test
  void aMonitorNeedsItsTarget(Node node) {
    Pid one = node.spawn(() -> {});
    Pid two = node.spawn(() -> {});
    snapshot(one, List.of(), List.of(two, two), List.of());
    snapshot(two, List.of(), List.of(), List.of(one, one));
    assertThat(broken()).isEmpty();
    snapshot(two, List.of(), List.of(), List.of(one));
    assertThat(broken()).contains(one + " monitors " + two + " 2 times, which knows of 1");
    snapshots.remove(two);
    assertThat(broken()).contains(one + " monitors " + two + " 2 times, which knows of 0");
  }

  @Test
  void aMonitorNeedsItsWatcher(Node node) {
    Pid one = node.spawn(() -> {});
    Pid two = node.spawn(() -> {});
    snapshot(two, List.of(), List.of(), List.of(one));
    assertThat(broken()).containsExactly(two + " is monitored by " + one + ", which is not alive");
    snapshot(one, List.of(), List.of(), List.of());
    assertThat(broken())
        .containsExactly(
            one + " has the monitors [], but is listed 1 times by those that it monitors");
  }

  @Test
  void aMonitorByNameNeedsSomebodyToo(Node node) {
    Pid one = node.spawn(() -> {});
    Pid two = node.spawn(() -> {});
    Name name = new Name("name", node.name());
    snapshot(one, List.of(), List.of(name), List.of());
    snapshot(two, List.of(), List.of(), List.of(one));
    assertThat(broken()).isEmpty();
    snapshot(two, List.of(), List.of(), List.of());
    assertThat(broken())
        .containsExactly(
            one
                + " has the monitors ["
                + name
                + "], but is listed 0 times by those that it monitors");
  }

  private List<String> broken() {
    return Bonds.broken(
        List.copyOf(snapshots.keySet()), pid -> Optional.ofNullable(snapshots.get(pid)));
  }

  private void snapshot(Pid pid, List<Pid> links, List<Subject> monitors, List<Pid> monitoredBy) {
    snapshots.put(
        pid,
        new ProcessInfo(
            pid,
            "",
            Optional.empty(),
            ProcessStatus.WAITING,
            false,
            0,
            Optional.empty(),
            links,
            monitors,
            monitoredBy,
            List.of(),
            Optional.empty(),
            List.of(),
            "body"));
  }
}
