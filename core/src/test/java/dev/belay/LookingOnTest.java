package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.internal.host.Host;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A turn that is about to end looks whether a message comes, but not while another process waits
/// for its runner: nobody else may have been called for that.
class LookingOnTest {
  private static final int ROUNDS = 100;

  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicBoolean othersWaited = new AtomicBoolean();
  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true).host(host()));

  /// The JDK, but that it notes who looks, and looks once.
  private Host host() {
    return (Host)
        Proxy.newProxyInstance(
            Host.class.getClassLoader(),
            new Class<?>[] {Host.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("looks")) {
                note();
                return 1;
              }
              try {
                return method.invoke(Host.jdk(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  private void note() {
    Runner runner = Runner.current();
    if (runner != null && runner.cell != null) {
      looks.incrementAndGet();
      Lane home = runner.home;
      if (home != null && home.size() > 0) {
        othersWaited.set(true);
      }
    }
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void notWhileAnotherProcessWaitsInItsLane() throws InterruptedException {
    node.runners.firstPatience = Patience.LONGEST;
    CountDownLatch heard = new CountDownLatch(ROUNDS);
    Pid other =
        node.spawn(
            Turns.of(() ->
                message -> {
                  heard.countDown();
                  return Behaviour.same();
                }));
    Pid first =
        node.spawn(
            Turns.of(() ->
                message -> {
                  Belay.send(other, message);
                  return Behaviour.same();
                }));
    for (int round = 0; round < ROUNDS; round++) {
      long before = heard.getCount();
      node.send(first, round);
      Waiting.until("the other one has heard", () -> heard.getCount() < before);
    }
    heard.await();
    assertThat(looks).hasPositiveValue();
    assertThat(othersWaited).isFalse();
  }
}
