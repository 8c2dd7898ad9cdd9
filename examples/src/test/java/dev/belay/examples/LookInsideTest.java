package dev.belay.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The dump of the document on operations looks as it does there.
class LookInsideTest {
  @Test
  void itShowsWhatTheProcessesWaitFor() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      LookInside.main();
    } finally {
      System.setOut(before);
    }
    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertThat(printed)
        .startsWith("Dump of node valley\n  processes     2 of at most 8,388,608\n")
        .containsSubsequence(
            "process <0.1.0> (worker)\n",
            "state         waits for a message of dev.belay.examples.LookInside$Stop; for ",
            "name          jobs\n",
            "monitored by  <0.2.0> (clock)\n",
            "mailbox       7 messages, the first 5:\n",
            "1  Job[number=1]\n",
            "dev.belay.examples.LookInside.work(LookInside.java:",
            "process <0.2.0> (clock)\n",
            "state         sleeps; for ",
            "monitors      <0.1.0> (worker)\n");
  }
}
