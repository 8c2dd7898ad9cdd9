package dev.belay.internal.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Sendable;
import java.io.File;
import java.lang.annotation.ElementType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.chrono.JapaneseDate;
import java.time.format.DateTimeFormatter;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What can change is found, and what cannot is let pass: by class where the class decides,
/// otherwise by value.
class InspectionTest {
  enum Colour {
    RED,
    GREEN {
      @Override
      int weight() {
        return 2;
      }
    };

    int weight() {
      return 1;
    }
  }

  record Point(int x, int y) {}

  record Any(@Nullable Object value) {}

  record Line(String item, Object prices) {}

  record Order(Point place, List<Line> lines) {}

  record Box<T>(T content) {}

  sealed interface Figure permits Circle, Rectangle {}

  record Circle(Point centre, double radius) implements Figure {}

  record Rectangle(Point corner, Point other, Optional<String> label) implements Figure {}

  static final class Money {
    private final long cents;
    final Currency currency;

    Money(long cents, Currency currency) {
      this.cents = cents;
      this.currency = currency;
    }

    long cents() {
      return cents;
    }
  }

  static class Tally {
    int count;
  }

  static final class Named2 extends Tally {
    final String name = "a";
  }

  /// A list of nobody's but this class, as other libraries have them.
  static final class Pair extends AbstractList<Object> {
    private final Object first;
    private final Object second;

    Pair(Object first, Object second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public Object get(int index) {
      return index == 0 ? first : second;
    }

    @Override
    public int size() {
      return 2;
    }
  }

  static final class OwnList extends ArrayList<String> {
    private static final long serialVersionUID = 1L;
  }

  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static Arguments value(String name, Object value) {
    return Arguments.of(Named.of(name, value));
  }

  static Stream<Arguments> immutable() throws Exception {
    return Stream.of(
        value("a string", "text"),
        value("a boxed int", 1),
        value("a boxed boolean", true),
        value("a character", 'c'),
        value("a double", 1.5),
        value("a plain object", new Object()),
        value("an enum constant", Colour.RED),
        value("an enum constant with a body", Colour.GREEN),
        value("an enum of the JDK", TimeUnit.DAYS),
        value("a record", new Point(1, 2)),
        value("a record of a sealed type", new Any(new Circle(new Point(0, 0), 1))),
        value("nothing in it", new Any(null)),
        value("a generic record", new Box<>(new Box<>("text"))),
        value("a class with final fields", new Money(100, Currency.getInstance("EUR"))),
        value("a BigInteger", BigInteger.TEN),
        value("a BigDecimal", new Any(BigDecimal.ONE)),
        value("a UUID", new UUID(1, 2)),
        value("a URI", URI.create("http://localhost/")),
        value("a URL", URI.create("http://localhost/").toURL()),
        value("an address", InetAddress.getLoopbackAddress()),
        value("a socket's address", new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)),
        value("a path", Path.of("file")),
        value("a file's name", new File("file")),
        value("a file's time", FileTime.from(Instant.EPOCH)),
        value("a pattern", Pattern.compile("a*")),
        value("a locale", Locale.ROOT),
        value("a currency", Currency.getInstance("EUR")),
        value("a class", String.class),
        value("a module", String.class.getModule()),
        value("a charset", StandardCharsets.UTF_8),
        value("a duration", Duration.ofDays(1)),
        value("an instant", Instant.EPOCH),
        value("a date", LocalDate.EPOCH),
        value("a date elsewhere", JapaneseDate.of(2020, 1, 1)),
        value("a zone", ZoneId.of("Europe/Berlin")),
        value("a zoned time", ZonedDateTime.of(2020, 1, 1, 1, 1, 1, 1, ZoneId.of("Europe/Berlin"))),
        value("a formatter", DateTimeFormatter.ISO_DATE),
        value("a version", Runtime.version()),
        value("a process of the system", ProcessHandle.current()),
        value("an element of a stack", new StackTraceElement("a", "b", "c", 1)),
        value("an empty Optional", Optional.empty()),
        value("an Optional", Optional.of(List.of("a"))),
        value("an OptionalInt", OptionalInt.of(1)),
        value("List.of", List.of(1, "2", new Point(3, 4))),
        value("List.of one", List.of(1)),
        value("List.copyOf", List.copyOf(new ArrayList<>(List.of(1, 2, 3)))),
        value("a part of List.of", List.of(1, 2, 3).subList(1, 2)),
        value("Stream.toList", Stream.of(1, null, 3).toList()),
        value("Set.of", Set.of(1, 2, 3)),
        value("Set.of one", Set.of(1)),
        value("Map.of", Map.of("a", List.of(1), "b", List.of())),
        value("Map.of one", Map.of("a", 1)),
        value("Map.copyOf", Map.copyOf(new HashMap<>(Map.of(1, 2, 3, 4, 5, 6)))),
        value("Map.entry", Map.entry("a", 1)),
        value("an immutable entry", new AbstractMap.SimpleImmutableEntry<>("a", null)),
        value("an empty list", Collections.emptyList()),
        value("an empty set", Collections.emptySet()),
        value("an empty map", Collections.emptyMap()),
        value("an empty sorted set", Collections.emptySortedSet()),
        value("an empty sorted map", Collections.emptySortedMap()),
        value("a list of one", Collections.singletonList(null)),
        value("a set of one", Collections.singleton("a")),
        value("a map of one", Collections.singletonMap("a", "b")),
        value("copies", Collections.nCopies(Integer.MAX_VALUE, "a")),
        value("no copies", Collections.nCopies(0, "a")),
        value("a list of another library", new Pair(1, List.of())),
        value("an order of the JDK's", Collections.reverseOrder()));
  }

