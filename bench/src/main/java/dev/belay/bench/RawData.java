package dev.belay.bench;

import io.avaje.json.JsonException;
import io.avaje.json.mapper.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Results as JSON: every reading of every round, and for convenience what follows from them. Only
/// the readings are read again.
final class RawData {
  private static final long FORMAT = 1;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RawData() {}

  /// Writes results into a file.
  static void write(Results results, Path file) {
    try {
      Files.writeString(file, JSON.map().toJsonPretty(toMap(results)) + "\n");
    } catch (IOException e) {
      throw new BenchException("the raw data cannot be written: " + e, e);
    }
  }

  /// Reads results from a file.
  ///
  /// @throws BenchException if it is not there or not what [#write] writes
  static Results read(Path file) {
    try {
      Map<String, Object> map = JSON.fromJsonObject(Files.readString(file));
      if (map == null || !Objects.equals(map.get("format"), FORMAT)) {
        throw new BenchException(file + " is no raw data of this bench");
      }
      return fromMap(map);
    } catch (IOException | JsonException | IllegalStateException | ClassCastException e) {
      throw new BenchException(file + " cannot be read as raw data of the bench: " + e, e);
    }
  }

  private static Map<String, Object> toMap(Results results) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("format", FORMAT);
    map.put("circumstances", results.circumstances());
    List<Object> rows = new ArrayList<>();
    for (Row row : results.rows()) {
      rows.add(rowToMap(row, results));
    }
    map.put("rows", rows);
    map.put("crowds", results.crowded().stream().map(RawData::crowdToMap).toList());
    map.put("meshes", results.meshed().stream().map(RawData::meshToMap).toList());
    map.put("failures", results.failures());
    return map;
  }

  private static Map<String, Object> rowToMap(Row row, Results results) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("row", row.id());
    map.put("title", row.title());
    map.put("unit", row.unit());
    List<Object> systems = new ArrayList<>();
    for (Contender contender : Contender.values()) {
      results.of(row, contender).ifPresent(one -> systems.add(systemToMap(one, results)));
    }
    map.put("systems", systems);
    List<Object> targets = new ArrayList<>();
    for (Target target : row.targets()) {
      Map<String, Object> judged = new LinkedHashMap<>();
      judged.put("system", target.contender().id());
      judged.put("limit", target.limit());
      judged.put("in", target.basis().name());
      judged.put("verdict", Verdict.of(target, row, results).kind().name());
      targets.add(judged);
    }
    map.put("targets", targets);
    Anchor.best(row, results).ifPresent(anchor -> map.put("bestAnchor", anchor.toString()));
    return map;
  }

  private static Map<String, Object> systemToMap(Measured one, Results results) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("system", one.contender().id());
    map.put("size", (long) one.size());
    map.put("sizeUnit", one.row().size().unit());
    map.put("median", one.median());
    map.put("min", one.min());
    map.put("max", one.max());
    results
        .ratio(one.row(), one.contender(), Contender.ERLANG)
        .ifPresent(ratio -> map.put("ratioToErlang", ratio));
    map.put("rounds", one.rounds());
    map.put("gcMillis", one.gcMillis());
    return map;
  }

  private static Map<String, Object> crowdToMap(Crowded crowd) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("system", crowd.style().id());
    map.put("processes", (long) crowd.processes());
    map.put("spawnNanos", crowd.spawnNanos());
    map.put("bytes", crowd.bytes());
    map.put("answerNanos", crowd.answerNanos());
    return map;
  }

  private static Map<String, Object> meshToMap(Meshed meshed) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("nodes", (long) meshed.nodes());
    map.putAll(meshed.figures());
    return map;
  }

  private static Results fromMap(Map<String, Object> map) {
    Results results = Results.empty();
    object(map.get("circumstances"))
        .forEach((name, value) -> results.circumstances().put(name, String.valueOf(value)));
    for (Object row : list(map.get("rows"))) {
      Map<String, Object> fields = object(row);
      for (Object system : list(fields.get("systems"))) {
        results.measured().add(measured(Row.of(text(fields.get("row"))), object(system)));
      }
    }
    for (Object crowd : list(map.get("crowds"))) {
      results.crowded().add(crowded(object(crowd)));
    }
    for (Object mesh : list(map.get("meshes"))) {
      results.meshed().add(meshed(object(mesh)));
    }
    list(map.get("failures")).forEach(failure -> results.failures().add(text(failure)));
    return results;
  }

  private static Measured measured(Row row, Map<String, Object> fields) {
    List<List<Double>> rounds = new ArrayList<>();
    for (Object round : list(fields.get("rounds"))) {
      rounds.add(list(round).stream().map(RawData::number).toList());
    }
    return new Measured(
        row,
        Contender.of(text(fields.get("system"))),
        (int) number(fields.get("size")),
        rounds,
        list(fields.get("gcMillis")).stream().map(millis -> (long) number(millis)).toList());
  }

  private static Crowded crowded(Map<String, Object> fields) {
    return new Crowded(
        Contender.of(text(fields.get("system"))),
        (int) number(fields.get("processes")),
        number(fields.get("spawnNanos")),
        number(fields.get("bytes")),
        number(fields.get("answerNanos")));
  }

  private static Meshed meshed(Map<String, Object> fields) {
    Map<String, Double> figures = new LinkedHashMap<>();
    fields.forEach((name, value) -> figures.put(name, number(value)));
    return Meshed.of((int) number(fields.get("nodes")), figures);
  }

  private static String text(@Nullable Object value) {
    return (String) Objects.requireNonNullElse(value, "");
  }

  private static double number(@Nullable Object value) {
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /// Empty lists are left out by the writer.
  private static List<?> list(@Nullable Object value) {
    return value == null ? List.of() : (List<?>) value;
  }

  @SuppressWarnings("unchecked") // names of JSON are strings
  private static Map<String, Object> object(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }
}
