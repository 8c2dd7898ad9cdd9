package dev.belay.bench;

import dev.belay.SpawnOptions;
import dev.belay.distribution.DistributionOptions;
import java.io.IOException;
import java.io.PrintStream;

/// The node of Belay's to which another one talks while that measures: a JVM of its own, which says
/// `ready` and ends with its input.
public final class FarNode {
  private FarNode() {}

  /// Runs the node.
  ///
  /// @param args where the two nodes meet, as [Meeting] writes it
  public static void main(String[] args) {
    PrintStream out = System.out;
    try (Member member = start(Meeting.of(args, 0))) {
      out.println(Companion.READY + " " + member.name());
      out.flush();
      while (System.in.read() >= 0) {
        // Whoever started this node is still there.
      }
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  /// Starts the node in this JVM.
  static Member start(Meeting meeting) throws IOException {
    Silence.begin();
    Member member = Member.join(Meeting.FAR, meeting, DistributionOptions.DEFAULT);
    member
        .node()
        .spawn(
            SpawnOptions.DEFAULT.name(FarParts.STATION),
            () -> FarParts.station(member.distribution()));
    return member;
  }
}
