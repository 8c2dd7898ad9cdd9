package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.internal.host.Host;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A process whose thread cannot be started never was for its spawner (SP8).
class SpawningTest {
  private final AtomicBoolean failing = new AtomicBoolean();
  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true).host(host()));

  /// The JDK, but that the threads of processes cannot be started when the test says so.
  private Host host() {
    return (Host)
        Proxy.newProxyInstance(
            Host.class.getClassLoader(),
            new Class<?>[] {Host.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("start")
                  && ((Thread) arguments[0]).isVirtual()
                  && failing.get()) {
                throw new OutOfMemoryError("no thread, for the test");
              }
              try {
                return method.invoke(Host.jdk(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void nothingIsLeftOfAProcessThatCouldNotBeStarted() {
    AtomicInteger closed = new AtomicInteger();
    AtomicBoolean ran = new AtomicBoolean();
    SpawnOptions options = SpawnOptions.DEFAULT.name("unborn").link().own(closed::incrementAndGet);
    try (Inbox inbox = node.inbox()) {
      inbox.trapExits(true);
      Monitored other = inbox.spawnMonitor(SpawnOptions.DEFAULT.link(), Belay::receive);
      failing.set(true);
      for (int round = 0; round < 100; round++) {
        assertThatExceptionOfType(OutOfMemoryError.class)
            .isThrownBy(() -> inbox.spawnMonitor(options, () -> ran.set(true)))
            .withMessage("no thread, for the test");
        Waiting.until("it is gone", () -> node.processCount() == 1);
        ProcessInfo info = node.info(inbox.pid()).orElseThrow();
        assertThat(info.links()).containsExactly(other.pid());
        assertThat(info.monitors()).containsExactly(other.pid());
        assertThat(node.processes()).containsExactly(other.pid());
        assertThat(node.whereis("unborn")).isEmpty();
      }
      assertThat(inbox.receive(Duration.ZERO)).as("an exit or a down").isEmpty();
      assertThat(closed).as("what it should have owned").hasValue(0);
      failing.set(false);
      Monitored born = inbox.spawnMonitor(options, () -> ran.set(true));
      assertThat(inbox.receive(Exit.class).pid()).isEqualTo(born.pid());
      assertThat(inbox.receive(Down.class).ref()).isEqualTo(born.ref());
      assertThat(closed).hasValue(1);
      inbox.terminate(other.pid());
    }
    assertThat(ran).isTrue();
  }
}
