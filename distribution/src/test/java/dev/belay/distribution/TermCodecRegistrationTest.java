package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.distribution.Shop.Circle;
import dev.belay.distribution.Shop.Ellipse;
import dev.belay.distribution.Shop.Item;
import dev.belay.distribution.Shop.Order;
import dev.belay.distribution.Shop.Shape;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.RecordAttribute;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandles;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What cannot be registered, and what is said of it.
class TermCodecRegistrationTest {
  interface Open {}

  record Page<T>(List<T> items) {}

  sealed interface Result<T> permits Fine {}

  record Fine() implements Result<String> {}

  sealed interface Mixed permits Good, Other {}

  record Good() implements Mixed {}

  static final class Other implements Mixed {}

  sealed interface Half permits Left, Right {}

  record Left() implements Half {}

  non-sealed interface Right extends Half {}

  sealed interface Clashing permits Up, Down {}

  record Up() implements Clashing {}

  enum Down implements Clashing {
    UP
  }

  sealed interface Top permits Middle, Bottom {}

  sealed interface Middle extends Top permits Bottom {}

  record Bottom() implements Top, Middle {}

  record Wild(List<?> any) {}

  @SuppressWarnings("rawtypes")
  record Raw(Map any) {}

  record Bounded(List<? extends Item> items) {}

  record Twice(Optional<Optional<String>> text) {}

  @SuppressWarnings("ArrayRecordComponent")
  record Ints(int[] values) {}

  record Threads(Thread thread) {}

  record Thrown(Exception why) {}

  record Paged(Page<String> page) {}

  record Listed(@Charlist Atom atom) {}

  record SameKeys(int aB, int a_b) {}

