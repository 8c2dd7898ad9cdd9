package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.distribution.Shop.Article;
import dev.belay.distribution.Shop.Box;
import dev.belay.distribution.Shop.Color;
import dev.belay.distribution.Shop.Containers;
import dev.belay.distribution.Shop.Even;
import dev.belay.distribution.Shop.Item;
import dev.belay.distribution.Shop.Order;
import dev.belay.distribution.Shop.Payment;
import dev.belay.distribution.Shop.Shape;
import dev.belay.distribution.Shop.Texts;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What is said of values that are no terms, and of terms that are no values.
class TermCodecErrorsTest {
  private static final TermCodec CODEC = Shop.CODEC;

  private static Atom atom(String name) {
    return Atom.of(name);
  }

  private static Binary text(String text) {
    return Binary.utf8(text);
  }

  private static Tuple item(Object name, Object count) {
    return Tuple.of(atom("item"), name, count);
  }

  private static Tuple order(Object... items) {
    return Tuple.of(atom("order"), 1L, List.of(items), Atom.UNDEFINED);
  }

  record Plain(int x) {}

  static Stream<Arguments> wrongTerms() {
    Tuple fine = item(text("x"), 1L);
    return Stream.of(
        Arguments.of(
            Order.class,
            order(fine, fine, fine, item(text("x"), 300L)),
            "Order.items[3].count: 300 is not a byte"),
        Arguments.of(byte.class, -129L, "byte: -129 is not a byte"),
        Arguments.of(Short.class, 32768L, "Short: 32768 is not a short"),
        Arguments.of(int.class, 1L << 31, "int: 2147483648 is not an int"),
        Arguments.of(char.class, -1L, "char: -1 is not a char"),
        Arguments.of(long.class, BigInteger.TWO.pow(63), "long: 9223372036854775808 is not a long"),
        Arguments.of(
            long.class, BigInteger.TWO.pow(5_000), "long: an integer of 5001 bits is not a long"),
        Arguments.of(int.class, 1.0, "int: 1.0 is not an int"),
        Arguments.of(double.class, (1L << 53) + 1, "double: 9007199254740993 is not a double"),
        Arguments.of(float.class, 1e300, "float: 1.0E300 is not a float"),
        Arguments.of(boolean.class, Atom.NIL, "boolean: nil is not a boolean"),
        Arguments.of(BigInteger.class, Atom.NIL, "BigInteger: nil is not an integer"),
        Arguments.of(byte[].class, 1L, "byte[]: 1 is not a binary"),
        Arguments.of(
            String.class,
            List.of(97L),
            "String: a list with 1 element is not a text, a binary in UTF-8"),
        Arguments.of(
            String.class,
            Binary.of(new byte[] {'a', (byte) 0xFF}),
            "String: a binary of 2 bytes is not UTF-8"),
        Arguments.of(
            Texts.class,
            Tuple.of(atom("texts"), text(""), text("x"), List.of(), text("")),
            "Texts.chars: <<\"x\">> is not a text, a list of characters"),
        Arguments.of(
            Texts.class,
            Tuple.of(atom("texts"), text(""), List.of(97L, 0xD800L), List.of(), text("")),
            "Texts.chars[1]: 55296 is not a character"),
        Arguments.of(
            Texts.class,
            Tuple.of(atom("texts"), text(""), List.of(), List.of(List.of(Atom.OK)), text("")),
            "Texts.more[0][0]: ok is not a character"),
        Arguments.of(Color.class, atom("green"), "Color: green is not one of Color"),
        Arguments.of(Shape.class, atom("red"), "Shape: red is not any Shape"),
        Arguments.of(
            Shape.class,
            Tuple.of(atom("corners"), text("x")),
            "Shape.count: <<\"x\">> is not an int"),
        Arguments.of(
            Item.class,
            Tuple.of(atom("item"), 1L),
            "Item: a tuple {item, …} with 2 elements is not {item, name, count}"),
        Arguments.of(Item.class, Map.of(), "Item: a map with 0 keys is not {item, name, count}"),
        Arguments.of(
            Article.class,
            Map.of(atom("name"), text("x")),
            "Article.unitPrice: the map has no key unit_price"),
        Arguments.of(Article.class, 1L, "Article: 1 is not a map with name, unit_price, color"),
        Arguments.of(
            Shop.Struct.class,
            Map.of(atom("__struct__"), atom("Elixir.Other")),
            "Struct: a map with 1 key is not a struct 'Elixir.Shop.Struct' with name, articles"),
        Arguments.of(Shop.Closed.class, Atom.OK, "Closed: ok is not the atom closed"),
        Arguments.of(Tuple.class, Atom.OK, "Tuple: ok is not a tuple"),
        Arguments.of(Atom.class, text("x"), "Atom: <<\"x\">> is not an atom"),
        Arguments.of(dev.belay.Pid.class, Tuple.of(), "Pid: {} is not a pid"),
        Arguments.of(
            dev.belay.Name.class,
            Tuple.of(Atom.OK),
            "Name: a tuple {ok, …} with 1 element is not a name, {name, node}"),
        Arguments.of(
            Containers.class,
            containers(List.of(), List.of(Atom.OK), Map.of(), Map.of()),
            "Containers.set[0]: ok is not one of Color"),
        Arguments.of(
            Containers.class,
            containers(List.of(), List.of(atom("red"), atom("red")), Map.of(), Map.of()),
            "Containers.set[1]: red is there twice, in what is to be a Set"),
        Arguments.of(
            Containers.class,
            containers(List.of(List.of(fine, 1L)), List.of(), Map.of(), Map.of()),
            "Containers.lists[0][1]: 1 is not {item, name, count}"),
        Arguments.of(
            Containers.class,
            containers(List.of(), List.of(), Map.of(text("k"), 1L), Map.of()),
            "Containers.map[<<\"k\">>]: 1 is not {item, name, count}"),
        Arguments.of(
            Containers.class,
            containers(List.of(), List.of(), Map.of(Atom.OK, fine), Map.of()),
            "Containers.map.key(ok): ok is not a text, a binary in UTF-8"),
        Arguments.of(
            Containers.class,
            containers(List.of(), List.of(), Map.of(), Map.of(fine, Atom.OK)),
            "Containers.byItem[a tuple {item, …} with 3 elements]: ok is not an int"),
        Arguments.of(
            Even.class,
            Tuple.of(atom("even"), 3L),
            "Even: the constructor of Even has thrown java.lang.IllegalStateException: 3 is odd"),
        Arguments.of(
            Payment.class,
            Tuple.of(atom("payment"), Tuple.of()),
            "Payment.amount: the conversion of Money has thrown"
                + " java.lang.ArrayIndexOutOfBoundsException"));
  }

