package dev.belay.documentation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One Markdown document: its links, its headings' anchors and its fenced blocks.
final class Markdown {
  /// A link and the line it stands on, counted from one.
  record Link(String target, int line) {}

  /// A fenced block: its language, and the lines of its opening and closing fence, from zero.
  record Fence(String language, int open, int close) {}

  private static final Pattern INLINE_LINK =
      Pattern.compile("\\[[^\\]]*\\]\\(\\s*<?([^)\\s>]+)>?(?:\\s+\"[^\"]*\")?\\s*\\)");
  private static final Pattern DEFINITION =
      Pattern.compile("^ {0,3}\\[[^\\]]+\\]:\\s*<?(\\S+?)>?(?:\\s.*)?$");
  private static final Pattern HTML_LINK = Pattern.compile("(?:href|src)=\"([^\"]+)\"");
  private static final Pattern HTML_ANCHOR = Pattern.compile("(?:id|name)=\"([^\"]+)\"");
  private static final Pattern CODE_SPAN = Pattern.compile("(`+)(?!`).*?(?<!`)\\1(?!`)");
  private static final Pattern HEADING = Pattern.compile("^#{1,6}\\s+(.*?)\\s*#*$");
  private static final Pattern FENCE = Pattern.compile("^ {0,3}(`{3,}|~{3,})\\s*([^`\\s]*).*$");

  private final List<String> lines;
  private final List<Fence> fences;

  private Markdown(List<String> lines) {
    this.lines = lines;
    this.fences = findFences(lines);
  }

  static Markdown read(Path file) {
    return of(Repository.read(file));
  }

  static Markdown of(String text) {
    return new Markdown(List.of(text.split("\n", -1)));
  }

  List<String> lines() {
    return lines;
  }

  List<Fence> fences() {
    return fences;
  }

  List<Link> links() {
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (isFenced(i)) {
        continue;
      }
      String prose = CODE_SPAN.matcher(lines.get(i)).replaceAll("");
      for (Pattern pattern : List.of(INLINE_LINK, DEFINITION, HTML_LINK)) {
        Matcher matcher = pattern.matcher(prose);
        while (matcher.find()) {
          links.add(new Link(matcher.group(1), i + 1));
        }
      }
    }
    return links;
  }

  /// The anchors that a link into this document may name, made from headings as forges make them.
  Set<String> anchors() {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      if (isFenced(i)) {
        continue;
      }
      Matcher explicit = HTML_ANCHOR.matcher(lines.get(i));
      while (explicit.find()) {
        anchors.add(explicit.group(1));
      }
      Matcher heading = HEADING.matcher(lines.get(i));
      if (heading.matches()) {
        String slug = slug(heading.group(1));
        int before = seen.merge(slug, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? slug : slug + "-" + before);
      }
    }
    return anchors;
  }

  private static String slug(String heading) {
    String text = heading.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
    return text.toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}\\p{M}\\s_-]", "")
        .strip()
        .replaceAll("\\s", "-");
  }

  private boolean isFenced(int line) {
    for (Fence fence : fences) {
      if (fence.open() <= line && line <= fence.close()) {
        return true;
      }
    }
    return false;
  }

  private static List<Fence> findFences(List<String> lines) {
    List<Fence> fences = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher opening = FENCE.matcher(lines.get(i));
      if (!opening.matches()) {
        continue;
      }
      int close = i + 1;
      while (close < lines.size() && !closes(lines.get(close), opening.group(1))) {
        close++;
      }
      fences.add(new Fence(opening.group(2), i, Math.min(close, lines.size() - 1)));
      i = close;
    }
    return List.copyOf(fences);
  }

  private static boolean closes(String line, String opening) {
    String text = line.strip();
    return text.length() >= opening.length() && text.chars().allMatch(c -> c == opening.charAt(0));
  }
}
