package dev.belay;

import static dev.belay.Belay.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A node in the JVM's own MBean server.
class NodeMXBeanTest {
  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

  private final LogCapture log = new LogCapture(Level.OFF);
  private final Node node = Node.start(NodeOptions.DEFAULT.name("summit").daemon(true).jmx(true));

  @AfterEach
  void close() {
    node.close();
    log.close();
  }

  private static ObjectName name(String name) throws JMException {
    return new ObjectName("dev.belay:type=Node,name=" + name);
  }

  private static NodeMXBean bean(String name) throws JMException {
    return JMX.newMXBeanProxy(SERVER, name(name), NodeMXBean.class);
  }

  private static Object attribute(String attribute) throws JMException {
    return SERVER.getAttribute(name("summit"), attribute);
  }

  @Test
  void counts() throws JMException {
    NodeMXBean bean = bean("summit");
    assertThat(bean.getName()).isEqualTo("summit");
    assertThat(attribute("MaxProcesses")).isEqualTo(1 << 23);
    assertThat(bean.getSpawnedTotal()).isZero();
    assertThat(bean.getEndedTotal()).isZero();

    Pid waiting = node.spawn(Belay::receive);
    try (Inbox inbox = node.inbox()) {
      assertThat(inbox.pid()).isNotEqualTo(waiting);
    }
    ended(node.spawn(() -> {}));
    ended(
        node.spawn(() -> {
          Belay.spawnLink(() -> {
            throw new IllegalStateException("fell");
          });
          receive();
        }));
    Pid named = node.spawn(SpawnOptions.DEFAULT.name("chalk"), Belay::receive);
    assertThatExceptionOfType(NameException.class)
        .isThrownBy(() -> node.spawn(SpawnOptions.DEFAULT.name("chalk"), () -> {}));
    Waiting.until("only two are left", () -> bean.getProcessCount() == 2);
    assertThat(attribute("SpawnedTotal")).isEqualTo(5L);
    assertThat(attribute("EndedTotal")).isEqualTo(3L);
    assertThat(attribute("CrashedTotal")).as("not who was linked").isEqualTo(1L);
    assertThat(attribute("DeclaredDeadTotal")).isEqualTo(0L);
    node.exit(named, ExitReason.KILL);
    ended(named);
  }

  @Test
  void countsWhatNobodyReceives() throws JMException {
    Pid dead = node.spawn(() -> {});
    ended(dead);
    node.send(dead, "late");
    Pid full =
        node.spawn(
            SpawnOptions.DEFAULT.mailbox(1, MailboxPolicy.DROP_NEWEST), () -> receive(Long.class));
    node.send(full, "kept");
    node.send(full, "dropped");
    node.send(full, "dropped, too");
    assertThat(attribute("DroppedNoReceiver")).isEqualTo(1L);
    assertThat(attribute("DroppedFull")).isEqualTo(2L);
    assertThat(attribute("DroppedInterrupted")).isEqualTo(0L);
  }

  private void ended(Pid pid) {
    Waiting.until(pid + " has ended", () -> !node.isAlive(pid));
  }

