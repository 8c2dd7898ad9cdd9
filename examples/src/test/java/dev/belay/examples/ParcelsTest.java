package dev.belay.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The examples of the page on development mode do what it says, in a module of their own.
class ParcelsTest {
  @Test
  void theyAreRefusedSentAndHandedOff() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      Parcels.main();
    } finally {
      System.setOut(before);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "Parcel.things is a java.util.ArrayList",
            "Parcel[to=Riot, things=[rope]]",
            "wrote 4096 bytes to log",
            "Prices[byName={}]");
  }
}
