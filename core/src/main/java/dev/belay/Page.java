package dev.belay;

import org.jspecify.annotations.Nullable;

/// The layout of a report: one line that says it all, facts in a column, then longer blocks.
final class Page {
  private static final int COLUMN = 16;
  private static final int WIDTH = 100;

  private final StringBuilder text = new StringBuilder(1024);

  Page(String headline) {
    text.append(headline);
  }

  /// Adds a fact, unless there is nothing to say.
  Page fact(String name, @Nullable Object value) {
    String words = value == null ? "" : value.toString();
    if (!words.isEmpty()) {
      text.append("\n  ").append(name);
      text.repeat(' ', Math.max(1, COLUMN - 2 - name.length()));
      text.append(words);
    }
    return this;
  }

  /// Adds a fact in words, over several lines if there are many.
  Page advice(String name, String words) {
    text.append("\n  ").append(name);
    text.repeat(' ', COLUMN - 2 - name.length());
    int column = COLUMN;
    for (String word : words.split(" ", -1)) {
      if (column + word.length() > WIDTH) {
        text.append('\n').repeat(' ', COLUMN);
        column = COLUMN;
      } else if (column > COLUMN) {
        text.append(' ');
        column++;
      }
      text.append(word);
      column += word.length();
    }
    return this;
  }

  /// Adds a block of lines under a heading.
  Page block(String heading, String lines) {
    text.append("\n  ").append(heading);
    lines.lines().forEach(line -> text.append("\n    ").append(line));
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