  @Test
  void countsWhatDoesNotComeBack() throws JMException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Pid stubborn =
        node.spawn(
            SpawnOptions.DEFAULT.killGrace(Duration.ofMillis(20)),
            () -> {
              begun.countDown();
              while (end.getCount() > 0) {
                try {
                  end.await();
                } catch (InterruptedException e) {
                  // It does not care.
                }
              }
            });
    Waiting.until("it has begun", () -> begun.getCount() == 0);
    NodeMXBean bean = bean("summit");
    assertThat(attribute("QuarantinedThreads")).isEqualTo(0);
    node.exit(stubborn, ExitReason.KILL);
    Waiting.until("it is declared dead", () -> bean.getQuarantinedThreads() == 1);
    assertThat(attribute("DeclaredDeadTotal")).isEqualTo(1L);
    assertThat(attribute("CrashedTotal")).isEqualTo(0L);
    end.countDown();
    Waiting.until("it has come back", () -> bean.getQuarantinedThreads() == 0);
    assertThat(attribute("DeclaredDeadTotal")).isEqualTo(1L);
  }

  @Test
  void findsLongMailboxesAndTimers() throws JMException {
    NodeMXBean bean = bean("summit");
    assertThat(bean.getLongestMailbox()).isZero();
    assertThat(bean.longestMailboxes(10)).isEmpty();
    Pid one = node.spawn(() -> receive(Long.class));
    Pid three = node.spawn(SpawnOptions.DEFAULT.label("busy"), () -> receive(Long.class));
    node.send(one, "message");
    for (int i = 0; i < 3; i++) {
      node.send(three, "message");
    }
    assertThat(attribute("LongestMailbox")).isEqualTo(3);
    assertThat(bean.longestMailboxes(10)).containsExactly("3  " + three + " (busy)", "1  " + one);
    assertThat(bean.longestMailboxes(1)).containsExactly("3  " + three + " (busy)");
    assertThat(bean.longestMailboxes(0)).isEmpty();

    int before = bean.getTimersArmed();
    TimerRef timer = node.sendAfter(Duration.ofMinutes(5), one, "message");
    assertThat(bean.getTimersArmed()).isEqualTo(before + 1);
    node.cancelTimer(timer);
    assertThat(attribute("TimersArmed")).isEqualTo(before);
  }

  @Test
  void dumps() throws JMException {
    NodeMXBean bean = bean("summit");
    Pid first = node.spawn(SpawnOptions.DEFAULT.label("first"), () -> receive(Long.class));
    Pid second = node.spawn(SpawnOptions.DEFAULT.label("second"), () -> receive(Long.class));
    node.send(second, "message");
    assertThat(bean.dump()).startsWith("Dump of node summit\n").contains("(first)", "(second)");
    Object[] arguments = {1, true};
    String[] types = {"int", "boolean"};
    assertThat((String) SERVER.invoke(name("summit"), "dump", arguments, types))
        .contains("(second)")
        .doesNotContain("(first)");
    assertThat(bean.dump(1, false)).contains("(first)").doesNotContain("(second)");
    assertThat(bean.dumpProcess(first.toString())).startsWith("process " + first + " (first)\n");
    assertThat(bean.dumpProcess("<0.99999.0>"))
        .isEqualTo("There is no process <0.99999.0> on node summit: it has ended, or never was.");
    assertThatExceptionOfType(RuntimeMBeanException.class)
        .isThrownBy(() ->
            SERVER.invoke(
                name("summit"),
                "dumpProcess",
                new Object[] {"first"},
                new String[] {String.class.getName()}))
        .havingCause()
        .withMessage("dumpProcess(\"first\"): a pid looks like <0.85.0>");
  }

  @Test
  void isThereFromStartToClose() throws JMException {
    ObjectName name = name("brief");
    Node brief = Node.start(NodeOptions.DEFAULT.name("brief").daemon(true).jmx(true));
    assertThat(SERVER.isRegistered(name)).isTrue();
    brief.close();
    assertThat(SERVER.isRegistered(name)).isFalse();
    brief.close();
    try (Node again = Node.start(NodeOptions.DEFAULT.name("brief").daemon(true).jmx(true))) {
      assertThat(bean("brief").getProcessCount()).isEqualTo(again.processCount());
    }
  }

  @Test
  void nodesOfOneNameAreToldApart() throws JMException {
    Node twin = Node.start(NodeOptions.DEFAULT.name("summit").daemon(true).jmx(true));
    List<ObjectName> names =
        List.copyOf(SERVER.queryNames(new ObjectName("dev.belay:type=Node,name=summit,*"), null));
    assertThat(names).hasSize(2);
    ObjectName second =
        names.stream().filter(n -> n.getKeyProperty("number") != null).findFirst().orElseThrow();
    Pid pid = twin.spawn(Belay::receive);
    assertThat(SERVER.getAttribute(second, "ProcessCount")).isEqualTo(1);
    assertThat(attribute("ProcessCount")).isEqualTo(0);
    twin.close();
    assertThat(SERVER.isRegistered(second)).isFalse();
    assertThat(SERVER.isRegistered(name("summit"))).isTrue();
    assertThat(pid.node()).isEqualTo("summit");
  }

  @Test
  void namesThatNeedItAreQuoted() throws JMException {
    try (Node odd = Node.start(NodeOptions.DEFAULT.name("a,b=*").daemon(true).jmx(true))) {
      assertThat(SERVER.getAttribute(name(ObjectName.quote("a,b=*")), "Name"))
          .isEqualTo(odd.name());
    }
  }

  @Test
  void isNotThereUnlessAskedFor() throws JMException {
    try (Node plain = Node.start(NodeOptions.DEFAULT.name("plain").daemon(true))) {
      assertThat(SERVER.queryNames(name(plain.name()), null)).isEmpty();
    }
  }
}
