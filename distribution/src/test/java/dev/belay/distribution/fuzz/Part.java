package dev.belay.distribution.fuzz;

import dev.belay.distribution.ValuesTarget;
import dev.belay.distribution.internal.connection.ControlTarget;

/// What is fuzzed: `./belay fuzz` knows the parts by these names, in small letters.
enum Part {
  /// Terms, read and written.
  TERMS("TermsFuzz"),
  /// Values of registered types.
  VALUES("ValuesFuzz"),
  /// The handshake, both sides.
  HANDSHAKE("HandshakeFuzz"),
  /// Frames and fragments.
  FRAMES("FramesFuzz"),
  /// What control messages do to a node.
  CONTROL("ControlFuzz"),
  /// The messages of EPMD.
  EPMD("EpmdFuzz"),
  /// The embedded EPMD.
  EPMD_SERVER("EpmdServerFuzz");

  private final String fuzzTest;

  Part(String fuzzTest) {
    this.fuzzTest = fuzzTest;
  }

  /// Where its inputs are: where the fuzzer looks for those of the class that calls it, and leaves
  /// those that it has found.
  String folder() {
    return fuzzTest + "Inputs/input";
  }

  FuzzTarget open() {
    return switch (this) {
      case TERMS -> new TermsTarget();
      case VALUES -> new ValuesTarget();
      case HANDSHAKE -> new HandshakeTarget();
      case FRAMES -> new FramesTarget();
      case CONTROL -> new ControlTarget();
      case EPMD -> new EpmdTarget();
      case EPMD_SERVER -> new EpmdServerTarget();
    };
  }
}
