package dev.belay;

import static dev.belay.Belay.receive;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import jdk.jfr.Configuration;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.SettingDescriptor;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a flight recording has of long mailboxes and long turns, and the settings that ask for
/// them.
class LongMailboxesTest {
  private static final String MAILBOX = "dev.belay.LongMailbox";
  private static final String TURN = "dev.belay.LongTurn";
  private static final Duration OFTEN = Duration.ofMillis(20);

  private final LogCapture log = new LogCapture(Level.OFF);
  private final Node node = Node.start(NodeOptions.DEFAULT.name("recorded").daemon(true));

  @AfterEach
  void close() {
    node.close();
    log.close();
  }

  private Pid waiting(String label) {
    return node.spawn(SpawnOptions.DEFAULT.label(label), () -> receive(Long.class));
  }

  private void fill(Pid pid, int messages) {
    for (int i = 0; i < messages; i++) {
      node.send(pid, "message");
    }
  }

  private static boolean isAbout(RecordedEvent event, Pid pid) {
    return event.getString("node").equals("recorded")
        && event.getString("pid").equals(pid.toString());
  }

  @Test
  void tellsOfEachLongMailboxAgainAndAgain() {
    long before = System.nanoTime();
    Pid full = waiting("full");
    Pid nearly = waiting("nearly");
    fill(full, 10);
    fill(nearly, 9);
    Waiting.until(
        "it waits",
        () ->
            Sight.stateOf(Objects.requireNonNull(full.cell)).startsWith("waits for a message of"));
    List<RecordedEvent> events = new CopyOnWriteArrayList<>();
    try (RecordingStream stream = new RecordingStream()) {
      stream.enable(MAILBOX).withPeriod(OFTEN).with("length", "10");
      stream.setReuse(false);
      stream.onEvent(MAILBOX, events::add);
      stream.startAsync();
      Waiting.until(
          "it is told twice", () -> events.stream().filter(e -> isAbout(e, full)).count() >= 2);
      node.send(full, 1L);
      Waiting.until("it has ended", () -> !node.isAlive(full));
      stream.stop();
    }
    RecordedEvent event = events.stream().filter(e -> isAbout(e, full)).findFirst().orElseThrow();
    assertThat(event.getInt("length")).isEqualTo(10);
    assertThat(event.getString("label")).isEqualTo("full");
    assertThat(events)
        .filteredOn(e -> isAbout(e, full))
        .last()
        .extracting(e -> e.getDuration("age"))
        .satisfies(age ->
            assertThat(age).isPositive().isLessThan(Duration.ofNanos(System.nanoTime() - before)));
    assertThat(event.getString("initialFunction"))
        .isEqualTo("a lambda in dev.belay.LongMailboxesTest");
    assertThat(event.getString("state")).startsWith("waits for a message of java.lang.Long; for ");
    assertThat(events).noneMatch(e -> isAbout(e, nearly));
  }

  @Test
  void ofSeveralRecordingsTheOneThatWantsMostDecides() {
    LongMailboxes.Length length = new LongMailboxes.Length();
    assertThat(length.getValue()).isEqualTo("1000");
    assertThat(length.combine(Set.of("500", "20", "9000"))).isEqualTo("20");
    assertThat(length.combine(Set.of(" 300 "))).isEqualTo("300");
    assertThat(length.combine(Set.of())).isEqualTo("1000");
    assertThat(length.combine(Set.of("many", "2000"))).as("a slip").isEqualTo("1000");
    length.setValue("0");
    assertThat(length.getValue()).isEqualTo("1");
  }

  @Test
  void aClosedNodeIsForgotten() {
    Node other = Node.start(NodeOptions.DEFAULT.name("other").daemon(true));
    Pid pid = other.spawn(() -> receive(Long.class));
    other.send(pid, "message");
    List<RecordedEvent> events = new CopyOnWriteArrayList<>();
    try (RecordingStream stream = new RecordingStream()) {
      stream.enable(MAILBOX).withPeriod(OFTEN).with("length", "1");
      stream.setReuse(false);
      stream.onEvent(MAILBOX, events::add);
      stream.startAsync();
      Waiting.until(
          "it is seen", () -> events.stream().anyMatch(e -> e.getString("node").equals("other")));
      other.close();
      stream.stop();
    }
    assertThat(LongMailboxes.isWatched(other)).isFalse();
    assertThat(LongMailboxes.isWatched(node)).isTrue();
  }

