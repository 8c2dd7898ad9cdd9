package dev.belay.death;

import java.util.ArrayList;
import java.util.List;

/// Keeps which resources have been closed, in the order in which that was finished.
final class Ledger {
  private final List<String> closed = new ArrayList<>();

  /// Returns a resource that does nothing but note that it was closed.
  AutoCloseable resource(String name) {
    return () -> note(name);
  }

  /// Returns a resource that notes that another one was closed.
  AutoCloseable resource(String name, AutoCloseable real) {
    return () -> {
      real.close();
      note(name);
    };
  }

  synchronized void note(String name) {
    closed.add(name);
  }

  synchronized List<String> closed() {
    return List.copyOf(closed);
  }
}
