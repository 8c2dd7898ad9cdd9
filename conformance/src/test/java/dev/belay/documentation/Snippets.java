package dev.belay.documentation;

import dev.belay.documentation.Markdown.Fence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Code in documents, taken from sources that the build compiles or the tests run.
///
/// A comment `snippet: path/to/File.java#region` on the line before a fence says where its code
/// comes from; a Java fence must have one. In the source a region stands between the line comments
/// `@start region="name"` and `@end`, as in Javadoc's snippets, in Erlang behind `%%`; regions may
/// nest, and their markers are left out. Without a region the snippet is the whole file from its
/// first line after package and imports.
final class Snippets {
  private static final Pattern MARKER =
      Pattern.compile("^\\s*<!--\\s*snippet:\\s*(\\S+?)(?:#(\\S+))?\\s*-->\\s*$");
  private static final Pattern START =
      Pattern.compile("^\\s*(?://|%%) @start region=\"?([\\w-]+)\"?\\s*$");
  private static final Pattern END = Pattern.compile("^\\s*(?://|%%) @end(?:\\s.*)?$");
  private static final Pattern HEADER = Pattern.compile("^(?:package |import |\\s*$).*");

  private Snippets() {}

  /// The document with the code of every marked fence as its source has it now.
  ///
  /// @throws SnippetException if a Java fence is not marked, or its source has no such region
  static String render(Path root, String document) {
    Markdown markdown = Markdown.of(document);
    List<String> lines = markdown.lines();
    List<String> rendered = new ArrayList<>();
    int next = 0;
    for (Fence fence : markdown.fences()) {
      Matcher marker = MARKER.matcher(fence.open() == 0 ? "" : lines.get(fence.open() - 1));
      if (!marker.matches()) {
        if (!fence.language().equals("java")) {
          continue;
        }
        throw new SnippetException(
            "line "
                + (fence.open() + 1)
                + ": a Java fence needs <!-- snippet: path/to/File.java#region --> on the line"
                + " before it, so that its code is compiled (or another language if it is no Java)");
      }
      rendered.addAll(lines.subList(next, fence.open() + 1));
      rendered.addAll(extract(root, marker.group(1), marker.group(2)));
      next = fence.close();
    }
    rendered.addAll(lines.subList(next, lines.size()));
    return String.join("\n", rendered);
  }

  private static List<String> extract(Path root, String path, @Nullable String region) {
    Path source = root.resolve(path).normalize();
    if (!source.startsWith(root) || !Files.isRegularFile(source)) {
      throw new SnippetException("no source " + path);
    }
    List<String> lines = Repository.read(source).lines().toList();
    List<String> found = region == null ? body(lines) : region(lines, region, path);
    List<String> code = new ArrayList<>();
    for (String line : found) {
      if (!START.matcher(line).matches() && !END.matcher(line).matches()) {
        code.add(line);
      }
    }
    // The last line counts for stripIndent even if it is blank.
    return String.join("\n", code).stripTrailing().stripIndent().strip().lines().toList();
  }

  private static List<String> body(List<String> lines) {
    int first = 0;
    while (first < lines.size() && HEADER.matcher(lines.get(first)).matches()) {
      first++;
    }
    return lines.subList(first, lines.size());
  }

  private static List<String> region(List<String> lines, String name, String path) {
    for (int i = 0; i < lines.size(); i++) {
      Matcher start = START.matcher(lines.get(i));
      if (start.matches() && start.group(1).equals(name)) {
        return lines.subList(i + 1, endOfRegion(lines, i + 1, name, path));
      }
    }
    throw new SnippetException("no region \"" + name + "\" in " + path);
  }

  private static int endOfRegion(List<String> lines, int from, String name, String path) {
    int open = 1;
    for (int i = from; i < lines.size(); i++) {
      if (START.matcher(lines.get(i)).matches()) {
        open++;
      } else if (END.matcher(lines.get(i)).matches() && --open == 0) {
        return i;
      }
    }
    throw new SnippetException("region \"" + name + "\" in " + path + " has no end");
  }

  /// A snippet that cannot be made.
  static final class SnippetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SnippetException(String message) {
      super(message);
    }
  }
}
