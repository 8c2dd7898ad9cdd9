package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Trail;
import dev.belay.distribution.Shop.Article;
import dev.belay.distribution.Shop.Box;
import dev.belay.distribution.Shop.Circle;
import dev.belay.distribution.Shop.Closed;
import dev.belay.distribution.Shop.Color;
import dev.belay.distribution.Shop.Containers;
import dev.belay.distribution.Shop.Corners;
import dev.belay.distribution.Shop.Ellipse;
import dev.belay.distribution.Shop.Failed;
import dev.belay.distribution.Shop.Item;
import dev.belay.distribution.Shop.Money;
import dev.belay.distribution.Shop.NoShape;
import dev.belay.distribution.Shop.Numbers;
import dev.belay.distribution.Shop.Order;
import dev.belay.distribution.Shop.Payment;
import dev.belay.distribution.Shop.Shape;
import dev.belay.distribution.Shop.Size;
import dev.belay.distribution.Shop.Struct;
import dev.belay.distribution.Shop.Terms;
import dev.belay.distribution.Shop.Texts;
import dev.belay.distribution.Shop.Tree;
import java.math.BigInteger;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Which terms the values of registered types are.
class TermCodecTest {
  private static final TermCodec CODEC = Shop.CODEC;
  private static final Item ROPE = new Item("rope", (byte) 2);
  private static final Tuple ROPE_TERM = Tuple.of(Atom.of("item"), Binary.utf8("rope"), 2L);

  private static Atom atom(String name) {
    return Atom.of(name);
  }

  private static Binary text(String text) {
    return Binary.utf8(text);
  }

  /// Goes both ways, by itself and where the type is known.
  private static void same(Object value, Object term) {
    assertThat(CODEC.toTerm(value)).isEqualTo(term);
    assertThat(CODEC.fromTerm(term)).isEqualTo(value);
    assertThat((Object) CODEC.fromTerm(term, value.getClass())).isEqualTo(value);
  }

  @Test
  void recordsAreTaggedTuples() {
    same(ROPE, ROPE_TERM);
    same(
        new Order(7, List.of(ROPE, ROPE), Optional.of("soon")),
        Tuple.of(atom("order"), 7L, List.of(ROPE_TERM, ROPE_TERM), text("soon")));
    assertThat(CODEC.toTerm(new Order(7, List.of(ROPE), Optional.empty())))
        .hasToString("{order,7,[{item,<<\"rope\">>,2}],undefined}");
  }

  @Test
  void recordsMayBeMaps() {
    Article article = new Article("rope", 90, Optional.of(Color.LIGHT_BLUE));
    Map<Object, Object> map =
        Map.of(
            atom("name"), text("rope"), atom("unit_price"), 90L, atom("color"), atom("light_blue"));
    assertThat(CODEC.toTerm(article)).isEqualTo(map);
    assertThat(CODEC.fromTerm(map, Article.class)).isEqualTo(article);
    assertThat(CODEC.fromTerm(map)).as("a map without a tag").isSameAs(map);
    assertThat(
            CODEC.fromTerm(
                Map.of(atom("name"), text("x"), atom("unit_price"), 1L, atom("more"), List.of()),
                Article.class))
        .as("one key more, and that of an Optional missing")
        .isEqualTo(new Article("x", 1, Optional.empty()));
  }

  @Test
  void recordsMayBeStructsOfElixir() {
    same(
        new Struct("x", List.of(new Article("a", 1, Optional.empty()))),
        Map.of(
            atom("__struct__"),
            atom("Elixir.Shop.Struct"),
            atom("name"),
            text("x"),
            atom("articles"),
            List.of(
                Map.of(
                    atom("name"),
                    text("a"),
                    atom("unit_price"),
                    1L,
                    atom("color"),
                    Atom.UNDEFINED))));
    Map<Object, Object> other = Map.of(atom("__struct__"), atom("Elixir.Other"));
    assertThat(CODEC.fromTerm(other)).isSameAs(other);
  }

  @Test
  void recordsWithoutComponentsMayBeAtoms() {
    same(new Closed(), atom("closed"));
    assertThat(CODEC.fromTerm(atom("opened"))).isEqualTo(atom("opened"));
  }