  @Test
  void tellsOfLongTurns() {
    Pid pid = waiting("in turns");
    Cell cell = Objects.requireNonNull(pid.cell);
    List<RecordedEvent> events = new CopyOnWriteArrayList<>();
    try (RecordingStream stream = new RecordingStream()) {
      stream.enable(TURN).withThreshold(Duration.ofMillis(30));
      stream.setReuse(false);
      stream.onEvent(TURN, events::add);
      stream.startAsync();
      turn(cell, "quick", Duration.ZERO);
      turn(cell, 4711, Duration.ofMillis(40));
      stream.stop();
    }
    assertThat(events).hasSize(1);
    RecordedEvent event = events.getFirst();
    assertThat(isAbout(event, pid)).isTrue();
    assertThat(event.getString("label")).isEqualTo("in turns");
    assertThat(event.getString("message")).isEqualTo("java.lang.Integer");
    assertThat(event.getDuration()).isBetween(Duration.ofMillis(40), Duration.ofSeconds(20));
    assertThat(Flight.turnBegins()).as("without a recording").isNull();
  }

  private static void turn(Cell cell, Object message, Duration length) {
    long begun = System.nanoTime();
    Flight.LongTurn event = Objects.requireNonNull(Flight.turnBegins());
    Waiting.until("the turn is over", () -> System.nanoTime() - begun >= length.toNanos());
    Flight.turnEnded(event, cell, message);
  }

  @Test
  void aRecordingThatDoesNotAskForThemHasNoTurns() {
    try (Recording recording = new Recording()) {
      recording.start();
      assertThat(Flight.turnBegins()).isNull();
    }
  }

  // the settings file

  private static String settings() throws IOException {
    try (InputStream in = Node.class.getResourceAsStream("/META-INF/belay.jfc")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theSettingsFileNamesAllEventsAndOnlySettingsThatThereAre() throws Exception {
    List<EventType> types =
        Stream.of(
                Flight.Spawn.class,
                Flight.Exit.class,
                Flight.Crash.class,
                Flight.DeclaredDeath.class,
                Flight.LongTurn.class,
                LongMailboxes.LongMailbox.class)
            .map(EventType::getEventType)
            .toList();
    Map<String, Set<String>> known =
        types.stream()
            .collect(
                Collectors.toMap(
                    EventType::getName,
                    type ->
                        type.getSettingDescriptors().stream()
                            .map(SettingDescriptor::getName)
                            .collect(Collectors.toSet())));
    Configuration configuration;
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(Node.class.getResourceAsStream("/META-INF/belay.jfc")),
            StandardCharsets.UTF_8)) {
      configuration = Configuration.create(reader);
    }
    Set<String> named =
        configuration.getSettings().keySet().stream()
            .map(key -> key.substring(0, key.indexOf('#')))
            .collect(Collectors.toSet());
    assertThat(named).isEqualTo(known.keySet());
    assertThat(configuration.getSettings().keySet())
        .allSatisfy(key ->
            assertThat(known.get(key.substring(0, key.indexOf('#'))))
                .contains(key.substring(key.indexOf('#') + 1)));
    assertThat(types)
        .flatExtracting(EventType::getFields)
        .extracting(ValueDescriptor::getLabel)
        .doesNotContainNull();
  }

