package dev.belay.distribution.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.Carrier;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.Trail;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.connection.TwoSides.Heard;
import dev.belay.distribution.internal.handshake.Hello;
import dev.belay.distribution.internal.wire.Encoded;
import dev.belay.distribution.internal.wire.ProtocolException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What two nodes of Belay's say to each other in words of their own, byte for byte, and what else
/// may come to that name.
class BelaySignalsTest {
  private static final Hello NOTHING = Hello.NONE;
  private static final Hello TERMINATE = new Hello(1);
  private static final Hello TRAILS = new Hello(2);
  private static final ExitReason WHY = ExitReason.term(Atom.of("why"));

  private TwoSides sides = new TwoSides(Hello.OF_THIS_VERSION);

  @AfterEach
  void close() {
    sides.close();
  }

  private void agreeOn(Hello agreed) {
    sides.close();
    sides = new TwoSides(agreed);
  }

  private Trail trail() {
    Pid first = sides.ofAnother(3);
    return new Trail(
        List.of(
            new Trail.Hop(first, "the first", Trail.How.OWN_END, first, true),
            new Trail.Hop(sides.ofA(1), "", Trail.How.LINK, first, false)),
        5);
  }

  private static Tuple term(Trail trail) {
    return TrailTerms.term(trail);
  }

  private boolean isInBelaysWords(byte[] said) {
    return new String(said, StandardCharsets.ISO_8859_1).contains("$belay");
  }

  private List<Heard> heard(Carrier.Signal signal) {
    return sides.heard(sides.said(signal));
  }

  // what is said is heard

  @Test
  void aRequestToEnd() {
    for (ExitReason reason : List.of(ExitReason.NORMAL, ExitReason.KILL, WHY)) {
      assertThat(heard(Carrier.Signal.terminate(sides.ofA(1), sides.ofB(2), reason)))
          .containsExactly(new Heard("terminate", List.of(sides.ofA(1), sides.ofB(2), reason)));
    }
  }

  @Test
  void anExitWithItsTrail() {
    Carrier.Signal exit = Carrier.Signal.linkExit(sides.ofA(1), sides.ofB(2), WHY, trail());
    assertThat(isInBelaysWords(sides.said(exit))).isTrue();
    assertThat(heard(exit))
        .containsExactly(new Heard("linkExit", List.of(sides.ofA(1), sides.ofB(2), WHY, trail())));
  }

  @Test
  void aDownWithItsTrail() {
    for (boolean named : new boolean[] {false, true}) {
      Carrier.Signal down =
          Carrier.Signal.down(
              sides.ofA(1),
              named ? new Name("name", TwoSides.A) : sides.ofA(1),
              sides.ofB(2),
              sides.referenceOfB(),
              WHY,
              trail());
      assertThat(isInBelaysWords(sides.said(down))).isTrue();
      assertThat(heard(down))
          .containsExactly(new Heard("down", List.of(sides.referenceOfB(), WHY, trail())));
    }
  }

  @Test
  void aLargeReasonComesInFragments() {
    ExitReason large = ExitReason.term(Binary.of(new byte[200_000]));
    assertThat(heard(Carrier.Signal.linkExit(sides.ofA(1), sides.ofB(2), large, trail())))
        .containsExactly(
            new Heard("linkExit", List.of(sides.ofA(1), sides.ofB(2), large, trail())));
  }

  /// A reason that is no term is told as a text, as to any node, and the trail comes with it.
  @Test
  void aReasonThatIsNoTermIsAText() {
    Object value = new Object();
    ExitReason text = ExitReason.term(Binary.utf8(value.toString()));
    ExitReason none = ExitReason.term(value);
    assertThat(heard(Carrier.Signal.linkExit(sides.ofA(1), sides.ofB(2), none, trail())))
        .containsExactly(new Heard("linkExit", List.of(sides.ofA(1), sides.ofB(2), text, trail())));
    assertThat(heard(Carrier.Signal.terminate(sides.ofA(1), sides.ofB(2), none)))
        .containsExactly(new Heard("terminate", List.of(sides.ofA(1), sides.ofB(2), text)));
  }

  // what is said in Erlang's words

  @Test
  void whoWasNotThereHasNoTrailToTell() {
    Carrier.Signal exit = Carrier.Signal.linkExit(sides.ofA(1), sides.ofB(2), ExitReason.NO_PROC);
    assertThat(isInBelaysWords(sides.said(exit))).isFalse();
    assertThat(heard(exit))
        .containsExactly(
            new Heard("linkExit", List.of(sides.ofA(1), sides.ofB(2), ExitReason.NO_PROC)));
  }

