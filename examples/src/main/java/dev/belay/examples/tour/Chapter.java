package dev.belay.examples.tour;

/// One chapter of the tour: a program that is told as it happens.
public interface Chapter {
  /// Returns the chapter's title.
  ///
  /// @return a few words
  String title();

  /// Runs the chapter.
  ///
  /// @param tell who tells what happens
  /// @throws Exception if something happens that does not belong to the chapter
  void play(Narrator tell) throws Exception;
}
