package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The examples of the document on values.
class OrdersTest {
  // @start region="types"
  record Item(String name, byte count) {}

  record Order(long id, List<Item> items, Optional<String> note) {}

  // @end

  // @start region="sealed"
  sealed interface Command permits Place, Cancel, Stop {}

  record Place(Order order) implements Command {}

  record Cancel(long id, Reason why) implements Command {}

  record Stop() implements Command {}

  enum Reason {
    TOO_LATE,
    TOO_MANY
  }

  // @end

  // @start region="charlists"
  record Listing(@Charlist String folder, List<@Charlist String> files) {}

  // @end

  record Parcel(UUID id) {}

  @Test
  void aCodec() {
    // @start region="codec"
    TermCodec codec = TermCodec.builder().register(Item.class).register(Order.class).build();
    DistributionOptions options = DistributionOptions.DEFAULT.codec(codec);
    // @end
    assertThat(options.codec()).isSameAs(codec);
    // @start region="there-and-back"
    Order order = new Order(7, List.of(new Item("rope", (byte) 2)), Optional.empty());
    Object term = codec.toTerm(order); // {order,7,[{item,<<"rope">>,2}],undefined}
    Object again = codec.fromTerm(term); // the order
    // @end
    assertThat(term).hasToString("{order,7,[{item,<<\"rope\">>,2}],undefined}");
    assertThat(again).isEqualTo(order);
    Tuple wrong = Tuple.of(Atom.of("item"), Binary.utf8("rope"), 300L);
    assertThatThrownBy(() ->
            codec.fromTerm(
                Tuple.of(Atom.of("order"), 7L, List.of(wrong), Atom.UNDEFINED), Order.class))
        .hasMessage("Order.items[0].count: 300 is not a byte");
  }

  @Test
  void shapes() {
    // @start region="shapes"
    TermCodec codec =
        TermCodec.builder()
            .register(Item.class, TermShape.map())
            .register(Order.class, TermShape.struct("Shop.Order"))
            .register(Command.class)
            .register(Stop.class, TermShape.atom())
            .register(Reason.class, reason -> reason == Reason.TOO_LATE ? "late" : "many")
            .absent(Atom.NIL)
            .build();
    // @end
    assertThat(codec.toTerm(new Stop())).hasToString("stop");
    assertThat(codec.toTerm(new Cancel(7, Reason.TOO_LATE))).hasToString("{cancel,7,late}");
    assertThat(codec.fromTerm(codec.toTerm(new Cancel(7, Reason.TOO_MANY)), Command.class))
        .isEqualTo(new Cancel(7, Reason.TOO_MANY));
    Order order = new Order(7, List.of(new Item("rope", (byte) 2)), Optional.empty());
    assertThat(Tuple.of(codec.toTerm(order)).toString())
        .contains("note => nil", "'__struct__' => 'Elixir.Shop.Order'", "count => 2");
    assertThat(codec.fromTerm(codec.toTerm(new Place(order)))).isEqualTo(new Place(order));
  }

  @Test
  void lists() {
    TermCodec codec = TermCodec.builder().register(Listing.class).build();
    assertThat(codec.toTerm(new Listing("tmp", List.of("a", "b"))))
        .hasToString("{listing,\"tmp\",[\"a\",\"b\"]}");
  }

  @Test
  void otherTypes() {
    // @start region="convert"
    TermCodec codec =
        TermCodec.builder()
            .register(Parcel.class)
            .convert(UUID.class, UUID::toString, term -> UUID.fromString(((Binary) term).text()))
            .build();
    // @end
    Parcel parcel = new Parcel(new UUID(1, 2));
    assertThat(codec.toTerm(parcel))
        .hasToString("{parcel,<<\"00000000-0000-0001-0000-000000000002\">>}");
    assertThat(codec.fromTerm(codec.toTerm(parcel))).isEqualTo(parcel);
  }
}
