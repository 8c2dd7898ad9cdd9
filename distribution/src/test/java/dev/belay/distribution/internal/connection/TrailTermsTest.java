package dev.belay.distribution.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Pid;
import dev.belay.Trail;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.handshake.Hello;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Trails as terms: every one that there is comes back, and its size has a bound.
class TrailTermsTest {
  private final TwoSides sides = new TwoSides(Hello.OF_THIS_VERSION);
  private final Pid pid = sides.ofA(1);

  @AfterEach
  void close() {
    sides.close();
  }

  private Trail of(String label) {
    return new Trail(List.of(new Trail.Hop(pid, label, Trail.How.LINK, pid, false)), 0);
  }

  private static Trail back(Trail trail) {
    return TrailTerms.trail(TrailTerms.term(trail));
  }

  @Test
  void itsWordsAreThese() {
    Pid other = sides.ofAnother(2);
    Trail trail =
        new Trail(List.of(new Trail.Hop(pid, "label", Trail.How.EXIT_SIGNAL, other, true)), 7);
    assertThat(TrailTerms.term(trail))
        .isEqualTo(
            Tuple.of(
                7L,
                List.of(
                    Tuple.of(
                        pid,
                        Binary.utf8("label"),
                        Atom.of("exit_signal"),
                        other,
                        Atom.of("true")))));
  }

  @Test
  void everyTrailComesBack() {
    List<Trail.Hop> hops = new ArrayList<>();
    for (Trail.How how : Trail.How.values()) {
      for (boolean declared : new boolean[] {false, true}) {
        Trail.Hop hop = new Trail.Hop(pid, "p " + how, how, sides.ofAnother(3), declared);
        Trail one = new Trail(List.of(hop), 0);
        assertThat(back(one)).isEqualTo(one);
        hops.add(hop);
      }
    }
    Trail longest = new Trail(hops.subList(0, Trail.MAX_HOPS), 1_000_000);
    assertThat(back(longest)).isEqualTo(longest);
  }

  @Test
  void labelsAreCutAtACharacter() {
    for (String c : List.of("a", "é", "日", "😀")) {
      String longest = c.repeat(TrailTerms.LONGEST_LABEL);
      assertThat(back(of(longest))).isEqualTo(of(longest));
      assertThat(back(of(longest + c))).isEqualTo(of(longest));
    }
    assertThat(back(of(""))).isEqualTo(of(""));
  }

  /// What another node says goes into logs.
  @Test
  void controlCharactersAreTakenOut() {
    assertThat(back(of("a\n\u001b[31mb\u0085\u0000")).hops().getFirst().label())
        .isEqualTo("a\uFFFD\uFFFD[31mb\uFFFD\uFFFD");
    Tuple hop =
        Tuple.of(
            pid, Binary.of(new byte[] {'a', (byte) 0xC3}), Atom.of("link"), pid, Atom.of("false"));
    assertThat(TrailTerms.trail(Tuple.of(0L, List.of(hop))).hops().getFirst().label())
        .isEqualTo("a\uFFFD");
  }

  @Test
  void whatWasLeftOutCannotOverflow() {
    Trail endless = new Trail(of("").hops(), Long.MAX_VALUE);
    assertThat(back(endless).omitted()).isEqualTo(1L << 48);
  }
}