  @Test
  void enumsAreAtomsWhereTheirTypeIsKnown() {
    assertThat(CODEC.toTerm(Color.LIGHT_BLUE))
        .as("a constant with a body")
        .isEqualTo(atom("light_blue"));
    assertThat(CODEC.fromTerm(atom("red"), Color.class)).isEqualTo(Color.RED);
    assertThat(CODEC.fromTerm(atom("red"))).isEqualTo(atom("red"));
    assertThat(CODEC.toTerm(Size.LARGE)).isEqualTo(atom("l"));
    assertThat(CODEC.fromTerm(atom("s"), Size.class)).isEqualTo(Size.SMALL);
  }

  @Test
  void sealedInterfacesAreWhatTheyPermit() {
    Map<Shape, Object> terms =
        Map.of(
            new Circle(1.5),
            Tuple.of(atom("circle"), 1.5),
            new Ellipse(1, 2),
            Tuple.of(atom("ellipse"), 1.0, 2.0),
            new Corners(4),
            Tuple.of(atom("corners"), 4L),
            NoShape.POINT,
            atom("point"));
    terms.forEach((shape, term) -> {
      assertThat(CODEC.toTerm(shape)).isEqualTo(term);
      assertThat(CODEC.fromTerm(term, Shape.class)).isEqualTo(shape);
    });
    assertThat(CODEC.fromTerm(Tuple.of(atom("circle"), 1.5), Shop.Round.class))
        .isEqualTo(new Circle(1.5));
  }

  @Test
  void numbersKeepTheirTypes() {
    same(
        new Numbers(
            Byte.MIN_VALUE,
            Short.MIN_VALUE,
            Integer.MIN_VALUE,
            Long.MIN_VALUE,
            Character.MAX_VALUE,
            BigInteger.ONE.shiftLeft(100),
            Double.MIN_VALUE,
            Float.MAX_VALUE,
            true,
            Byte.MAX_VALUE,
            Short.MAX_VALUE,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            'x',
            -0.0,
            0.1f,
            false),
        Tuple.of(
            atom("numbers"),
            -128L,
            -32768L,
            (long) Integer.MIN_VALUE,
            Long.MIN_VALUE,
            65535L,
            BigInteger.ONE.shiftLeft(100),
            Double.MIN_VALUE,
            (double) Float.MAX_VALUE,
            Atom.TRUE,
            127L,
            32767L,
            (long) Integer.MAX_VALUE,
            Long.MAX_VALUE,
            120L,
            -0.0,
            (double) 0.1f,
            Atom.FALSE));
  }

  @Test
  void numbersAreTakenWhereTheyAreExact() {
    assertThat(CODEC.fromTerm(3L, double.class)).isEqualTo(3.0);
    assertThat(CODEC.fromTerm(1L << 53, Double.class)).isEqualTo(0x1p53);
    assertThat(CODEC.fromTerm(3L, Float.class)).isEqualTo(3f);
    assertThat(CODEC.fromTerm(5L, BigInteger.class)).isEqualTo(BigInteger.valueOf(5));
    assertThat(CODEC.fromTerm(BigInteger.TWO.pow(70), BigInteger.class))
        .isEqualTo(BigInteger.TWO.pow(70));
    assertThat(CODEC.toTerm(BigInteger.valueOf(5))).isEqualTo(5L);
    assertThat(CODEC.toTerm(new Box(BigInteger.ONE))).isEqualTo(Tuple.of(atom("box"), 1L));
  }

  @Test
  void textsAreBinariesOrOnRequestLists() {
    same(
        new Texts("Größe \uD83D\uDE00 \uFFFD", "añ\uD83D\uDE00", List.of("", "b"), text("x")),
        Tuple.of(
            atom("texts"),
            text("Größe \uD83D\uDE00 \uFFFD"),
            List.of((long) 'a', (long) 'ñ', 0x1F600L),
            List.of(List.of(), List.of(98L)),
            text("x")));
  }

  @Test
  void containersHoldWhatTheyAreDeclaredWith() {
    same(
        new Containers(
            List.of(List.of(ROPE), List.of()),
            Set.of(Color.RED),
            Map.of("a", ROPE),
            Map.of(ROPE, Optional.of(1)),
            Optional.of(List.of(new Corners(3), NoShape.POINT))),
        Tuple.of(
            atom("containers"),
            List.of(List.of(ROPE_TERM), List.of()),
            List.of(atom("red")),
            Map.of(text("a"), ROPE_TERM),
            Map.of(ROPE_TERM, 1L),
            List.of(Tuple.of(atom("corners"), 3L), atom("point"))));
  }

