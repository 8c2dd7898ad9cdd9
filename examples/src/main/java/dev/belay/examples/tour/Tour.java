package dev.belay.examples.tour;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The chapters of the tour, in their order.
public final class Tour {
  private static final List<Chapter> CHAPTERS =
      List.of(
          new HelloProcess(),
          new Messages(),
          new Monitors(),
          new Links(),
          new UnderTheHood(),
          new Stubborn(),
          new TwoChats(),
          new Million(),
          new Supervisors(),
          new SupervisionTrees(),
          new StateMachines(),
          new TunnelApplication(),
          new TwoNodes(),
          new RealErlang());

  private Tour() {}

  /// Returns the chapters; the first one is chapter 1.
  ///
  /// @return all of them
  public static List<Chapter> chapters() {
    return CHAPTERS;
  }

  /// Plays one chapter.
  ///
  /// @param number its number, from 1
  /// @param tell who tells it
  /// @throws Exception if something happens that does not belong to the chapter
  public static void play(int number, Narrator tell) throws Exception {
    play(number, CHAPTERS.get(number - 1), tell);
  }

  /// Plays a chapter that was made with other settings than the tour's own.
  ///
  /// @param number its number, for its title
  /// @param chapter the chapter
  /// @param tell who tells it
  /// @throws ChapterFailure if it cannot be played with these settings
  /// @throws Exception if something happens that does not belong to the chapter
  public static void play(int number, Chapter chapter, Narrator tell) throws Exception {
    tell.title("Chapter " + number + " · " + chapter.title());
    chapter.play(tell);
    tell.end();
  }

  /// Plays one chapter on standard output; what the chapters' own `main` methods do.
  static void main(int number) throws Exception {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    play(number, new Narrator(out, false, () -> {}));
  }
}