  @ParameterizedTest
  @MethodSource("immutable")
  void letsPassWhatCannotChange(Object value) {
    assertThat(Inspection.of(value).flaw()).isNull();
    assertThat(Inspection.of(List.of(new Any(value))).flaw()).isNull();
    assertThat(Inspection.of(value).captured()).isEmpty();
    assertThat(Inspection.of(value).isFirstOneTooLarge()).isFalse();
  }

  @SuppressWarnings({"JavaUtilDate", "UnnecessaryStringBuilder"}) // that is what it is about
  static Stream<Arguments> mutable() {
    return Stream.of(
        value("an array of bytes", new byte[0]),
        value("an array of strings", new String[0]),
        value("an array of arrays", new int[0][]),
        value("an ArrayList", new ArrayList<>()),
        value("Arrays.asList", Arrays.asList(1)),
        value("a HashSet", new HashSet<>()),
        value("an EnumSet", EnumSet.of(Colour.RED)),
        value("a HashMap", new HashMap<>()),
        value("a LinkedHashMap", new LinkedHashMap<>()),
        value("an EnumMap", new EnumMap<>(Colour.class)),
        value("a ConcurrentHashMap", new ConcurrentHashMap<>()),
        value("a queue", new ArrayDeque<>()),
        value("an entry that can be set", new AbstractMap.SimpleEntry<>("a", "b")),
        value("a view of a list", Collections.unmodifiableList(new ArrayList<>())),
        value("a view of an immutable list", Collections.unmodifiableList(List.of())),
        value("a view of a set", Collections.unmodifiableSet(new HashSet<>())),
        value("a view of a map", Collections.unmodifiableMap(new HashMap<>())),
        value("a view of a sorted map", Collections.unmodifiableSortedMap(new TreeMap<>())),
        value("a synchronized list", Collections.synchronizedList(List.of())),
        value("the keys of a map", new HashMap<>().keySet()),
        value("a list the other way round", new ArrayList<>().reversed()),
        value("a StringBuilder", new StringBuilder()),
        value("a date that can be set", new Date(0)),
        value("a BitSet", new BitSet()),
        value("a buffer", ByteBuffer.allocate(1)),
        value("a counter", new AtomicInteger()),
        value("an adder", new LongAdder()),
        value("a lock", new ReentrantLock()),
        value("a latch", new CountDownLatch(1)),
        value("a socket", new Socket()),
        value("a thread", Thread.ofVirtual().unstarted(() -> {})),
        value("a class loader", new ClassLoader() {}),
        value("an iterator", List.of(1).iterator()),
        value("a stream", Stream.of(1)),
        value("a field", Point.class.getDeclaredFields()[0]),
        value("an exception", new IllegalStateException()),
        value("an exception of one's own", new Failure()),
        value("a class with a field that can be set", new Tally()),
        value("a class that inherits one", new Named2()),
        value("a list of one's own", new OwnList()));
  }

