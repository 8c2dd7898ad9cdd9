package dev.belay;

/// What [Behaviour#handle] can answer other than a behaviour.
enum Answer implements Behaviour {
  SAME,
  DONE;

  @Override
  public Behaviour handle(Object message) {
    throw new IllegalStateException(
        "Behaviour."
            + (this == SAME ? "same" : "done")
            + "() is only for handle() to return; it cannot handle a message itself");
  }
}
