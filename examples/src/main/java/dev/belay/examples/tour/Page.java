package dev.belay.examples.tour;

import java.io.PrintWriter;

/// The page on which a chapter is told, line by line. Several threads may write.
final class Page {
  static final String BOLD = "1";
  static final String DIM = "2";
  static final String RED = "31";
  static final String CYAN = "36";

  private final PrintWriter out;
  private final boolean colours;
  private boolean blank = true;

  /// Makes a page.
  ///
  /// @param out where to write
  /// @param colours whether a terminal shows it
  Page(PrintWriter out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  boolean isOnTerminal() {
    return colours;
  }

  /// Writes prose, which stands apart from what happens.
  synchronized void paragraph(String text, int width) {
    gap();
    Words.wrap(text, width).forEach(this::line);
    gap();
  }

  synchronized void gap() {
    if (!blank) {
      line("");
    }
  }

  synchronized void line(String text) {
    String shown = text.stripTrailing();
    blank = shown.isEmpty();
    out.println(shown);
    out.flush();
  }

  /// Writes over the line that was written so before.
  synchronized void transientLine(String text) {
    out.print("\r\033[K" + text);
    out.flush();
  }

  /// Gives a text a colour, where there are colours.
  String paint(String code, String text) {
    return colours && !code.isEmpty() ? "\033[" + code + "m" + text + "\033[0m" : text;
  }
}
