package dev.belay;

import java.util.ArrayList;
import java.util.List;

/// What became of the resources that a process owned at its end, for its crash report; bounded.
///
/// Written by the closers of one cell, one after the other, and read after the last one.
final class Possessions {
  private static final int MOST = 10;

  private final List<String> fates = new ArrayList<>(2);
  private int more;

  void add(AutoCloseable resource, String fate) {
    if (fates.size() < MOST) {
      fates.add(resource.getClass().getName() + " (" + fate + ")");
    } else {
      more++;
    }
  }

  /// Returns the resources with their fates, in the order in which they were closed.
  @Override
  public String toString() {
    return String.join(", ", fates) + (more == 0 ? "" : ", and " + more + " more");
  }
}
