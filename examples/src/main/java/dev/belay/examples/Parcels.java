package dev.belay.examples;

import static dev.belay.Belay.handOff;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.run;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;

import dev.belay.HandedOff;
import dev.belay.MutableMessageException;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.Sendable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Messages in development mode: what is refused, what can be sent instead, and what changes hands.
public final class Parcels {
  private Parcels() {}

  // @start region="messages"
  record Parcel(String to, List<String> things) {}

  record Chunk(String file, HandedOff<byte[]> bytes) {}

  // @end

  // @start region="marked"
  record Prices(@Sendable SortedMap<String, Integer> byName) {
    Prices {
      byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
    }
  }

  // @end

  static void main() {
    // @start region="mode"
    run(NodeOptions.DEFAULT.developmentMode(true), Parcels::parcels);
    // @end
  }

  private static void parcels() {
    // @start region="refused"
    List<String> things = new ArrayList<>(List.of("rope"));
    try {
      send(self(), new Parcel("Riot", things));
    } catch (MutableMessageException e) {
      IO.println(e.path() + " is a " + e.type());
    }
    send(self(), new Parcel("Riot", List.copyOf(things)));
    IO.println(receive(Parcel.class));
    // @end
    // @start region="hand-off"
    Pid me = self();
    Pid writer =
        spawn(() -> {
          Chunk chunk = receive(Chunk.class);
          byte[] bytes = chunk.bytes().take(); // succeeds once
          send(me, "wrote " + bytes.length + " bytes to " + chunk.file());
        });
    byte[] buffer = new byte[4096];
    send(writer, new Chunk("log", handOff(buffer))); // and buffer is not touched any more
    IO.println(receive());
    // @end
    send(self(), new Prices(new TreeMap<>()));
    IO.println(receive(Prices.class));
  }
}
