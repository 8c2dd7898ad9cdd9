package dev.belay.internal.inspection;

import java.lang.annotation.Annotation;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.AnnotatedElement;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is known of types without looking at their fields.
final class KnownTypes {
  /*
   * Types that are documented to be immutable. Of some of them Shape would find it out; of others it could not, since
   * the JDK does not let us read its fields, and some are not final (a hash that is computed late, as in String) or
   * hold what only the type itself knows to be immutable. Which are which may change with the JDK.
   */
  private static final Set<Class<?>> IMMUTABLE =
      Set.of(
          Object.class,
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          String.class,
          Class.class,
          Module.class,
          StackTraceElement.class,
          Runtime.Version.class,
          java.io.File.class,
          java.lang.invoke.MethodType.class,
          java.math.BigDecimal.class,
          java.math.BigInteger.class,
          java.math.MathContext.class,
          java.net.Inet4Address.class,
          java.net.Inet6Address.class,
          java.net.InetSocketAddress.class,
          java.net.URI.class,
          java.net.URL.class,
          java.nio.ByteOrder.class,
          java.nio.file.attribute.FileTime.class,
          java.time.Duration.class,
          java.time.Instant.class,
          java.time.LocalDate.class,
          java.time.LocalDateTime.class,
          java.time.LocalTime.class,
          java.time.MonthDay.class,
          java.time.OffsetDateTime.class,
          java.time.OffsetTime.class,
          java.time.Period.class,
          java.time.Year.class,
          java.time.YearMonth.class,
          java.time.ZonedDateTime.class,
          java.time.format.DateTimeFormatter.class,
          java.time.format.DecimalStyle.class,
          java.time.temporal.ValueRange.class,
          java.time.temporal.WeekFields.class,
          java.time.zone.ZoneOffsetTransition.class,
          java.time.zone.ZoneOffsetTransitionRule.class,
          java.time.zone.ZoneRules.class,
          java.util.Currency.class,
          java.util.HexFormat.class,
          java.util.Locale.class,
          java.util.OptionalDouble.class,
          java.util.OptionalInt.class,
          java.util.OptionalLong.class,
          java.util.UUID.class,
          java.util.regex.Pattern.class);

  /// Types that are documented to be immutable and whose implementations in the JDK are hidden.
  private static final Set<Class<?>> IMMUTABLE_IN_THE_JDK =
      Set.of(
          ProcessHandle.class,
          java.nio.charset.Charset.class,
          java.nio.file.Path.class,
          java.time.ZoneId.class,
          java.time.chrono.ChronoLocalDate.class,
          java.time.chrono.ChronoLocalDateTime.class,
          java.time.chrono.ChronoPeriod.class,
          java.time.chrono.ChronoZonedDateTime.class,
          java.time.chrono.Chronology.class,
          java.time.chrono.Era.class);

  /// Superclasses with fields that say nothing about the immutable classes that extend them.
  private static final Set<Class<?>> STATELESS =
      Set.of(java.util.AbstractList.class, java.util.AbstractMap.class);

  /// Classes whose fields reflection does not show.
  private static final Set<Class<?>> SECRETIVE = Set.of(AccessibleObject.class, ClassLoader.class);

  private static final Map<String, Shape.Kind> CONTAINERS =
      Map.ofEntries(
          Map.entry("java.util.ImmutableCollections$List12", Shape.Kind.ELEMENTS),
          Map.entry("java.util.ImmutableCollections$ListN", Shape.Kind.ELEMENTS),
          Map.entry("java.util.ImmutableCollections$SubList", Shape.Kind.ELEMENTS),
          Map.entry("java.util.ImmutableCollections$Set12", Shape.Kind.ELEMENTS),
          Map.entry("java.util.ImmutableCollections$SetN", Shape.Kind.ELEMENTS),
          Map.entry("java.util.ImmutableCollections$Map1", Shape.Kind.ENTRIES),
          Map.entry("java.util.ImmutableCollections$MapN", Shape.Kind.ENTRIES),
          Map.entry("java.util.Collections$EmptyList", Shape.Kind.ELEMENTS),
          Map.entry("java.util.Collections$EmptySet", Shape.Kind.ELEMENTS),
          Map.entry("java.util.Collections$EmptyMap", Shape.Kind.ENTRIES),
          Map.entry(
              "java.util.Collections$UnmodifiableNavigableSet$EmptyNavigableSet",
              Shape.Kind.ELEMENTS),
          Map.entry(
              "java.util.Collections$UnmodifiableNavigableMap$EmptyNavigableMap",
              Shape.Kind.ENTRIES),
          Map.entry("java.util.Collections$SingletonList", Shape.Kind.ELEMENTS),
          Map.entry("java.util.Collections$SingletonSet", Shape.Kind.ELEMENTS),
          Map.entry("java.util.Collections$SingletonMap", Shape.Kind.ENTRIES),
          Map.entry("java.util.Collections$CopiesList", Shape.Kind.COPIES),
          Map.entry("java.util.KeyValueHolder", Shape.Kind.ENTRY),
          Map.entry("java.util.AbstractMap$SimpleImmutableEntry", Shape.Kind.ENTRY),
          Map.entry("java.util.Optional", Shape.Kind.OPTIONAL));

  private KnownTypes() {}

  /// Tells whether a class comes with the JDK.
  static boolean isOfJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  /// Tells whether all instances of exactly this class are immutable.
  static boolean isImmutable(Class<?> type) {
    return IMMUTABLE.contains(type)
        || Enum.class.isAssignableFrom(type)
        || (isOfJdk(type)
            && IMMUTABLE_IN_THE_JDK.stream().anyMatch(known -> known.isAssignableFrom(type)));
  }

  static boolean isStateless(Class<?> type) {
    return STATELESS.contains(type);
  }

  static boolean isSecretive(Class<?> type) {
    return SECRETIVE.contains(type);
  }

  /// Returns the names of the containers of the JDK that can be looked into.
  static Set<String> containers() {
    return CONTAINERS.keySet();
  }

  /// Returns how to look into an unmodifiable container of the JDK; null for other types.
  static Shape.@Nullable Kind container(Class<?> type) {
    return isOfJdk(type) ? CONTAINERS.get(type.getName()) : null;
  }

  /// Tells whether somebody promises, by an annotation that can be seen at run time, that a type or
  /// a field need not be looked into. Annotations are known by their simple names, so that those of
  /// others count as well.
  static boolean isMarked(AnnotatedElement element) {
    for (Annotation annotation : element.getDeclaredAnnotations()) {
      String name = annotation.annotationType().getSimpleName();
      if (name.equals("Sendable") || name.equals("Immutable")) {
        return true;
      }
    }
    return false;
  }

  /// Tells whether a class was made for a lambda or a method reference.
  static boolean isLambda(Class<?> type) {
    return type.isHidden() && type.isSynthetic();
  }
}