  private static Tuple containers(Object lists, Object set, Object map, Object byItem) {
    return Tuple.of(atom("containers"), lists, set, map, byItem, Atom.UNDEFINED);
  }

  @ParameterizedTest
  @MethodSource("wrongTerms")
  void termsThatAreNoValues(Class<?> type, Object term, String message) {
    TermCodecException e =
        catchThrowableOfType(TermCodecException.class, () -> CODEC.fromTerm(term, type));
    assertThat(e).isNotNull();
    assertThat(e.getMessage()).startsWith(message);
    assertThat(e.path()).isEqualTo(message.substring(0, message.indexOf(": ")));
  }

  @ParameterizedTest
  @MethodSource("wrongTerms")
  void withoutATypeTheyStayTerms(Class<?> type, Object term, String message) {
    assertThat(CODEC.fromTerm(term)).as(type + " " + message).isSameAs(term);
    Object around = List.of(Tuple.of(term));
    assertThat(CODEC.fromTerm(around)).isSameAs(around);
  }

  @SuppressWarnings("NullAway") // as a careless program does
  static Stream<Arguments> wrongValues() {
    return Stream.of(
        Arguments.of(
            new Plain(1),
            "Plain: a value of dev.belay.distribution.TermCodecErrorsTest$Plain is no term, and its"
                + " type is not registered: TermCodec.builder().register(Plain.class)"),
        Arguments.of(
            new Box(List.of(1, Map.of("k", new Thread()))),
            "Box.content[1][\"k\"]: a value of java.lang.Thread is no term, and its type is not"
                + " registered: TermCodec.builder().convert(Thread.class, …)"),
        Arguments.of(
            Tuple.of(Atom.OK, Map.of(new Plain(1), 1)),
            "Tuple[1].key(a value of Plain): a value of "),
        Arguments.of(
            Arrays.asList(1, null), "List[1]: is null, which no term is: declare an Optional"),
        Arguments.of(
            new Order(1, Arrays.asList(new Item("x", (byte) 1), null), Optional.empty()),
            "Order.items[1]: is null, which no term is: declare an Optional"),
        Arguments.of(
            new Order(1, List.of(new Item(null, (byte) 1)), Optional.empty()),
            "Order.items[0].name: is null, which no term is: declare an Optional"),
        Arguments.of(List.of(Double.NaN), "List[0]: NaN is not a float of Erlang's"),
        Arguments.of(
            new Shop.Circle(Double.POSITIVE_INFINITY),
            "Circle.radius: Infinity is not a float of Erlang's"),
        Arguments.of(
            List.of("a\uD800b"),
            "List[0]: a text has half a surrogate pair at 1, which is no character"),
        Arguments.of(
            new Item("\uDC00", (byte) 1),
            "Item.name: a text has half a surrogate pair at 0, which is no character"),
        Arguments.of(Map.of("a", 1, text("a"), 2), "Map: two keys of the map become the same term"),
        Arguments.of(TermCodecErrorsTest.class, "Class: a value of java.lang.Class is no term"));
  }