  @Test
  void aSentExitHasErlangsWords() {
    Carrier.Signal exit = Carrier.Signal.exit(sides.ofA(1), sides.ofB(2), WHY);
    assertThat(isInBelaysWords(sides.said(exit))).isFalse();
    assertThat(heard(exit))
        .containsExactly(new Heard("exit", List.of(sides.ofA(1), sides.ofB(2), WHY)));
  }

  @Test
  void whoHasNotAgreedIsToldInErlangsWords() {
    for (Hello agreed : List.of(NOTHING, TERMINATE)) {
      agreeOn(agreed);
      Carrier.Signal exit = Carrier.Signal.linkExit(sides.ofA(1), sides.ofB(2), WHY, trail());
      assertThat(isInBelaysWords(sides.said(exit))).isFalse();
      assertThat(heard(exit))
          .containsExactly(new Heard("linkExit", List.of(sides.ofA(1), sides.ofB(2), WHY)));
      Carrier.Signal down =
          Carrier.Signal.down(
              sides.ofA(1), sides.ofA(1), sides.ofB(2), sides.referenceOfB(), WHY, trail());
      assertThat(isInBelaysWords(sides.said(down))).isFalse();
      assertThat(heard(down))
          .containsExactly(new Heard("down", List.of(sides.referenceOfB(), WHY)));
    }
  }

  /// The node has been told, and has refused it to the sender.
  @Test
  void aRequestToEndThatNobodyUnderstandsIsNotSaid() {
    for (Hello agreed : List.of(NOTHING, TRAILS)) {
      agreeOn(agreed);
      assertThatIllegalStateException()
          .isThrownBy(() -> sides.said(Carrier.Signal.terminate(sides.ofA(1), sides.ofB(2), WHY)));
    }
  }

  // the reserved name

  private Carrier.Signal message(String name) {
    return Carrier.Signal.message(
        sides.ofA(1), new Name(name, TwoSides.B), new Encoded(new byte[] {106}));
  }

  @Test
  void aMessageOfAProgramDoesNotGoThere() {
    assertThat(sides.said(message("$belay"))).isEmpty();
    assertThat(heard(message("belay"))).extracting(Heard::what).containsExactly("message");
  }

  @Test
  void toWhoHasNotAgreedItIsANameLikeAnyOther() {
    agreeOn(NOTHING);
    List<Heard> all = heard(message("$belay"));
    assertThat(all).extracting(Heard::what).containsExactly("message");
    assertThat(all.getFirst().arguments().get(1)).isEqualTo("$belay");
    // Also if it looks like a signal.
    Tuple request = Tuple.of(Atom.of("terminate"), sides.ofB(2), Atom.of("why"));
    assertThat(sides.heard(sides.said(sides.ofA(1), request)))
        .extracting(Heard::what)
        .containsExactly("message");
  }

  // what others may say

  private void assertRefused(Pid from, Object term) {
    byte[] bytes = sides.said(from, term);
    assertThatThrownBy(() -> sides.heard(bytes))
        .as(term.toString())
        .isInstanceOf(ProtocolException.class);
  }

  private Tuple exit(Object trail) {
    return Tuple.of(Atom.of("exit"), sides.ofB(2), Atom.of("why"), trail);
  }

  private Tuple hop(Object... parts) {
    return exit(Tuple.of(0L, List.of(Tuple.of(parts))));
  }

  @Test
  void whatIsNoneOfThemCostsTheConnection() {
    Pid from = sides.ofA(1);
    Pid to = sides.ofB(2);
    Atom why = Atom.of("why");
    Tuple good = term(trail());
    assertThat(sides.heard(sides.said(from, exit(good)))).hasSize(1);
    List<Object> wrong =
        List.of(
            why,
            5L,
            List.of(),
            Tuple.of(),
            Tuple.of(Atom.of("terminate")),
            Tuple.of(Atom.of("terminate"), to),
            Tuple.of(Atom.of("terminate"), to, why, why),
            Tuple.of(Atom.of("terminate"), why, why),
            Tuple.of(Atom.of("terminate"), sides.referenceOfB(), why),
            Tuple.of(Atom.of("exit"), to, why),
            Tuple.of(Atom.of("exit"), why, why, good),
            Tuple.of(Atom.of("exit"), to, why, good, good),
            Tuple.of(Atom.of("down"), to, why, good),
            Tuple.of(Atom.of("down"), sides.referenceOfB(), why),
            Tuple.of(Atom.of("link"), to, why, good),
            Tuple.of(1L, to, why, good));
    wrong.forEach(term -> assertRefused(from, term));
  }

