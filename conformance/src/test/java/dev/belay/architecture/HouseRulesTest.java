package dev.belay.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every module keeps to: who depends on whom, and who may touch threads and clocks.
class HouseRulesTest {
  /// The one package of the core that creates threads, parks, sleeps and reads the clock.
  private static final String SEAM = "dev.belay.internal.host";

  private static final String DISTRIBUTION = House.DISTRIBUTION;

  /// Modules with fewer classes than this were not found, or only in part.
  private static final Map<String, Integer> AT_LEAST =
      Map.of(
          House.CORE,
          90,
          "dev.belay.testkit",
          4,
          "dev.belay.otp",
          40,
          House.DISTRIBUTION,
          150,
          "dev.belay.examples",
          1,
          "dev.belay.cli",
          4,
          "dev.belay.slf4j",
          1);

  /// Methods behind the seam, by declaring class; an empty set stands for all of them.
  private static final Map<String, Set<String>> BEHIND_THE_SEAM =
      Map.ofEntries(
          Map.entry(
              Thread.class.getName(),
              Set.of(
                  "<init>",
                  "sleep",
                  "yield",
                  "join",
                  "start",
                  "startVirtualThread",
                  "ofVirtual",
                  "ofPlatform")),
          Map.entry(Object.class.getName(), Set.of("wait")),
          Map.entry(System.class.getName(), Set.of("nanoTime", "currentTimeMillis", "currentTime")),
          Map.entry("java.util.concurrent.locks.LockSupport", Set.of()),
          Map.entry("java.util.concurrent.Executors", Set.of()),
          Map.entry("java.util.concurrent.ThreadPoolExecutor", Set.of("<init>")),
          Map.entry("java.util.concurrent.ScheduledThreadPoolExecutor", Set.of("<init>")),
          Map.entry(ForkJoinPool.class.getName(), Set.of("<init>", "commonPool")),
          Map.entry(
              CompletableFuture.class.getName(),
              Set.of("supplyAsync", "runAsync", "delayedExecutor", "orTimeout", "get", "join")),
          Map.entry("java.util.concurrent.TimeUnit", Set.of("sleep", "timedJoin", "timedWait")),
          Map.entry("java.util.concurrent.CountDownLatch", Set.of()),
          Map.entry("java.util.concurrent.Semaphore", Set.of()),
          Map.entry("java.util.concurrent.CyclicBarrier", Set.of()),
          Map.entry("java.util.concurrent.Phaser", Set.of()),
          Map.entry("java.util.concurrent.Exchanger", Set.of()),
          Map.entry("java.util.concurrent.StructuredTaskScope", Set.of()),
          Map.entry("java.util.Timer", Set.of()),
          Map.entry("java.time.Instant", Set.of("now")),
          Map.entry("java.time.LocalDate", Set.of("now")),
          Map.entry("java.time.LocalTime", Set.of("now")),
          Map.entry("java.time.LocalDateTime", Set.of("now")),
          Map.entry("java.time.ZonedDateTime", Set.of("now")),
          Map.entry("java.time.OffsetDateTime", Set.of("now")),
          Map.entry("java.time.InstantSource", Set.of("system")),
          Map.entry(
              "java.time.Clock",
              Set.of("systemUTC", "systemDefaultZone", "system", "tickMillis", "tickSeconds")));

  static List<String> modules() {
    return House.modules();
  }

  @Test
  void everyModuleIsFoundWhole() {
    assertThat(House.modules()).containsAll(AT_LEAST.keySet());
    AT_LEAST.forEach((module, count) ->
        assertThat(House.classes(module).size())
            .as("number of classes in %s", module)
            .isGreaterThanOrEqualTo(count));
  }

  /// The internals of distribution know the values of its one public package; see the next rule.
  @Test
  void packagesHaveNoCycles() {
    slices()
        .assignedFrom(byPackage())
        .should()
        .beFreeOfCycles()
        .ignoreDependency(
            resideInAPackage(DISTRIBUTION + ".internal.."), resideInAPackage(DISTRIBUTION))
        .check(House.allClasses());
  }

