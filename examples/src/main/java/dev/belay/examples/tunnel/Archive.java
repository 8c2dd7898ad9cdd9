package dev.belay.examples.tunnel;

import java.util.ArrayList;
import java.util.List;

/// All that was said in a chat. It outlives the servers of the chat, as a database would. All
/// methods may be called from any thread.
public final class Archive {
  private final List<Entry> entries = new ArrayList<>();

  /// Something that was said.
  ///
  /// @param id its number, from 1
  /// @param text what was said
  record Entry(int id, String text) {}

  /// Makes the archive of a new chat.
  public Archive() {}

  /// Keeps something that is said. From then on the chat has accepted it, whoever listens.
  ///
  /// @param text what is said
  /// @return what is kept
  synchronized Entry add(String text) {
    Entry entry = new Entry(entries.size() + 1, text);
    entries.add(entry);
    return entry;
  }

  /// Says something in a chat whose server is down: people go on talking.
  ///
  /// @param text what is said
  public void say(String text) {
    add(text);
  }

  /// Returns all that was said after an entry.
  ///
  /// @param id the entry's number; what is none stands before the first
  synchronized List<Entry> since(String id) {
    int known = id.matches("[0-9]{1,9}") ? Integer.parseInt(id) : 0;
    return List.copyOf(entries.subList(Math.min(known, entries.size()), entries.size()));
  }

  /// Returns how much was said.
  ///
  /// @return the number of entries
  public synchronized int size() {
    return entries.size();
  }
}