  @ParameterizedTest
  @MethodSource("wrongValues")
  void valuesThatAreNoTerms(Object value, String message) {
    assertThatThrownBy(() -> CODEC.toTerm(value))
        .isInstanceOf(TermCodecException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"}) // as a careless program does
  void whatDoesNotBelongIntoAList() {
    List<Item> items = (List) List.of("x");
    assertThatThrownBy(() -> CODEC.toTerm(new Order(1, items, Optional.empty())))
        .hasMessage("Order.items[0]: a value of String is not of Item");
    Set<Color> colors = (Set) Set.of(1);
    assertThatThrownBy(() ->
            CODEC.toTerm(new Containers(List.of(), colors, Map.of(), Map.of(), Optional.empty())))
        .hasMessage("Containers.set[0]: 1 is not of Color");
  }

  @Test
  void anOptionalOfWhatIsNotThere() {
    TermCodec codec = TermCodec.builder().register(Choice.class).build();
    assertThatThrownBy(() -> codec.toTerm(new Choice(Optional.of(Atom.UNDEFINED))))
        .hasMessage("Choice.atom: an Optional of undefined would come back as an empty one");
    assertThat(codec.toTerm(new Choice(Optional.of(Atom.NIL))))
        .isEqualTo(Tuple.of(atom("choice"), Atom.NIL));
  }

  record Choice(Optional<Atom> atom) {}

  @Test
  void whatAConstructorThrowsIsTheCause() {
    Tuple even = Tuple.of(atom("even"), 3L);
    assertThatThrownBy(() -> CODEC.fromTerm(even, Even.class))
        .hasCauseExactlyInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatAnAccessorThrowsIsTheCause() {
    TermCodec codec = TermCodec.builder().register(Shy.class).build();
    assertThatThrownBy(() -> codec.toTerm(List.of(new Shy(1))))
        .hasMessage(
            "List[0].secret: the accessor secret() has thrown java.lang.IllegalStateException: no")
        .hasCauseExactlyInstanceOf(IllegalStateException.class);
  }

  record Shy(int secret) {
    @Override
    public int secret() {
      throw new IllegalStateException("no");
    }
  }

  @Test
  void typesThatAreNotRegistered() {
    assertThatThrownBy(() -> CODEC.fromTerm(1L, Plain.class))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Plain has no terms: it is not registered: register(Plain.class)");
    assertThatThrownBy(() -> CODEC.fromTerm(1L, List.class))
        .hasMessageContaining("java.util.List has no terms: it is raw");
    assertThatThrownBy(() -> CODEC.fromTerm(1L, Thread.class))
        .hasMessageContaining("convert(Thread.class, …)");
  }
}
