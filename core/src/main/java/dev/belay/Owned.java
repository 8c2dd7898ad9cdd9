package dev.belay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A resource that a process owns: it is closed before anybody learns of the process's death, last
/// owned first.
///
/// Made by [Belay#own]. The methods are verbs of the owner: they work on the owning process's own
/// thread.
///
/// @param <T> the resource's type
@Sendable
public final class Owned<T extends AutoCloseable> {
  /*
   * Who owns the resource is one word, `owner`, changed by CAS: from giver to receiver under the receiver's
   * lock, from owner to null by release, or by the dismantler that is going to close it. Slots are where a cell
   * looks for what it owns; a slot whose resource has another owner by now is skipped.
   */
  private final T resource;
  private volatile @Nullable Cell owner;

  Owned(T resource, Cell owner) {
    this.resource = resource;
    this.owner = owner;
  }

  /// Returns the resource. It is not checked that it is still owned or open.
  ///
  /// @return the resource
  public T get() {
    return resource;
  }

  /// Takes the resource out of the runtime's hands without closing it; it is the caller's affair
  /// from now on.
  ///
  /// @return the resource
  /// @throws VerbException if the calling process does not own it
  public T release() {
    Cell self = Cell.enter("release");
    try {
      if (!OWNER.compareAndSet(this, self, null)) {
        throw notOwner(self, "release");
      }
      Slot.discard(self, this);
      return resource;
    } finally {
      self.inVerb = false;
    }
  }

  /// Closes the resource now, on the calling thread, and is done with it.
  ///
  /// @throws Exception what its `close` throws
  /// @throws VerbException if the calling process does not own it
  public void close() throws Exception {
    release().close();
  }

  /// Gives the resource to another process, in one atomic step: it belongs to the one or to the
  /// other.
  ///
  /// @param pid the new owner, a process of the same node
  /// @return whether it was given; if the other process is not alive, it stays with the caller
  /// @throws VerbException if the calling process does not own it
  public boolean giveTo(Pid pid) {
    Cell self = Cell.enter("giveTo");
    try {
      if (owner != self) {
        throw notOwner(self, "giveTo");
      }
      Cell receiver = self.node.local(pid);
      if (receiver == self) {
        return true;
      }
      if (receiver == null || !Slot.give(this, self, receiver)) {
        return false;
      }
      Slot.discard(self, this);
      return true;
    } finally {
      self.inVerb = false;
    }
  }

  boolean change(@Nullable Cell from, @Nullable Cell to) {
    return OWNER.compareAndSet(this, from, to);
  }

  boolean isOwnedBy(Cell cell) {
    return owner == cell;
  }

  private VerbException notOwner(Cell self, String verb) {
    Cell other = owner;
    return new VerbException(
        verb
            + "(): process "
            + self.pid
            + " does not own this resource; "
            + (other == null
                ? "it was released or closed before."
                : "its owner is " + other.pid + ", which must do it itself."));
  }

  @Override
  public String toString() {
    Cell cell = owner;
    return "Owned["
        + resource.getClass().getName()
        + (cell == null ? ", released]" : ", by " + cell.pid + "]");
  }

  // VarHandle mechanics
  private static final VarHandle OWNER;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(Owned.class, "owner", Cell.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
