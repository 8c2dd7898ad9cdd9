package dev.belay;

import java.util.Objects;
import java.util.function.Predicate;

/// What a [Node#dump] shows. Immutable: each method returns changed options.
///
/// | option | default |
/// | --- | --- |
/// | [#limit] | 1,000 processes |
/// | [#stackDepth] | 32 frames |
/// | [#messages] | 5 messages |
/// | [#only] | all processes |
/// | [#longestMailboxFirst] | the oldest process first |
public final class DumpOptions {
  /// All defaults.
  public static final DumpOptions DEFAULT = new DumpOptions(1_000, 32, 5, info -> true, false);

  private static final int DEEPEST = 1_000;
  private static final int MOST_MESSAGES = 1_000;

  private final int limit;
  private final int stackDepth;
  private final int messages;
  private final Predicate<? super ProcessInfo> wanted;
  private final boolean longestFirst;

  private DumpOptions(
      int limit,
      int stackDepth,
      int messages,
      Predicate<? super ProcessInfo> wanted,
      boolean longestFirst) {
    this.limit = limit;
    this.stackDepth = stackDepth;
    this.messages = messages;
    this.wanted = wanted;
    this.longestFirst = longestFirst;
  }

  /// Limits how many processes are shown. The summary counts all of them.
  ///
  /// @param processes at least 0, which leaves the summary and the quarantined threads
  /// @return changed options
  public DumpOptions limit(int processes) {
    if (processes < 0) {
      throw new IllegalArgumentException("limit(" + processes + "): must not be negative");
    }
    return new DumpOptions(processes, stackDepth, messages, wanted, longestFirst);
  }

  /// Limits how many frames of each stack are shown, innermost first. With 0 no stack is taken, and
  /// a dump of very many processes is several times as fast.
  ///
  /// @param frames from 0 to 1,000
  /// @return changed options
  public DumpOptions stackDepth(int frames) {
    if (frames < 0 || frames > DEEPEST) {
      throw new IllegalArgumentException(
          "stackDepth(" + frames + "): must be from 0 to " + DEEPEST);
    }
    return new DumpOptions(limit, frames, messages, wanted, longestFirst);
  }

  /// Limits how many messages of each mailbox are shown. With 0 nobody's `toString` is called.
  ///
  /// @param first from 0 to 1,000
  /// @return changed options
  public DumpOptions messages(int first) {
    if (first < 0 || first > MOST_MESSAGES) {
      throw new IllegalArgumentException(
          "messages(" + first + "): must be from 0 to " + MOST_MESSAGES);
    }
    return new DumpOptions(limit, stackDepth, first, wanted, longestFirst);
  }

  /// Leaves out the processes that do not match.
  ///
  /// @param matching called for each process on the thread that makes the dump, without any lock,
  ///   until the limit is reached; what it throws ends the dump
  /// @return changed options
  public DumpOptions only(Predicate<? super ProcessInfo> matching) {
    return new DumpOptions(
        limit, stackDepth, messages, Objects.requireNonNull(matching, "matching"), longestFirst);
  }

  /// Shows the processes with the longest mailboxes first.
  ///
  /// @return changed options
  public DumpOptions longestMailboxFirst() {
    return new DumpOptions(limit, stackDepth, messages, wanted, true);
  }

  int limit() {
    return limit;
  }

  int stackDepth() {
    return stackDepth;
  }

  int messages() {
    return messages;
  }

  boolean isForAll() {
    return wanted == DEFAULT.wanted;
  }

  boolean isWanted(ProcessInfo info) {
    return wanted.test(info);
  }

  boolean longestFirst() {
    return longestFirst;
  }
}