  @Test
  void whatComesIsUnmodifiable() {
    Containers value =
        (Containers)
            CODEC.fromTerm(
                Tuple.of(
                    atom("containers"), List.of(), List.of(), Map.of(), Map.of(), Atom.UNDEFINED));
    assertThat(value.lists()).isUnmodifiable();
    assertThat(value.set()).isUnmodifiable();
    assertThat(value.map()).isUnmodifiable();
  }

  @Test
  void termsStayWhatTheyAre() {
    try (Node node = Node.start();
        Inbox inbox = node.inbox()) {
      Pid pid = inbox.pid();
      Ref ref = inbox.makeRef();
      Object elsewhere = new ImproperList(List.of(ROPE_TERM), ref);
      same(
          new Terms(
              pid,
              ref,
              new Name("a", "b@c"),
              atom("x"),
              Tuple.of(ROPE),
              new ImproperList(List.of(ROPE), ref),
              ExitReason.shutdown(ROPE),
              List.of(1L, ROPE)),
          Tuple.of(
              atom("terms"),
              pid,
              ref,
              Tuple.of(atom("a"), atom("b@c")),
              atom("x"),
              Tuple.of(ROPE_TERM),
              elsewhere,
              Tuple.of(atom("shutdown"), ROPE_TERM),
              List.of(1L, ROPE_TERM)));
    }
  }

  @Test
  void aTupleThatIsDeclaredStaysOne() {
    Tuple term =
        Tuple.of(
            atom("terms"),
            Tuple.of(atom("item"), text("x"), 1L),
            Atom.OK); // not of its size: stays
    assertThat(CODEC.fromTerm(ROPE_TERM, Tuple.class)).isEqualTo(ROPE_TERM);
    assertThat(CODEC.fromTerm(term))
        .isEqualTo(Tuple.of(atom("terms"), new Item("x", (byte) 1), Atom.OK));
  }

  @Test
  void reasonsAreThoseOfErlang() {
    same(new Failed(ExitReason.NORMAL), Tuple.of(atom("failed"), atom("normal")));
    same(new Failed(ExitReason.NO_CONNECTION), Tuple.of(atom("failed"), atom("noconnection")));
    same(new Failed(ExitReason.term(ROPE)), Tuple.of(atom("failed"), ROPE_TERM));
    assertThat(CODEC.toTerm(ExitReason.term(ROPE))).isEqualTo(ROPE_TERM);
    assertThat(CODEC.fromTerm(ROPE_TERM, ExitReason.class)).isEqualTo(ExitReason.term(ROPE));
    Object crash = CODEC.toTerm(ExitReason.crash(new IllegalStateException("odd")));
    assertThat(crash.toString()).contains("IllegalStateException", "odd", "TermCodecTest");
    assertThat(CODEC.toTerm(new IllegalStateException("odd")).toString()).contains("odd");
    assertThat(CODEC.fromTerm(crash, ExitReason.class)).isEqualTo(ExitReason.term(crash));
  }

  @Test
  void functionsOfTheProgramConvertOtherTypes() {
    Payment payment = new Payment(Money.of(Tuple.of(5L, atom("eur"))));
    same(payment, Tuple.of(atom("payment"), Tuple.of(5L, atom("eur"))));
    assertThat(CODEC.toTerm(List.of(payment.amount())))
        .isEqualTo(List.of(Tuple.of(5L, atom("eur"))));
  }

  @Test
  void aTypeThatIsAnInterfaceStandsForItsImplementations() {
    TermCodec codec =
        TermCodec.builder()
            .convert(CharSequence.class, CharSequence::toString, term -> ((Binary) term).text())
            .build();
    assertThat(codec.toTerm(CharBuffer.wrap("abc"))).isEqualTo(text("abc"));
    assertThat(codec.fromTerm(text("abc"), CharSequence.class)).isEqualTo("abc");
  }

