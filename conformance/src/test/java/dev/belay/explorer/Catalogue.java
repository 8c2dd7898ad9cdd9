package dev.belay.explorer;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All scenarios of the protocol.
final class Catalogue {
  /// The classes in which the scenarios are.
  private static final List<String> BOOKS =
      List.of(
          "LinkPlays",
          "MonitorPlays",
          "ExitPlays",
          "SpawnPlays",
          "NamePlays",
          "WaitPlays",
          "OwnPlays",
          "DeclaredPlays",
          "TurnPlays",
          "PatientPlays",
          "BoundPlays",
          "FarLinkPlays",
          "FarMonitorPlays",
          "FarMessagePlays",
          "FarSpawnPlays",
          "NodeMonitorPlays",
          "LinePlays");

  /// Those about what verbs answer and when things happen, whatever the schedule.
  private static final List<String> CALM = List.of("VerbPlays", "ClockPlays", "GracePlays");

  private Catalogue() {}

  /// One scenario.
  ///
  /// @param name what it is called, such as `LinkPlays.Chain`
  /// @param preemptions its bound in the default tier
  /// @param full its bound in the long tier
  record Entry(String name, int preemptions, int full) {
    /// Prepares an exploration of it.
    Explorer explorer(boolean faults) {
      return explorer(ExploringLoader.get(faults));
    }

    /// Prepares an exploration of it with classes of a loader.
    Explorer explorer(ExploringLoader loader) {
      Guards guards = loader.create(Guards.class, "dev.belay.CellGuards");
      String type = "dev.belay." + name.replace('.', '$');
      return new Explorer(name, () -> loader.create(Scenario.class, type), guards);
    }
  }

  static List<Entry> all() {
    return BOOKS.stream().flatMap(Catalogue::entries).toList();
  }

  /// The scenarios in which not the schedule matters, but what is answered and when.
  static List<Entry> calm() {
    return CALM.stream().flatMap(Catalogue::entries).toList();
  }

  static Entry named(String name) {
    return Stream.concat(all().stream(), calm().stream())
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no scenario " + name));
  }

  private static Stream<Entry> entries(String book) {
    try {
      Class<?> type = ExploringLoader.get(false).loadClass("dev.belay." + book);
      return Arrays.stream(type.getDeclaredClasses())
          .filter(Scenario.class::isAssignableFrom)
          .filter(play -> !Modifier.isAbstract(play.getModifiers()))
          .map(play -> entry(book, play))
          .sorted(Comparator.comparing(Entry::name));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Entry entry(String book, Class<?> play) {
    @Nullable Explored explored = play.getAnnotation(Explored.class);
    String name = book + "." + play.getSimpleName();
    return explored == null
        ? new Entry(name, Explored.DEFAULT, Explored.FULL)
        : new Entry(name, explored.preemptions(), explored.full());
  }
}