  enum SameAtoms {
    A,
    a
  }

  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of(Open.class, "Open is not sealed, so that nobody knows"),
        Arguments.of(Page.class, "Page has type parameters"),
        Arguments.of(Result.class, "Result has type parameters"),
        Arguments.of(Other.class, "Other is neither a record, nor an enum, nor a sealed interface"),
        Arguments.of(Mixed.class, "Mixed permits what cannot be registered: "),
        Arguments.of(Half.class, "Right is not sealed"),
        Arguments.of(
            Wild.class,
            "The component any of dev.belay.distribution.TermCodecRegistrationTest$Wild is of type"
                + " ?"),
        Arguments.of(Bounded.class, "Object stands for any term"),
        Arguments.of(Raw.class, "it is raw: say of what, for instance Map<Object, Object>"),
        Arguments.of(Twice.class, "could not be told from an empty one"),
        Arguments.of(Ints.class, "of arrays there is byte[]; use a List"),
        Arguments.of(Threads.class, "it is not registered: convert(Thread.class, …)"),
        Arguments.of(Thrown.class, "use dev.belay.ExitReason"),
        Arguments.of(Paged.class, "of generic types there are List, Set, Map and Optional"),
        Arguments.of(Listed.class, "a @Charlist is a String"),
        Arguments.of(Order.class, "which has no terms: it is not registered: register(Item.class)"),
        Arguments.of(SameAtoms.class, "A and a would both be the atom a"),
        Arguments.of(String.class, "java.lang.String has terms already"),
        Arguments.of(int.class, "int has terms already"),
        Arguments.of(Tuple.class, "Tuple has terms already"),
        Arguments.of(Object.class, "java.lang.Object has terms already"),
        Arguments.of(ExitReason.class, "ExitReason has terms already"),
        Arguments.of(Pid.class, "Pid has terms already"));
  }

  @ParameterizedTest
  @MethodSource("types")
  void typesThatCannotBeRegistered(Class<?> type, String message) {
    assertThatThrownBy(() -> TermCodec.builder().register(type).build())
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void localRecordsHaveNoNameForOthers() {
    record Local(int x) {}
    assertThatThrownBy(() -> TermCodec.builder().register(Local.class))
        .hasMessageContaining("is a local record");
  }

  @Test
  void hiddenRecordsHaveNone() throws IllegalAccessException {
    byte[] empty =
        ClassFile.of()
            .build(
                ClassDesc.of("dev.belay.distribution.Empty"),
                type ->
                    type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                        .withSuperclass(ClassDesc.of("java.lang.Record"))
                        .with(RecordAttribute.of()));
    Class<?> hidden = MethodHandles.lookup().defineHiddenClass(empty, false).lookupClass();
    assertThatThrownBy(() -> TermCodec.builder().register(hidden))
        .hasMessageContaining("is a hidden record");
  }

  @Test
  void twoTypesWithTheSameTag() {
    assertThatThrownBy(() ->
            TermCodec.builder()
                .register(Circle.class, TermShape.tuple("corners"))
                .register(Shop.Corners.class)
                .build())
        .hasMessageContaining(
            "Circle and dev.belay.distribution.Shop$Corners both have the tag corners and 1"
                + " components");
    assertThatThrownBy(() ->
            TermCodec.builder()
                .register(Circle.class, TermShape.struct("A"))
                .register(Ellipse.class, TermShape.struct("Elixir.A"))
                .build())
        .hasMessageContaining("both have the struct 'Elixir.A'");
    assertThatThrownBy(() ->
            TermCodec.builder()
                .register(Clashing.class)
                .register(Up.class, TermShape.atom())
                .build())
        .hasMessageContaining("both have the atom up");
    assertThatThrownBy(() ->
            TermCodec.builder()
                .register(Good.class, TermShape.atom("a"))
                .register(Fine.class, TermShape.atom("a"))
                .build())
        .hasMessageContaining("both have the atom a");
  }

  @Test
  void aTypeIsRegisteredOnce() {
    assertThatThrownBy(() -> TermCodec.builder().register(Item.class).register(Item.class))
        .hasMessageContaining("Shop$Item is registered already");
  }

  @Test
  void mapsOfASealedInterfaceNeedATag() {
    assertThatThrownBy(() ->
            TermCodec.builder()
                .register(Shape.class)
                .register(Circle.class, TermShape.map())
                .build())
        .hasMessageContaining(
            "its terms have no tag that tells them from those of the other types");
    TermCodec codec =
        TermCodec.builder()
            .register(Shape.class)
            .register(Circle.class, TermShape.struct("Circle"))
            .build();
    assertThat(codec.fromTerm(codec.toTerm(new Circle(1)), Shape.class)).isEqualTo(new Circle(1));
    assertThat(codec.fromTerm(codec.toTerm(new Ellipse(1, 2)))).isEqualTo(new Ellipse(1, 2));
  }

  @Test
  void aTypeMayBePermittedOnSeveralWays() {
    TermCodec codec = TermCodec.builder().register(Top.class).build();
    assertThat(codec.fromTerm(Tuple.of(Atom.of("bottom")), Top.class)).isEqualTo(new Bottom());
    assertThat(codec.fromTerm(Tuple.of(Atom.of("bottom")), Middle.class)).isEqualTo(new Bottom());
  }

  @Test
  void componentsOfAMapHaveKeysOfTheirOwn() {
    assertThatThrownBy(() -> TermCodec.builder().register(SameKeys.class, TermShape.map()).build())
        .hasMessageContaining("the components aB and a_b would both be the key a_b of its map");
  }

  @Test
  void shapesFitTheirRecords() {
    assertThatThrownBy(() -> TermCodec.builder().register(Item.class, TermShape.atom()))
        .hasMessageContaining("has components, for which there is no room in an atom");
    assertThatThrownBy(() -> TermCodec.builder().maxDepth(0)).hasMessageContaining("maxDepth(0)");
  }

  @Test
  void theOrderOfRegistrationDoesNotMatter() {
    TermCodec codec = TermCodec.builder().register(Order.class).register(Item.class).build();
    Order order = new Order(1, List.of(new Item("x", (byte) 1)), Optional.empty());
    assertThat(codec.fromTerm(codec.toTerm(order))).isEqualTo(order);
  }

  /// The loader of a module of its own, with a record in a package that it may open or export, and
  /// a class that gives its lookup away.
  private static ClassLoader foreign(Path folder, String directive) throws IOException {
    Path source = Files.createDirectories(folder.resolve("src"));
    Files.writeString(
        source.resolve("module-info.java"), "module shop { exports shop.doors; " + directive + "}");
    Files.writeString(
        source.resolve("Crate.java"), "package shop.items; public record Crate(int size) {}");
    Files.writeString(
        source.resolve("Door.java"),
"""
        package shop.doors;
        import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.RecordAttribute;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandles;
        public class Door {
          public static MethodHandles.Lookup open() {
            return MethodHandles.lookup();
          }
        }
""");
    Path out = folder.resolve("out");
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(
                    null,
                    null,
                    null,
                    "-d",
                    out.toString(),
                    source.resolve("module-info.java").toString(),
                    source.resolve("Crate.java").toString(),
                    source.resolve("Door.java").toString()))
        .isZero();
    Configuration modules =
        ModuleLayer.boot()
            .configuration()
            .resolve(ModuleFinder.of(out), ModuleFinder.of(), Set.of("shop"));
    return ModuleLayer.boot()
        .defineModulesWithOneLoader(modules, ClassLoader.getSystemClassLoader())
        .findLoader("shop");
  }

  @Test
  void aPackageThatIsNotOpened(@TempDir Path folder) throws Exception {
    Class<?> crate = foreign(folder, "").loadClass("shop.items.Crate");
    assertThatThrownBy(() -> TermCodec.builder().register(crate).build())
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "module shop does not open the package shop.items: add `opens shop.items")
        .hasMessageContaining("TermCodec.Builder.lookup")
        .hasCauseInstanceOf(IllegalAccessException.class);
  }

  @Test
  void aPackageThatIsOpened(@TempDir Path folder) throws Exception {
    Class<?> crate = foreign(folder, "opens shop.items;").loadClass("shop.items.Crate");
    TermCodec codec = TermCodec.builder().register(crate).build();
    Tuple term = Tuple.of(Atom.of("crate"), 3L);
    assertThat(codec.toTerm(codec.fromTerm(term))).isEqualTo(term);
    assertThat(codec.fromTerm(term)).isInstanceOf(crate);
  }

  @Test
  void aPublicRecordOfAnExportedPackage(@TempDir Path folder) throws Exception {
    Class<?> crate = foreign(folder, "exports shop.items;").loadClass("shop.items.Crate");
    TermCodec codec = TermCodec.builder().register(crate).build();
    assertThat(codec.fromTerm(Tuple.of(Atom.of("crate"), 3L))).isInstanceOf(crate);
  }

  @Test
  void aLookupOfTheProgram(@TempDir Path folder) throws Exception {
    ClassLoader shop = foreign(folder, "");
    Class<?> crate = shop.loadClass("shop.items.Crate");
    MethodHandles.Lookup lookup =
        (MethodHandles.Lookup) shop.loadClass("shop.doors.Door").getMethod("open").invoke(null);
    TermCodec codec = TermCodec.builder().lookup(lookup).register(crate).build();
    Tuple term = Tuple.of(Atom.of("crate"), 3L);
    assertThat(codec.fromTerm(term)).isInstanceOf(crate);
    assertThat(codec.toTerm(codec.fromTerm(term))).isEqualTo(term);
  }
}
