package dev.belay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/// Something that changes hands: who sends it lets go of it, and who takes it first has it. Made by
/// [Belay#handOff], for what is not immutable but used by one process at a time, such as an array
/// or a socket.
///
/// It is a message, or stands in one, like any other value, and is the same whether development
/// mode is on or off. Of any number of processes that have it exactly one gets what is in it. What
/// that process sees is at least what the sender had done before it sent the message.
///
/// That the sender does not touch it any more is a promise that nothing checks, as is that nobody
/// else has a reference. A message that vanishes, because its receiver is dead, takes along what is
/// in it; to be sure that a resource is closed let it be owned, and use [Owned#giveTo].
///
/// @param <T> the type of what changes hands
@Sendable
public final class HandedOff<T> {
  /*
   * One word says it all: `content` is the thing, until the one CAS that puts a Taken in its place.
   */
  private volatile Object content;

  HandedOff(T thing) {
    this.content = Objects.requireNonNull(thing, "thing");
  }

  /// Who took it.
  private record Taken(String by) {}

  /// Takes it. This succeeds once. May be called on any thread, but not within a selector, which
  /// only looks.
  ///
  /// @return what was handed off
  /// @throws VerbException if it has been taken before
  @SuppressWarnings("unchecked") // the constructor's, unless it is a Taken
  public T take() {
    return (T) take("take()", Object.class);
  }

  /// Takes it, if it is of a class; otherwise it stays. This succeeds once. May be called on any
  /// thread, but not within a selector.
  ///
  /// @param type what it must be
  /// @param <U> the type
  /// @return what was handed off
  /// @throws VerbException if it has been taken before
  /// @throws ClassCastException if it is of another class
  public <U> U take(Class<U> type) {
    return take("take(" + type.getSimpleName() + ".class)", type);
  }

  private <U> U take(String verb, Class<U> type) {
    Cell self = Cell.currentOrNull();
    if (self != null && self.selecting) {
      throw Misuse.inSelector("take");
    }
    Object now = content;
    if (!(now instanceof Taken)) {
      U thing = type.cast(now);
      Taken taken =
          new Taken(self != null ? self.pid.toString() : Thread.currentThread().toString());
      if (CONTENT.compareAndSet(this, now, taken)) {
        return thing;
      }
      now = content;
    }
    throw new VerbException(
        verb
            + ": what was handed off has been taken before, by "
            + ((Taken) now).by
            + ". Only one can have it: send each receiver a handOff(…) of its own, or an immutable value to all.");
  }

  /// Tells whether it has not been taken yet and is of a class; for selectors. If others have it
  /// too, it may be gone when it is taken.
  ///
  /// @param type the class
  /// @return whether it is there
  public boolean holds(Class<?> type) {
    Object now = content;
    return !(now instanceof Taken) && type.isInstance(now);
  }

  /// Returns the class of what is in it, or who took it.
  @Override
  public String toString() {
    Object now = content;
    return now instanceof Taken taken
        ? "HandedOff[taken by " + taken.by + "]"
        : "HandedOff[" + now.getClass().getTypeName() + "]";
  }

  // VarHandle mechanics
  private static final VarHandle CONTENT;

  static {
    try {
      CONTENT = MethodHandles.lookup().findVarHandle(HandedOff.class, "content", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
