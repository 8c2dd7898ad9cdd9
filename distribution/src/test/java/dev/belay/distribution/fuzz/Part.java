package dev.belay.distribution.fuzz;

import dev.belay.distribution.ValuesTarget;
import dev.belay.distribution.internal.connection.ControlTarget;
import java.util.function.Supplier;

/// What is fuzzed: `./belay fuzz` knows the parts by these names, in small letters.
enum Part {
  /// Terms, read and written.
  TERMS("TermsFuzz", TermsTarget::new),
  /// Values of registered types.
  VALUES("ValuesFuzz", ValuesTarget::new),
  /// The handshake, both sides.
  HANDSHAKE("HandshakeFuzz", HandshakeTarget::new),
  /// Frames and fragments.
  FRAMES("FramesFuzz", FramesTarget::new),
  /// What control messages do to a node.
  CONTROL("ControlFuzz", ControlTarget::new),
  /// The messages of EPMD.
  EPMD("EpmdFuzz", EpmdTarget::new),
  /// The embedded EPMD.
  EPMD_SERVER("EpmdServerFuzz", EpmdServerTarget::new);

  private final String fuzzTest;
  private final Supplier<? extends FuzzTarget> target;

  Part(String fuzzTest, Supplier<? extends FuzzTarget> target) {
    this.fuzzTest = fuzzTest;
    this.target = target;
  }

  /// Where its inputs are: where the fuzzer looks for those of the class that calls it, and leaves
  /// those that it has found.
  String folder() {
    return fuzzTest + "Inputs/input";
  }

  FuzzTarget open() {
    return target.get();
  }
}