  @Test
  void aTrailThatIsNoneCostsTheConnection() {
    Pid from = sides.ofA(1);
    Tuple good = term(trail());
    List<?> hops = (List<?>) good.get(1);
    List<Object> nine = new ArrayList<>(Collections.nCopies(9, hops.getFirst()));
    List<Object> wrong =
        List.of(
            Atom.of("none"),
            List.of(),
            Tuple.of(),
            Tuple.of(0L),
            Tuple.of(0L, hops, 0L),
            Tuple.of(Atom.of("0"), hops),
            Tuple.of(-1L, hops),
            Tuple.of(Long.MAX_VALUE, hops),
            Tuple.of((1L << 48) + 1, hops),
            Tuple.of(BigInteger.ONE.shiftLeft(70), hops),
            Tuple.of(0L, List.of()),
            Tuple.of(0L, hops.getFirst()),
            Tuple.of(0L, nine),
            Tuple.of(0L, List.of(1L, 2L, 3L)));
    wrong.forEach(trail -> assertRefused(from, exit(trail)));
    assertThat(sides.heard(sides.said(from, exit(Tuple.of(1L << 48, nine.subList(0, 8))))))
        .hasSize(1);
  }

  @Test
  void aHopThatIsNoneCostsTheConnection() {
    Pid from = sides.ofA(1);
    Binary label = Binary.utf8("label");
    Atom how = Atom.of("link");
    Atom no = Atom.of("false");
    assertThat(sides.heard(sides.said(from, hop(from, label, how, from, no)))).hasSize(1);
    List<Tuple> wrong =
        List.of(
            hop(),
            hop(from, label, how, from),
            hop(from, label, how, from, no, no),
            hop(how, label, how, from, no),
            hop(from, how, how, from, no),
            hop(from, List.of(), how, from, no),
            hop(from, Binary.of(new byte[TrailTerms.LONGEST_LABEL * 4 + 1]), how, from, no),
            hop(from, label, Atom.of("old_age"), from, no),
            hop(from, label, label, from, no),
            hop(from, label, how, label, no),
            hop(from, label, how, from, Atom.of("maybe")),
            hop(from, label, how, from, 0L));
    wrong.forEach(term -> assertRefused(from, term));
  }

  @Test
  void nobodySpeaksForAnotherNode() {
    Tuple request = Tuple.of(Atom.of("terminate"), sides.ofB(2), Atom.of("why"));
    assertThat(sides.heard(sides.said(sides.ofA(1), request))).hasSize(1);
    assertRefused(sides.ofAnother(1), request);
    assertRefused(sides.ofB(1), request);
    assertRefused(sides.ofAnother(1), exit(term(trail())));
  }

  @Test
  void whatWasNotAgreedOnCostsTheConnection() {
    agreeOn(TRAILS);
    assertRefused(sides.ofA(1), Tuple.of(Atom.of("terminate"), sides.ofB(2), Atom.of("why")));
    agreeOn(TERMINATE);
    assertRefused(sides.ofA(1), exit(term(trail())));
  }

  /// Whatever the bytes are: a signal within the bounds, or the end of the connection.
  @Test
  void brokenBytesDoNoHarm() {
    Random random = new Random(29);
    List<byte[]> seeds =
        List.of(
            sides.said(Carrier.Signal.terminate(sides.ofA(1), sides.ofB(2), WHY)),
            sides.said(Carrier.Signal.linkExit(sides.ofA(1), sides.ofB(2), WHY, trail())),
            sides.said(
                Carrier.Signal.down(
                    sides.ofA(1), sides.ofA(1), sides.ofB(2), sides.referenceOfB(), WHY, trail())));
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = seeds.get(i % seeds.size()).clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt(256);
      }
      try {
        sides.heard(bytes).forEach(BelaySignalsTest::assertBounded);
      } catch (RuntimeException _) {
        // Whatever it is, the connection ends for it.
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(2_000);
  }

  private static void assertBounded(Heard heard) {
    for (Object argument : heard.arguments()) {
      if (argument instanceof Trail trail) {
        assertThat(trail.hops()).hasSizeBetween(1, Trail.MAX_HOPS);
        assertThat(trail.omitted()).isBetween(0L, 1L << 48);
        assertThat(trail.hops())
            .allSatisfy(hop ->
                assertThat(hop.label().codePoints())
                    .hasSizeLessThanOrEqualTo(TrailTerms.LONGEST_LABEL * 4)
                    .noneMatch(Character::isISOControl));
      }
    }
  }
}
