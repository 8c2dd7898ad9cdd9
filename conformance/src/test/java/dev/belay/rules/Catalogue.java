package dev.belay.rules;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/// All rules, from the resource `catalogue.txt`.
///
/// @param sections in the file's order
public record Catalogue(List<Section> sections) {
  /// What becomes of a rule in Belay.
  public enum Status {
    /// Kept.
    APPLIES,
    /// Kept in another form, on purpose.
    DIFFERS,
    /// Comes with another part of the project.
    LATER,
    /// Does not apply, or is not offered.
    ABSENT;

    /// Whether such a rule must have a test; otherwise it must have none.
    public boolean needsTest() {
      return this == APPLIES || this == DIFFERS;
    }

    boolean needsReason() {
      return this == DIFFERS || this == LATER || this == ABSENT;
    }
  }

  /// A rule.
  ///
  /// @param id its number
  /// @param status what becomes of it
  /// @param text what it says
  /// @param reason why the status is so, or a remark, or nothing
  public record Entry(String id, Status status, String text, String reason) {}

  /// Rules of one theme.
  ///
  /// @param letters what their numbers begin with
  /// @param title the theme
  /// @param rules in order
  public record Section(String letters, String title, List<Entry> rules) {}

  /// Reads the catalogue.
  ///
  /// @throws IllegalArgumentException if it is not well-formed
  public static Catalogue read() {
    try (InputStream file =
        Objects.requireNonNull(Catalogue.class.getResourceAsStream("catalogue.txt"))) {
      return parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Catalogue parse(String text) {
    List<Section> sections = new ArrayList<>();
    List<Entry> rules = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("== ")) {
        String[] head = line.substring(3).split(" ", 2);
        rules = new ArrayList<>();
        sections.add(new Section(head[0], head[1], rules));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        rules.add(entry(line, sections.getLast().letters() + (rules.size() + 1)));
      }
    }
    return new Catalogue(
        sections.stream()
            .map(s -> new Section(s.letters(), s.title(), List.copyOf(s.rules())))
            .toList());
  }

  private static Entry entry(String line, String expectedId) {
    String[] parts = line.split(" \\| ", 4);
    if (parts.length < 3 || !parts[0].equals(expectedId)) {
      throw new IllegalArgumentException("expected rule " + expectedId + ", found: " + line);
    }
    Status status = Status.valueOf(parts[1].toUpperCase(Locale.ROOT));
    String reason = parts.length == 4 ? parts[3] : "";
    if (status.needsReason() && reason.isBlank()) {
      throw new IllegalArgumentException("a rule that is " + status + " needs a reason: " + line);
    }
    return new Entry(parts[0], status, parts[2], reason);
  }

  /// All rules, in order.
  public List<Entry> rules() {
    return sections.stream().flatMap(section -> section.rules().stream()).toList();
  }

  /// The rule of a number.
  public Optional<Entry> rule(String id) {
    return Optional.ofNullable(byId().get(id));
  }

  private Map<String, Entry> byId() {
    return rules().stream().collect(Collectors.toMap(Entry::id, entry -> entry));
  }
}
