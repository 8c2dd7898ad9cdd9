package dev.belay;

/// This side's record of a link with a process of another node.
final class FarEnd extends LinkEnd implements Line.Far {
  final Line line;
  final Line.Bond bond = new Line.Bond(this);

  /// Whether its owner has linked or unlinked, and that is not on the line yet. If an error came
  /// between, the reserve says it. Guarded by the owner's lock.
  boolean unsaid;

  FarEnd(Cell owner, Pid peer, boolean anyExit, Line line) {
    super(owner, peer, anyExit);
    this.line = line;
  }

  @Override
  public void lost() {
    Exits.farExit(this, owner.node.noConnection(peer), true);
  }

  /// Fires by itself, because it was made when the line was lost already: then the loss may have
  /// come past it before. Hands over if it fails.
  void miss() {
    try {
      lost();
    } catch (Error e) {
      owner.node.reserve.owe(this);
      throw e;
    }
    line.strike(bond);
  }

  @Override
  public void settleOwed() {
    FarLinks.settle(this);
  }
}
