package dev.belay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One process of a scenario, and what is known of it afterwards.
final class Actor implements Body {
  /// What those died of that have forgotten it; of one scenario.
  private static final Map<Cell, ExitReason> DEATHS = new HashMap<>();

  final String name;
  final SpawnOptions how;
  private final Play play;
  private final Body body;

  /// What it wrote down: messages that it took out of its mailbox, outcomes of verbs.
  final List<Object> notes = new ArrayList<>();

  @Nullable Pid pid;
  @Nullable Cell cell;
  private boolean begun;

  /// Whether it waits for what its bonds must bring, and not for what another one may have been
  /// kept from doing by an error.
  boolean isOwed;

  boolean mortal;

  /// Whether it takes longer than its grace on purpose.
  boolean mayBeDeclared;

  boolean rested;
  boolean returned;
  @Nullable Throwable thrown;

  Actor(Play play, String name, SpawnOptions how, Body body) {
    this.play = play;
    this.name = name;
    this.how = how.label(name);
    this.body = body;
  }

  static void died(Cell cell, ExitReason reason) {
    DEATHS.put(cell, reason);
  }

  /// Another scenario begins.
  static void forgetDeaths() {
    DEATHS.clear();
  }

  @Override
  public void run() throws Exception {
    if (begun) {
      play.complain(name + " runs a second time, although its spawn failed");
    }
    begun = true;
    play.stage().spared(() -> cell = Cell.currentOrNull());
    pid = Objects.requireNonNull(cell).pid;
    try {
      runBody();
      if (!mortal && !rested) {
        play.rest();
      }
      returned = true;
    } catch (Throwable e) {
      thrown = e;
      if (e instanceof AssertionError) {
        play.complain(name + ": " + e);
      }
      if (e instanceof ExitSignalError && play.stage().isInterrupted()) {
        play.complain(
            name + " unwinds with its interrupt status set, although a verb has noticed the exit");
      }
      throw e;
    }
  }

  /// Runs the body. It does not die at once of an error that was thrown into one of its verbs, so
  /// that what the verb has left can be looked at.
  private void runBody() throws Exception {
    try {
      body.run();
    } catch (VirtualMachineError e) {
      if (play.isFaulty()) {
        isOwed = false;
        play.rest();
      }
      throw e;
    }
  }

  boolean wasSpawned() {
    return pid != null;
  }

  Pid pid() {
    return Objects.requireNonNull(pid, name);
  }

  /// What its links and monitors are told, if it has any.
  ExitReason reason() {
    Cell it = Objects.requireNonNull(cell, name);
    Cause cause = it.cause;
    return cause != null ? cause.reason() : Objects.requireNonNull(DEATHS.get(it), name);
  }

  <T> List<T> noted(Class<T> type) {
    return notes.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Override
  public String toString() {
    return name + " noted " + notes + (thrown == null ? "" : " and threw " + thrown);
  }
}
