package dev.belay.slf4j;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// What a logging backend prints of a process.
class MdcContextTest {
  private static final org.slf4j.Logger LOGGER = LoggerFactory.getLogger("climbing");

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
  private final ch.qos.logback.classic.Logger backend = (ch.qos.logback.classic.Logger) LOGGER;

  @BeforeEach
  void listen() {
    LoggerContext context = backend.getLoggerContext();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%X{pid}|%X{label}|%X{node.pid}|%msg%n");
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setOutputStream(printed);
    appender.start();
    backend.setAdditive(false);
    backend.addAppender(appender);
  }

  @AfterEach
  void stop() {
    backend.detachAppender(appender);
    appender.stop();
    MDC.clear();
  }

  private List<String> lines() {
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static Pid runOn(NodeOptions options, SpawnOptions spawnOptions, Body body) {
    List<Pid> pids = new ArrayList<>();
    Belay.run(
        options.daemon(true),
        () -> {
          pids.add(Belay.spawnMonitor(spawnOptions, body).pid());
          Belay.receive(dev.belay.Down.class);
        });
    return pids.getFirst();
  }

  @Test
  void aLineSaysWhoseItIs() {
    // @start region="mdc"
    NodeOptions options = NodeOptions.DEFAULT.loggingContext(MdcContext.DEFAULT);
    // @end
    Pid pid =
        runOn(options, SpawnOptions.DEFAULT.label("worker"), () -> LOGGER.info("on the rock"));
    LOGGER.info("on the ground");
    assertThat(lines()).containsExactly(pid + "|worker||on the rock", "|||on the ground");
  }

  @Test
  void withoutALabelThereIsNone() {
    Pid pid =
        runOn(
            NodeOptions.DEFAULT.loggingContext(MdcContext.DEFAULT),
            SpawnOptions.DEFAULT,
            () -> LOGGER.info("on the rock"));
    assertThat(lines()).containsExactly(pid + "|||on the rock");
  }

  @Test
  void keysCanBeChosen() {
    Pid pid =
        runOn(
            NodeOptions.DEFAULT.loggingContext(MdcContext.withKeys("node.pid", "node.label")),
            SpawnOptions.DEFAULT.label("worker"),
            () -> LOGGER.info("on the rock"));
    assertThat(lines()).containsExactly("||" + pid + "|on the rock");
  }

  @Test
  void withoutItNothingIsSaid() {
    runOn(
        NodeOptions.DEFAULT,
        SpawnOptions.DEFAULT.label("worker"),
        () -> LOGGER.info("on the rock"));
    assertThat(lines()).containsExactly("|||on the rock");
  }

  /// As for a process that runs in turns, on a thread that others use, too.
  @Test
  void nothingStaysOnTheThread() {
    try (Node node = Node.start(NodeOptions.DEFAULT.daemon(true))) {
      Pid pid = node.spawn(Belay::receive);
      MdcContext.DEFAULT.enter(pid, "worker");
      MDC.put("route", "north");
      assertThat(MDC.getCopyOfContextMap())
          .isEqualTo(Map.of("pid", pid.toString(), "label", "worker", "route", "north"));
      MdcContext.DEFAULT.leave();
      @Nullable Map<String, String> left = MDC.getCopyOfContextMap();
      assertThat(left == null ? Map.of() : left).isEmpty();
    }
  }
}
