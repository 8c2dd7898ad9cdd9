package dev.belay;

import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.function.Supplier;

/// A variable of which each process has its own value, like Erlang's process dictionary.
///
/// What a `ThreadLocal` is to a thread this is to a process, of either style: a turn-style process
/// may have another thread in each turn, and a thread local would be left behind on the runner for
/// the next process. Values live as long as their process.
///
/// The methods work only on a process's own thread, also while it is exiting, and throw a
/// [VerbException] elsewhere.
///
/// @param <T> the type of the values
public final class ProcessLocal<T> {
  private final Supplier<? extends T> initial;

  private ProcessLocal(Supplier<? extends T> initial) {
    this.initial = initial;
  }

  /// Makes a variable.
  ///
  /// @param initial makes a process's first value, in the process, when it first asks for it
  /// @param <T> the type of the values
  /// @return the variable
  public static <T> ProcessLocal<T> withInitial(Supplier<? extends T> initial) {
    return new ProcessLocal<>(Objects.requireNonNull(initial, "initial"));
  }

  /// Returns the calling process's value, and makes it first if there is none.
  ///
  /// @return the value
  /// @throws NullPointerException if the supplier returned null
  public T get() {
    return of(Cell.current("ProcessLocal.get"));
  }

  /// Returns a process's value; on its own thread.
  T of(Cell self) {
    IdentityHashMap<ProcessLocal<?>, Object> all = values(self);
    Object value = all.get(this);
    if (value == null) {
      value = Objects.requireNonNull(initial.get(), "the initial value of a ProcessLocal");
      all.put(this, value);
    }
    @SuppressWarnings("unchecked") // only this object puts values under itself
    T result = (T) value;
    return result;
  }

  /// Sets the calling process's value.
  ///
  /// @param value the value
  public void set(T value) {
    values(Cell.current("ProcessLocal.set")).put(this, Objects.requireNonNull(value, "value"));
  }

  /// Removes the calling process's value; the next [#get()] makes a first one again.
  public void remove() {
    values(Cell.current("ProcessLocal.remove")).remove(this);
  }

  private static IdentityHashMap<ProcessLocal<?>, Object> values(Cell self) {
    IdentityHashMap<ProcessLocal<?>, Object> values = self.locals;
    if (values == null) {
      values = new IdentityHashMap<>(4);
      self.locals = values;
    }
    return values;
  }
}
