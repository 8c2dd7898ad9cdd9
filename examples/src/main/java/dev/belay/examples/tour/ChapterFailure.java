package dev.belay.examples.tour;

/// A chapter could not be played as it was asked for; the message says to a person why.
public final class ChapterFailure extends Exception {
  private static final long serialVersionUID = 1L;

  ChapterFailure(String message) {
    super(message);
  }
}