  /// As `jcmd PID JFR.start` does, which calls the same command.
  private static String command(String name, String... arguments) throws JMException {
    return (String)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                name,
                new Object[] {arguments},
                new String[] {String[].class.getName()});
  }

  @Test
  void aRecordingStartedByCommandWithTheSettingsFileHasTheEvents(@TempDir Path folder)
      throws IOException, JMException, ParseException {
    Path file = Files.writeString(folder.resolve("belay.jfc"), settings());
    Pid full = waiting("full");
    fill(full, 1_000);
    Pid nearly = waiting("nearly");
    fill(nearly, 999);
    Path recording = folder.resolve("out.jfr");
    command(
        "jfrStart",
        "name=belay",
        "settings=default",
        "settings=" + file,
        // On the command line, too, a setting can be changed.
        "dev.belay.LongMailbox#period=20ms");
    try {
      Map<String, String> settings = new TreeMap<>(recordingNamed("belay").getSettings());
      settings
          .keySet()
          .removeIf(key -> !key.startsWith("dev.belay.Long") && !key.startsWith("jdk.ThreadPark"));
      assertThat(settings)
          .containsEntry("dev.belay.LongMailbox#length", "1000")
          .containsEntry("dev.belay.LongMailbox#period", "20 ms")
          .containsEntry("dev.belay.LongTurn#enabled", "true")
          .containsEntry("jdk.ThreadPark#enabled", "true");
      turn(Objects.requireNonNull(full.cell), "message", Duration.ofMillis(25));
      Pid fallen =
          node.spawn(() -> {
            throw new IllegalStateException("fell");
          });
      Waiting.until("it is gone", () -> Objects.requireNonNull(fallen.cell).state == Cell.GONE);
      List<RecordedEvent> events = new ArrayList<>();
      Waiting.until(
          "the long mailbox is in the recording",
          () -> {
            events.clear();
            events.addAll(dumped(recording));
            return events.stream().anyMatch(e -> e.getEventType().getName().equals(MAILBOX));
          });
      assertThat(events)
          .anyMatch(e -> e.getEventType().getName().equals(MAILBOX) && isAbout(e, full))
          .anyMatch(e -> e.getEventType().getName().equals(TURN) && isAbout(e, full))
          .anyMatch(e -> e.getEventType().getName().equals("dev.belay.Crash") && isAbout(e, fallen))
          .noneMatch(e -> isAbout(e, nearly))
          .noneMatch(e -> e.getEventType().getName().equals("dev.belay.Exit"));
    } finally {
      command("jfrStop", "name=belay");
    }
  }

  private static Recording recordingNamed(String name) {
    return FlightRecorder.getFlightRecorder().getRecordings().stream()
        .filter(recording -> recording.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /// Those of Belay's events that the recording has so far.
  private static List<RecordedEvent> dumped(Path file) {
    try {
      command("jfrDump", "name=belay", "filename=" + file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(event -> event.getEventType().getName().startsWith("dev.belay."))
          .toList();
    } catch (IOException | JMException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void startingANodeAndSpawningStartsNeitherTheRecorderNorJmx() throws Exception {
    String said = Forked.run(QuietStart.class, List.of("-Xlog:class+load:stdout"));
    assertThat(said)
        .contains(" dev.belay.Node ", " dev.belay.Dumps ")
        .doesNotContain(" javax.management.", " java.lang.management.ManagementFactory ");
  }

  @Test
  void theRuntimeWorksWithoutJmx() throws Exception {
    List<String> modules = List.of("--limit-modules", "java.base,jdk.jfr,java.logging");
    assertThat(Forked.run(QuietStart.class, modules)).isEmpty();
    List<String> asked = new ArrayList<>(modules);
    asked.add("-Dbelay.jmx=true");
    assertThat(Forked.run(QuietStart.class, asked))
        .contains(
            "node quiet is not shown in JMX, because the module java.management is not there:"
                + " start the JVM with --add-modules java.management");
  }

  /// A program in a JVM of its own, which ends with 0 if the flight recorder was not started by
  /// what is not about it.
  static final class QuietStart {
    private QuietStart() {}

    public static void main(String[] arguments) {
      try (Node node = Node.start(NodeOptions.DEFAULT.name("quiet"))) {
        node.run(() -> Belay.send(Belay.spawn(Belay::receive), "message"));
        if (!node.dump().startsWith("Dump of node quiet")) {
          throw new AssertionError(node.dump());
        }
      }
      if (FlightRecorder.isInitialized()) {
        throw new AssertionError("the flight recorder has been started");
      }
    }
  }
}