  @Test
  void valuesInTermsAreFound() {
    Object nested =
        Tuple.of(
            Atom.OK, List.of(ROPE, Map.of("k", ROPE)), new ImproperList(List.of(ROPE), Atom.OK));
    Object term =
        Tuple.of(
            Atom.OK,
            List.of(ROPE_TERM, Map.of(text("k"), ROPE_TERM)),
            new ImproperList(List.of(ROPE_TERM), Atom.OK));
    assertThat(CODEC.toTerm(nested)).isEqualTo(term);
    assertThat(CODEC.fromTerm(term))
        .isEqualTo(
            Tuple.of(
                Atom.OK,
                List.of(ROPE, Map.of(text("k"), ROPE)),
                new ImproperList(List.of(ROPE), Atom.OK)));
    NativeRecord named =
        new NativeRecord(Atom.OK, Atom.OK, true, List.of(Atom.OK), List.of(ROPE_TERM));
    assertThat(((NativeRecord) CODEC.fromTerm(named)).get(Atom.OK)).isEqualTo(ROPE);
  }

  @Test
  @SuppressWarnings("JdkObsolete") // a list that is not made for access by index
  void valuesOfJavaNeedNotBeRegistered() {
    TermCodec codec = TermCodec.EMPTY;
    assertThat(codec.toTerm("x")).isEqualTo(text("x"));
    assertThat(codec.toTerm(Arrays.asList(1, (short) 2, (byte) 3, 1.5f, true, 'c', new byte[] {1})))
        .isEqualTo(List.of(1L, 2L, 3L, 1.5, Atom.TRUE, 99L, Binary.of(new byte[] {1})));
    assertThat(codec.toTerm(Optional.empty())).isEqualTo(Atom.UNDEFINED);
    assertThat(codec.toTerm(Optional.of(List.of("x")))).isEqualTo(List.of(text("x")));
    assertThat(codec.toTerm(new LinkedList<>(List.of("x", 1L)))).isEqualTo(List.of(text("x"), 1L));
    assertThat(codec.toTerm(Set.of("x"))).isEqualTo(List.of(text("x")));
    assertThat(codec.toTerm(new Name("a", "b@c"))).isEqualTo(Tuple.of(atom("a"), atom("b@c")));
    try (Node node = Node.start();
        Inbox inbox = node.inbox()) {
      assertThat(codec.toTerm(new Exit(inbox.pid(), ExitReason.term("why"), Trail.EMPTY)))
          .isEqualTo(Tuple.of(atom("EXIT"), inbox.pid(), text("why")));
    }
  }

  @Test
  void whatDoesNotChangeIsNotCopied() {
    Object term = Tuple.of(Atom.OK, new ArrayList<>(List.of(1L, Tuple.of(1.5, Map.of(1L, 2L)))));
    assertThat(CODEC.toTerm(term)).isSameAs(term);
    assertThat(CODEC.fromTerm(term)).isSameAs(term);
    assertThat(TermCodec.EMPTY.fromTerm(ROPE_TERM)).isSameAs(ROPE_TERM);
  }

  @Test
  void anEmptyOptionalMayBeNil() {
    TermCodec codec =
        TermCodec.builder().register(Order.class).register(Item.class).absent(Atom.NIL).build();
    Order order = new Order(1, List.of(), Optional.empty());
    assertThat(codec.toTerm(order)).isEqualTo(Tuple.of(atom("order"), 1L, List.of(), Atom.NIL));
    assertThat(codec.fromTerm(codec.toTerm(order))).isEqualTo(order);
    assertThat(codec.toTerm(Optional.empty())).isEqualTo(Atom.NIL);
  }

  @Test
  void typesMayContainThemselves() {
    same(
        new Tree(1, List.of(new Tree(2, List.of()), new Tree(3, List.of()))),
        Tuple.of(
            atom("tree"),
            1L,
            List.of(Tuple.of(atom("tree"), 2L, List.of()), Tuple.of(atom("tree"), 3L, List.of()))));
  }

  @Test
  void typesWithTheSameTagAreToldApartBySize() {
    TermCodec codec =
        TermCodec.builder()
            .register(Circle.class, TermShape.tuple("round"))
            .register(Ellipse.class, TermShape.tuple("round"))
            .build();
    assertThat(codec.fromTerm(Tuple.of(atom("round"), 1.0))).isEqualTo(new Circle(1));
    assertThat(codec.fromTerm(Tuple.of(atom("round"), 1.0, 2.0))).isEqualTo(new Ellipse(1, 2));
    assertThat(codec.fromTerm(Tuple.of(atom("round")))).isEqualTo(Tuple.of(atom("round")));
  }
}
