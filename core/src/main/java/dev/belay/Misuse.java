package dev.belay;

/// The errors for verbs that are called where they cannot work; each says what to do instead.
final class Misuse {
  private Misuse() {}

  static VerbException outsideProcess(String verb) {
    return new VerbException(
        verb
            + "() was called on "
            + Thread.currentThread()
            + ", which is not the thread of a process. Verbs work only on a process's own thread, not on threads that it starts,"
            + " in executors or in callbacks of a future. From there, send a message to the process, or use the methods of Node"
            + " and Node.inbox(); to begin, use Belay.run or Node.spawn.");
  }

  static VerbException ofAnotherNode(String verb, Cell caller, Node node) {
    return new VerbException(
        verb
            + "() of node "
            + node.name()
            + " was called by "
            + caller.pid
            + ", a process of node "
            + caller.node.name()
            + ". A process spawns in the name of its own node.");
  }

  static VerbException inSelector(String verb) {
    return new VerbException(
        verb
            + "() was called inside a selector. A selector only looks at a message: return what the verb needs from it,"
            + " and call the verb after receive() has returned.");
  }

  static VerbException selectorIsPredicate() {
    return new VerbException(
        "A selector returned a Boolean, as a predicate does; it should return what receive() should return, and null or skip()"
            + " for messages that it does not want. Write receive(Selector.matching(predicate)). The message is still in the mailbox.");
  }

  /// Throws if a class initialiser is on the calling thread's stack. Walking the stack is too slow
  /// for every verb, so this runs under `-ea` only.
  static boolean notInInitialiser(String verb) {
    StackWalker.getInstance()
        .walk(frames -> frames.filter(f -> f.getMethodName().equals("<clinit>")).findFirst())
        .ifPresent(frame -> {
          throw new VerbException(
              verb
                  + "() was called in the class initialiser of "
                  + frame.getClassName()
                  + ". An exit signal there would make the class unusable for the whole JVM: call the verb in a method"
                  + " and pass the result on.");
        });
    return true;
  }

  static InboxClosedException closedInbox(Cell cell) {
    Cause cause = cell.cause;
    return new InboxClosedException(cell.pid, cause == null ? ExitReason.NORMAL : cause.reason());
  }
}
