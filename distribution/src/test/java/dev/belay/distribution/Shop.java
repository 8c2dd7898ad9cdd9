package dev.belay.distribution;

import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.Ref;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Types for tests of the codec.
final class Shop {
  static final TermCodec CODEC =
      TermCodec.builder()
          .register(Item.class)
          .register(Order.class)
          .register(Color.class)
          .register(Shape.class)
          .register(Size.class, size -> size.letters)
          .register(Article.class, TermShape.map())
          .register(Struct.class, TermShape.struct("Shop.Struct"))
          .register(Closed.class, TermShape.atom("closed"))
          .register(Numbers.class)
          .register(Texts.class)
          .register(Containers.class)
          .register(Terms.class)
          .register(Tree.class)
          .register(Box.class)
          .register(Failed.class, TermShape.tuple("failed"))
          .register(Even.class)
          .register(Payment.class)
          .register(IsAuth.class)
          .convert(Money.class, money -> Tuple.of(money.cents, money.currency), Money::of)
          .build();

  private Shop() {}

  record Item(String name, byte count) {}

  record Order(long id, List<Item> items, Optional<String> note) {}

  enum Color {
    RED,
    LIGHT_BLUE {
      @Override
      boolean isLight() {
        return true;
      }
    };

    boolean isLight() {
      return false;
    }
  }

  enum Size {
    SMALL("s"),
    LARGE("l");

    final String letters;

    Size(String letters) {
      this.letters = letters;
    }
  }

  sealed interface Shape permits Round, Corners, NoShape {}

  record Circle(double radius) implements Round {}

  record Ellipse(double width, double height) implements Round {}

  sealed interface Round extends Shape permits Circle, Ellipse {}

  record Corners(int count) implements Shape {}

  enum NoShape implements Shape {
    POINT
  }

  record Article(String name, int unitPrice, Optional<Color> color) {}

  record Struct(String name, List<Article> articles) {}

  record Closed() {}

  record Numbers(
      byte b,
      short s,
      int i,
      long l,
      char c,
      BigInteger n,
      double d,
      float f,
      boolean z,
      Byte bb,
      Short ss,
      Integer ii,
      Long ll,
      Character cc,
      Double dd,
      Float ff,
      Boolean zz) {}

  record Texts(String text, @Charlist String chars, List<@Charlist String> more, Binary bytes) {}

  record Containers(
      List<List<Item>> lists,
      Set<Color> set,
      Map<String, Item> map,
      Map<Item, Optional<Integer>> byItem,
      Optional<List<Shape>> shapes) {}

  record Terms(
      Pid pid,
      Ref ref,
      Name name,
      Atom atom,
      Tuple tuple,
      ImproperList improper,
      ExitReason reason,
      Object any) {}

  record Tree(int value, List<Tree> children) {}

  record Box(Object content) {}

  record Failed(ExitReason reason) {}

  record Even(int number) {
    Even {
      if (number % 2 != 0) {
        throw new IllegalStateException(number + " is odd");
      }
    }
  }

  /// Has the tag of what Erlang asks `net_kernel`.
  record IsAuth(Atom node) {}

  record Payment(Money amount) {}

  /// What is no record, and whose constructor nobody sees.
  static final class Money {
    final long cents;
    final Atom currency;

    private Money(long cents, Atom currency) {
      this.cents = cents;
      this.currency = currency;
    }

    static Money of(Object term) {
      Tuple tuple = (Tuple) term;
      return new Money((Long) tuple.get(0), (Atom) tuple.get(1));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Money money
          && money.cents == cents
          && money.currency.equals(currency);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(cents);
    }
  }
}