  @ParameterizedTest
  @MethodSource("mutable")
  void findsWhatCanChange(Object value) {
    assertThat(Inspection.of(value).flaw()).isNotNull();
    assertThat(path(new Any(value))).startsWith("Any.value");
    assertThat(path(new Box<>(value))).startsWith("Box.content");
    assertThat(path(List.of("", value))).startsWith("List[1]");
    assertThat(path(List.of("", "", value).subList(1, 3))).startsWith("List[1]");
    assertThat(path(Set.of(value))).startsWith("Set[0]");
    assertThat(path(Optional.of(value))).startsWith("Optional.get()");
    assertThat(path(Map.of("k\n", value))).startsWith("Map[\"k\uFFFD\"]");
    assertThat(path(Map.of(7, value))).startsWith("Map[7]");
    assertThat(path(Map.of(Colour.GREEN, value))).startsWith("Map[GREEN]");
    assertThat(path(Map.of(new Point(1, 2), value))).startsWith("Map[value of keySet()[0]]");
    assertThat(path(Map.of(value, 1))).startsWith("Map.keySet()[0]");
    assertThat(path(Map.entry(value, ""))).startsWith("Entry.getKey()");
    assertThat(path(Map.entry("", value))).startsWith("Entry.getValue()");
    assertThat(path(Collections.nCopies(Integer.MAX_VALUE, value))).startsWith("List[0]");
    assertThat(path(Collections.singletonList(value))).startsWith("List[0]");
    assertThat(path(new Pair("", value))).startsWith("List.second");
  }

  private static String path(Object value) {
    return Flaws.in(value).path();
  }

  @Test
  void saysWhereAndWhat() {
    Line fine = new Line("rope", List.of(1));
    Line bad = new Line("ice axe", new ArrayList<>());
    Flaw flaw = Flaws.in(new Order(new Point(0, 0), List.of(fine, fine, bad)));
    assertThat(flaw.path()).isEqualTo("Order.lines[2].prices");
    assertThat(flaw.type()).isEqualTo("java.util.ArrayList");
    assertThat(flaw.problem()).isEqualTo("is a list that can be changed");
    assertThat(flaw.remedy())
        .isEqualTo(
            "Send List.copyOf(…) of it, or handOff(…) it if the sender does not use it any more.");
    assertThat(flaw.certain()).isTrue();
  }

  @Test
  void namesTheFieldThatCanBeSet() {
    Flaw flaw = Flaws.in(new Any(new Named2()));
    assertThat(flaw.path()).isEqualTo("Any.value.count");
    assertThat(flaw.type()).isEqualTo(Named2.class.getTypeName());
    assertThat(flaw.problem()).isEqualTo("is a field that is not final");
    assertThat(flaw.remedy()).contains("record").contains("@Sendable");
  }

  /// What to do instead depends on what it is.
  @Test
  @SuppressWarnings({"JavaUtilDate", "UnnecessaryStringBuilder"}) // that is what it is about
  void saysWhatToSendInstead() {
    assertThat(Flaws.in(new byte[1]).path()).isEqualTo("byte[]");
    assertThat(Flaws.in(new byte[1]).remedy()).contains("handOff(…)");
    assertThat(Flaws.in(new String[1]).remedy()).contains("List.of(…)");
    assertThat(Flaws.in(new HashSet<>()).remedy()).contains("Set.copyOf(…)");
    assertThat(Flaws.in(new TreeMap<>()).remedy()).contains("Map.copyOf(…)");
    assertThat(Flaws.in(new ArrayDeque<>()).remedy()).contains("List.copyOf(…)");
    assertThat(Flaws.in(Collections.unmodifiableList(List.of())).problem()).contains("view");
    assertThat(Flaws.in(new StringBuilder()).remedy()).contains("toString()");
    assertThat(Flaws.in(new Date(0)).remedy()).contains("java.time");
    assertThat(Flaws.in(new AtomicInteger()).remedy()).contains("present value");
    assertThat(Flaws.in(new Socket()).remedy()).contains("giveTo").contains("handOff(…)");
    assertThat(Flaws.in(new Failure()).remedy()).contains("ExitReason.crash(…)");
    assertThat(Flaws.in(Stream.of(1)).remedy()).contains("list");
  }

