package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.ExitReason;
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
import dev.belay.distribution.Shop.Struct;
import dev.belay.distribution.Shop.Texts;
import dev.belay.distribution.Shop.Tree;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.terms.TermWriter;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes out and comes back is the same: random values from a seed, by way of bytes.
class TermCodecRoundTripTest {
  private static final int VALUES = 300;

  private Random random = new Random();

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void valuesComeBack(long seed) {
    random = new Random(seed);
    for (int i = 0; i < VALUES; i++) {
      Object value = message(3);
      Object term = Shop.CODEC.toTerm(value);
      assertThat(Shop.CODEC.fromTerm(term)).as("seed %d, value %d", seed, i).isEqualTo(value);
      assertThat(Shop.CODEC.toTerm(term)).as("a term is one").isSameAs(term);
      Object read = throughBytes(term);
      assertThat(read).as("seed %d, value %d, bytes", seed, i).isEqualTo(term);
      assertThat(Shop.CODEC.fromTerm(read)).isEqualTo(value);
    }
  }

  private static Object throughBytes(Object term) {
    TermWriter writer = new TermWriter(Identities.PLAIN);
    writer.write(term);
    return new TermReader(Identities.PLAIN, TermLimits.DEFAULT)
        .read(ByteBuffer.wrap(writer.toBytes()), null);
  }

  /// Anything that is the same without a declared type.
  private Object message(int depth) {
    return switch (random.nextInt(depth > 0 ? 20 : 9)) {
      case 0 -> item();
      case 1 -> circle();
      case 2 -> new Corners(random.nextInt());
      case 3 -> numbers();
      case 4 -> new Texts(text(), text(), list(2, this::text), Binary.utf8(text()));
      case 5 -> new Closed();
      case 6 -> new Payment(Money.of(Tuple.of(random.nextLong(), Atom.of("eur"))));
      case 7 -> random.nextLong();
      case 8 -> Atom.of("a" + random.nextInt(5));
      case 9 -> new Order(random.nextLong(), list(5, this::item), maybe(this::text));
      case 10 -> new Struct(text(), list(3, this::article));
      case 11 -> containers();
      case 12 -> tree(depth);
      case 13 -> new Box(message(depth - 1));
      case 14 -> new Failed(ExitReason.term(Tuple.of(message(depth - 1))));
      case 15 -> new Failed(ExitReason.shutdown(message(depth - 1)));
      case 16 -> Tuple.of(list(4, () -> message(depth - 1)).toArray());
      case 17 -> list(4, () -> message(depth - 1));
      case 18 -> new ImproperList(List.of(message(depth - 1)), item());
      default -> {
        Map<Object, Object> map = new HashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
          map.put(message(depth - 1), message(depth - 1));
        }
        yield Map.copyOf(map);
      }
    };
  }

  private Item item() {
    return new Item(text(), (byte) random.nextInt());
  }

  private Article article() {
    return new Article(text(), random.nextInt(), maybe(this::color));
  }

  private Color color() {
    return random.nextBoolean() ? Color.RED : Color.LIGHT_BLUE;
  }

  private Circle circle() {
    return new Circle(random.nextGaussian());
  }

  private Shape shape() {
    return switch (random.nextInt(4)) {
      case 0 -> circle();
      case 1 -> new Ellipse(random.nextDouble(), random.nextDouble());
      case 2 -> new Corners(random.nextInt());
      default -> NoShape.POINT;
    };
  }

  private Numbers numbers() {
    return new Numbers(
        (byte) random.nextInt(),
        (short) random.nextInt(),
        random.nextInt(),
        random.nextLong(),
        (char) random.nextInt(),
        new BigInteger(random.nextInt(1, 200), random).subtract(BigInteger.valueOf(99)),
        random.nextGaussian(),
        random.nextFloat(),
        random.nextBoolean(),
        (byte) random.nextInt(),
        (short) random.nextInt(),
        random.nextInt(),
        random.nextLong() >> random.nextInt(64),
        (char) random.nextInt(),
        (double) random.nextInt(),
        (float) random.nextInt(),
        random.nextBoolean());
  }

  private Containers containers() {
    Map<String, Item> map = new HashMap<>();
    Map<Item, Optional<Integer>> byItem = new HashMap<>();
    Set<Color> set = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      map.put(text(), item());
      byItem.put(item(), maybe(random::nextInt));
      set.add(color());
    }
    return new Containers(
        list(3, () -> list(2, this::item)), set, map, byItem, maybe(() -> list(3, this::shape)));
  }

  private Tree tree(int depth) {
    return new Tree(random.nextInt(), depth == 0 ? List.of() : list(3, () -> tree(depth - 1)));
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.appendCodePoint(
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(0x80);
            case 1 -> random.nextInt(0xD800);
            case 2 -> random.nextInt(0xE000, 0x10000);
            default -> random.nextInt(0x10000, 0x110000);
          });
    }
    return text.toString();
  }

  private <T> Optional<T> maybe(Supplier<T> content) {
    return random.nextBoolean() ? Optional.of(content.get()) : Optional.empty();
  }

  private <T> List<T> list(int most, Supplier<T> element) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      list.add(element.get());
    }
    return List.copyOf(list);
  }
}
