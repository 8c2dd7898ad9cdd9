package dev.belay;

import static dev.belay.Belay.receive;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.stream.Stream;
import jdk.jfr.EventType;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a flight recording has of processes.
class FlightTest {
  private static final List<String> ALL =
      List.of("dev.belay.Spawn", "dev.belay.Exit", "dev.belay.Crash", "dev.belay.DeclaredDeath");

  private final LogCapture log = new LogCapture(Level.OFF);
  private final Node node = Node.start(NodeOptions.DEFAULT.name("recorded").daemon(true));
  private final List<RecordedEvent> events = new ArrayList<>();

  @TempDir private Path folder = Path.of("");

  @AfterEach
  void close() {
    node.close();
    log.close();
  }

  private List<RecordedEvent> recorded(String name, Pid pid) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("dev.belay." + name))
        .filter(event -> event.getString("node").equals("recorded"))
        .filter(event -> event.getString("pid").equals(pid.toString()))
        .toList();
  }

  /// Plays a scenario while a recording runs. What a stream is told depends on when it was started:
  /// it may leave out what comes in the same moment.
  private void record(boolean enabled, Runnable scenario) {
    try (Recording recording = new Recording()) {
      if (enabled) {
        ALL.forEach(recording::enable);
      }
      recording.start();
      scenario.run();
      recording.stop();
      Path file = folder.resolve("recording.jfr");
      recording.dump(file);
      RecordingFile.readAllEvents(file).stream()
          .filter(event -> ALL.contains(event.getEventType().getName()))
          .forEach(events::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until all is told: the last event of a death comes after its time of death.
  private void awaitEnd(Pid pid) {
    Waiting.until(
        pid + " is gone", () -> java.util.Objects.requireNonNull(pid.cell).state == Cell.GONE);
  }

  private static void fall() {
    throw new IllegalStateException("fell");
  }

  @Test
  void tellsSpawnExitAndCrash() {
    List<Pid> pids = new ArrayList<>();
    record(
        true,
        () -> {
          Pid top =
              node.spawn(
                  SpawnOptions.DEFAULT.label("top"),
                  () -> {
                    pids.add(Belay.self());
                    pids.add(
                        Belay.spawn(SpawnOptions.DEFAULT.label("child").link(), FlightTest::fall));
                    receive();
                  });
          awaitEnd(top);
        });
    Pid top = pids.getFirst();
    Pid child = pids.getLast();

    assertThat(recorded("Spawn", top)).hasSize(1);
    assertThat(recorded("Spawn", top).getFirst().getString("parent")).isEmpty();
    RecordedEvent spawned = recorded("Spawn", child).getFirst();
    assertThat(spawned.getString("parent")).isEqualTo(top.toString());
    assertThat(spawned.getString("label")).isEqualTo("child");
    assertThat(spawned.getString("initialFunction")).isEqualTo("a lambda in dev.belay.FlightTest");

    assertThat(recorded("Crash", child)).hasSize(1);
    RecordedEvent crash = recorded("Crash", child).getFirst();
    assertThat(crash.getString("throwable")).isEqualTo("java.lang.IllegalStateException");
    assertThat(crash.getString("at")).startsWith("dev.belay.FlightTest.fall(FlightTest.java:");
    assertThat(recorded("Crash", top)).as("only who threw it crashed").isEmpty();

    RecordedEvent first = recorded("Exit", child).getFirst();
    assertThat(first.getString("reason")).isEqualTo("crash: java.lang.IllegalStateException");
    assertThat(first.getString("how")).isEqualTo("own end");
    assertThat(first.getString("from")).isEqualTo(child.toString());
    RecordedEvent second = recorded("Exit", top).getFirst();
    assertThat(second.getString("how")).isEqualTo("link");
    assertThat(second.getString("from")).isEqualTo(child.toString());
    assertThat(second.getBoolean("declared")).isFalse();
    assertThat(second.getDuration("lived")).isPositive().isLessThan(Duration.ofMinutes(5));
    assertThat(recorded("DeclaredDeath", top)).isEmpty();
  }

  @Test
  void tellsADeclaredDeath() {
    CountDownLatch started = new CountDownLatch(1);
    AtomicBoolean free = new AtomicBoolean();
    List<Pid> pids = new ArrayList<>();
    record(
        true,
        () -> {
          Pid pid =
              node.spawn(
                  SpawnOptions.DEFAULT.killGrace(Duration.ofMillis(20)), () -> spin(started, free));
          pids.add(pid);
          Waiting.until("it has begun", () -> started.getCount() == 0);
          node.exit(pid, ExitReason.KILL);
          awaitEnd(pid);
        });
    assertThat(recorded("DeclaredDeath", pids.getFirst())).hasSize(1);
    RecordedEvent declared = recorded("DeclaredDeath", pids.getFirst()).getFirst();
    assertThat(declared.getString("reason")).isEqualTo("killed");
    assertThat(declared.getString("stuckAt"))
        .startsWith("dev.belay.FlightTest.spin(FlightTest.java:");
    assertThat(recorded("Exit", pids.getFirst()).getFirst().getBoolean("declared")).isTrue();
    free.set(true);
    Waiting.until("it is out of quarantine", () -> node.quarantined().isEmpty());
  }

  @SuppressWarnings("ThreadPriorityCheck")
  private static void spin(CountDownLatch started, AtomicBoolean free) {
    started.countDown();
    while (!free.get()) {
      Thread.yield();
    }
  }

  @Test
  void aRecordingThatAsksForNothingHasTheCrashesAlone() {
    List<Pid> pids = new ArrayList<>();
    record(
        false,
        () -> {
          pids.add(node.spawn(FlightTest::fall));
          awaitEnd(pids.getFirst());
        });
    Pid pid = pids.getFirst();
    assertThat(recorded("Crash", pid)).hasSize(1);
    assertThat(recorded("Spawn", pid)).isEmpty();
    assertThat(recorded("Exit", pid)).isEmpty();
  }

  @Test
  void inboxesAreNoProcesses() {
    List<Pid> pids = new ArrayList<>();
    record(
        true,
        () -> {
          try (Inbox inbox = node.inbox()) {
            pids.add(inbox.pid());
          }
          awaitEnd(pids.getFirst());
        });
    assertThat(recorded("Exit", pids.getFirst())).isEmpty();
  }

  @Test
  void everyFieldHasALabel() {
    assertThat(
            Stream.of(
                EventType.getEventType(Flight.Spawn.class),
                EventType.getEventType(Flight.Exit.class),
                EventType.getEventType(Flight.Crash.class),
                EventType.getEventType(Flight.DeclaredDeath.class)))
        .allSatisfy(type -> {
          assertThat(ALL).contains(type.getName());
          assertThat(type.getCategoryNames()).containsExactly("Belay", "Process");
          assertThat(type.getDescription()).isNotBlank();
          assertThat(type.getFields()).extracting(ValueDescriptor::getLabel).doesNotContainNull();
        });
  }
}