  @Test
  void theInternalsOfDistributionKnowNothingOfMembership() {
    noClasses()
        .that()
        .resideInAPackage(DISTRIBUTION + ".internal..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("dev\\.belay\\.distribution\\.Distribution(Options)?(\\$.*)?")
        .check(House.classes(House.DISTRIBUTION));
  }

  @Test
  void coreDependsOnNothingButTheJdk() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAPackage("java..")
                .or(resideInAPackage("jdk.jfr"))
                .or(resideInAPackage("jdk.management"))
                .or(resideInAPackage("javax.management"))
                .or(resideInAPackage("org.jspecify.annotations"))
                .or(resideInAPackage("com.google.errorprone.annotations"))
                .or(resideInAPackage("dev.belay.."))
                .or(DescribedPredicate.describe("are primitive", JavaClass::isPrimitive)))
        .check(House.classes(House.CORE));
  }

  /// The module of JMX need not be there: whatever else needed it would fail without.
  @Test
  void onlyTwoClassesOfTheCoreKnowJmx() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.belay.Management")
        .and()
        .doNotHaveFullyQualifiedName("dev.belay.internal.host.Carriers")
        .should()
        .dependOnClassesThat(
            resideInAPackage("javax.management..").or(resideInAPackage("java.lang.management")))
        .check(House.classes(House.CORE));
  }

  @Test
  void coreRequiresNoOtherModuleAtRunTime() {
    assertThat(House.descriptor(House.CORE).requires())
        .filteredOn(r -> !r.modifiers().contains(Requires.Modifier.STATIC))
        .extracting(Requires::name)
        .containsExactlyInAnyOrder("java.base", "jdk.jfr");
  }

  /// A module that is passed on has to be there when users compile; annotations need not be.
  @Test
  void coreForcesNoModuleOnItsUsers() {
    assertThat(House.descriptor(House.CORE).requires())
        .filteredOn(r -> r.modifiers().contains(Requires.Modifier.TRANSITIVE))
        .as("\"requires static transitive\": users could not compile without that module")
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void publicApiShowsOnlyPublicTypes(String module) {
    Set<String> exported =
        House.descriptor(module).exports().stream()
            .filter(e -> !e.isQualified())
            .map(Exports::source)
            .collect(Collectors.toSet());
    Set<String> leaks = new TreeSet<>();
    for (JavaClass type : House.classes(module)) {
      if (exported.contains(type.getPackageName()) && isVisible(type)) {
        shownBy(type)
            .filter(shown -> shown.getPackageName().startsWith("dev.belay"))
            .filter(shown -> !isVisible(shown) || shown.getPackageName().contains(".internal"))
            .forEach(shown -> leaks.add(type.getName() + " shows " + shown.getName()));
      }
    }
    assertThat(leaks).isEmpty();
  }

  @Test
  void coreExportsNoInternals() {
    assertThat(House.descriptor(House.CORE).exports())
        .filteredOn(e -> !e.isQualified())
        .extracting(Exports::source)
        .containsExactly("dev.belay");
  }

  @Test
  void onlyTheSeamTouchesThreadsAndClocks() {
    for (String module : List.of(House.CORE, "dev.belay.otp")) {
      noClasses()
          .that()
          .resideOutsideOfPackage(SEAM)
          .should()
          .accessTargetWhere(isBehindTheSeam())
          .check(House.classes(module));
    }
  }

  @Test
  void theSeamRuleSeesTheSeam() {
    JavaClasses seam = House.classes(House.CORE).that(resideInAPackage(SEAM));
    assertThat(seam.stream().flatMap(c -> c.getAccessesFromSelf().stream()))
        .anyMatch(isBehindTheSeam());
  }

  @ParameterizedTest
  @MethodSource("modules")
  void packagesAreNullMarked(String module) {
    JavaClasses classes = House.classes(module);
    Set<String> packages = new TreeSet<>();
    for (JavaClass c : classes) {
      if (!c.getSimpleName().equals("module-info")) {
        packages.add(c.getPackageName());
      }
    }
    assertThat(packages).isNotEmpty();
    assertThat(packages)
        .allMatch(
            name -> classes.getPackage(name).isAnnotatedWith(NullMarked.class),
            "has a package-info.java with @NullMarked");
  }

  @ParameterizedTest
  @MethodSource("modules")
  void noPublicTypeIsNamedAsOneOfJavaLang(String module) throws IOException {
    Set<String> taken = publicTypesOfJavaLang();
    assertThat(taken).contains("Process", "Module", "Record", "IO");
    assertThat(House.classes(module))
        .filteredOn(c -> Modifier.isPublic(c.reflect().getModifiers()))
        .extracting(JavaClass::getSimpleName)
        .doesNotContainAnyElementsOf(taken);
  }

  /// But for the seam, which the test kit may put its own host behind.
  @Test
  void onlyTheCoreKnowsItsInternals() {
    JavaClasses core = House.classes(House.CORE);
    noClasses()
        .that(DescribedPredicate.describe("are outside the core", c -> !core.contain(c.getName())))
        .and()
        .resideOutsideOfPackage("dev.belay.testkit")
        .should()
        .dependOnClassesThat(resideInAPackage("dev.belay.internal.."))
        .check(House.allClasses());
    noClasses()
        .that()
        .resideInAPackage("dev.belay.testkit")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.belay.internal..")
                .and(DescribedPredicate.not(resideInAPackage(SEAM))))
        .check(House.allClasses());
  }

  @Test
  void noInternalsOfTheJdk() {
    noClasses()
        .should()
        .dependOnClassesThat(resideInAPackage("sun..").or(resideInAPackage("jdk.internal..")))
        .check(House.allClasses());
  }

  private static boolean isVisible(JavaClass type) {
    Set<JavaModifier> modifiers = type.getModifiers();
    boolean visible =
        modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    return visible && type.getEnclosingClass().map(HouseRulesTest::isVisible).orElse(true);
  }

  /// The types in the signatures that users of a type see: its parents, and its visible members'.
  private static Stream<JavaClass> shownBy(JavaClass type) {
    Stream<JavaType> parents =
        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
    Stream<JavaType> members =
        type.getMembers().stream()
            .filter(m -> !m.getModifiers().contains(JavaModifier.SYNTHETIC))
            .filter(m ->
                m.getModifiers().contains(JavaModifier.PUBLIC)
                    || m.getModifiers().contains(JavaModifier.PROTECTED))
            .flatMap(HouseRulesTest::signature);
    // A parent that users cannot see is no leak: they cannot name it.
    return Stream.concat(parents.filter(p -> isVisible(p.toErasure())), members)
        .flatMap(t -> t.getAllInvolvedRawTypes().stream())
        .map(JavaClass::getBaseComponentType);
  }

  private static Stream<JavaType> signature(JavaMember member) {
    return switch (member) {
      case JavaCodeUnit unit ->
          Stream.of(
                  Stream.of(unit.getReturnType()),
                  unit.getParameterTypes().stream(),
                  unit.getExceptionTypes().stream())
              .flatMap(types -> types);
      case JavaField field -> Stream.of(field.getType());
      default -> Stream.empty();
    };
  }

  private static SliceAssignment byPackage() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
        String name = javaClass.getPackageName();
        return name.startsWith("dev.belay") ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "packages of Belay";
      }
    };
  }

  private static DescribedPredicate<JavaAccess<?>> isBehindTheSeam() {
    return DescribedPredicate.describe(
        "creates a thread, parks, sleeps or reads the clock",
        access -> {
          AccessTarget target = access.getTarget();
          Set<String> methods = BEHIND_THE_SEAM.get(target.getOwner().getName());
          return methods != null && (methods.isEmpty() || methods.contains(target.getName()));
        });
  }

  private static Set<String> publicTypesOfJavaLang() throws IOException {
    Path lang =
        FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules/java.base/java/lang");
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(lang)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(".class") && !name.contains("$")) {
          names.add(name.substring(0, name.length() - ".class".length()));
        }
      }
    }
    names.removeIf(name -> !isPublic("java.lang." + name));
    return names;
  }

  private static boolean isPublic(String name) {
    try {
      return Modifier.isPublic(Class.forName(name, false, null).getModifiers());
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