  /// The same class, with values that decide.
  @Test
  void looksAtTheValueWhereTheClassDoesNotDecide() {
    assertThat(Inspection.of(new Box<>("text")).flaw()).isNull();
    assertThat(Inspection.of(new Box<>(new int[0])).flaw()).isNotNull();
    assertThat(Inspection.of(new Box<>(List.of())).flaw()).isNull();
    assertThat(Inspection.of(new Box<>(new Box<>(new int[0]))).flaw()).isNotNull();
  }

  @Test
  void letsTheClassDecideWhereItCan() {
    assertThat(Shape.of(Point.class).isImmutable()).isTrue();
    assertThat(Shape.of(Circle.class).isImmutable()).isTrue();
    assertThat(Shape.of(Rectangle.class).isImmutable()).isFalse();
    assertThat(Shape.of(Order.class).isImmutable()).isFalse();
    assertThat(new Shape.Part(field(Holder.class, "circle")).isImmutable()).isTrue();
    assertThat(new Shape.Part(field(Holder.class, "figure")).isImmutable()).isFalse();
    assertThat(new Shape.Part(field(Holder.class, "shade")).isImmutable()).isTrue();
    assertThat(new Shape.Part(field(Holder.class, "bytes")).isImmutable()).isFalse();
    assertThat(new Shape.Part(field(Holder.class, "leaf")).isImmutable()).isTrue();
    assertThat(new Shape.Part(field(Holder.class, "big")).isImmutable()).isFalse();
  }

  private static java.lang.reflect.Field field(Class<?> type, String name) {
    try {
      return type.getDeclaredField(name);
    } catch (NoSuchFieldException e) {
      throw new AssertionError(e);
    }
  }

  /// Types that contain each other.
  sealed interface Tree permits Leaf, Fork {}

  record Leaf(int value, @Nullable Tree parent) implements Tree {}

  record Fork(Tree left, Tree right, Shade shade) implements Tree {}

  sealed interface Shade permits Dark, Colours {}

  record Dark() implements Shade {}

  enum Colours implements Shade {
    BLUE
  }

  @SuppressWarnings("ArrayRecordComponent") // it is never made
  record Holder(
      Circle circle, Figure figure, Shade shade, byte[] bytes, Leaf leaf, BigDecimal big) {}

  /// In the JDK a field can have any value of a class that is not final, also one of a user's.
  @Test
  void looksAtSubclassesOfImmutableClasses() {
    assertThat(Inspection.of(new Any(new BigDecimal("1"))).flaw()).isNull();
    Flaw flaw = Flaws.in(new Any(new Odd("1")));
    assertThat(flaw.path()).isEqualTo("Any.value.changes");
  }

  static final class Odd extends BigDecimal {
    private static final long serialVersionUID = 1L;
    int changes;

    Odd(String text) {
      super(text);
    }
  }

  // marks

  @Sendable
  static class Lazy {
    private int hash;
    final int[] values = {1};

    int hash() {
      if (hash == 0) {
        hash = values.length;
      }
      return hash;
    }
  }

  static final class Later extends Lazy {
    final List<Integer> more;

    Later(List<Integer> more) {
      this.more = more;
    }
  }

  record Prices(@Sendable SortedMap<String, Integer> byName, Object other) {}

  /// As JCIP's and Error Prone's.
  @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
  @java.lang.annotation.Target(ElementType.TYPE)
  @interface Immutable {}

  @Immutable
  @SuppressWarnings("ArrayRecordComponent") // a promise that is not kept
  record OfAnotherLibrary(int[] values) {}

  @Test
  void doesNotLookIntoWhatIsMarked() {
    assertThat(Inspection.of(new Lazy()).flaw()).isNull();
    assertThat(Inspection.of(new Any(new OfAnotherLibrary(new int[1]))).flaw()).isNull();
    assertThat(Inspection.of(new Prices(new TreeMap<>(), "")).flaw()).isNull();
    assertThat(path(new Prices(new TreeMap<>(), new int[0]))).isEqualTo("Prices.other");
  }

  /// A mark speaks for the class that has it, not for others that extend it.
  @Test
  void looksIntoSubclassesOfWhatIsMarked() {
    assertThat(Inspection.of(new Later(List.of())).flaw()).isNull();
    assertThat(path(new Later(new ArrayList<>()))).isEqualTo("Later.more");
  }
}
