package dev.belay.distribution.internal.codec;

import dev.belay.ExitReason;
import dev.belay.distribution.Atom;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.NativeRecord;
import dev.belay.distribution.TermShape;
import dev.belay.distribution.Tuple;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All converters of one codec.
///
/// Immutable; for any number of threads.
public final class Registry {
  /*
   * Types may contain themselves and each other, so that they are made in two passes: first a converter for each, then the converters of
   * their components. Whoever gets at the codec does so by final fields, and sees all of that.
   */
  private static final String ELIXIR = "Elixir.";

  private final Map<Class<?>, Registration> registrations = new LinkedHashMap<>();
  private final MethodHandles.@Nullable Lookup lookup;
  private final int room;
  private final Dynamic dynamic;
  private final ComponentTypes components;

  /// Makes the converters.
  ///
  /// @param registered what the program has said
  /// @param lookup of the program's, to see what its module does not open
  /// @param absent what an empty optional is
  /// @param maxDepth how many values of registered types may be inside each other
  /// @param natives what Belay's own values are
  /// @throws IllegalArgumentException if something does not fit together
  public Registry(
      Collection<Registration> registered,
      MethodHandles.@Nullable Lookup lookup,
      Atom absent,
      int maxDepth,
      Natives natives) {
    this.lookup = lookup;
    this.room = maxDepth;
    this.dynamic = new Dynamic(natives, absent);
    this.components = new ComponentTypes(dynamic, natives, absent);
    registered.forEach(each -> registrations.put(each.type(), each));
    registered.forEach(this::expand);
    registrations.forEach((type, registration) -> dynamic.add(type, converter(registration)));
    registrations.values().forEach(this::resolve);
  }

  /// Adds what a sealed interface permits, unless the program has said something about it.
  private void expand(Registration registration) {
    if (registration instanceof Registration.OfSealed(Class<?> type)) {
      for (Class<?> member : type.getPermittedSubclasses()) {
        Registration known = registrations.get(member);
        if (known == null) {
          known = permitted(type, member);
          registrations.put(member, known);
          expand(known);
        }
      }
    }
  }

  private static Registration permitted(Class<?> type, Class<?> member) {
    try {
      return Registration.of(member);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          type.getTypeName() + " permits what cannot be registered: " + e.getMessage(), e);
    }
  }

  private Converter converter(Registration registration) {
    return switch (registration) {
      case Registration.OfRecord(Class<?> type, TermShape shape) -> ofRecord(type, shape);
      case Registration.OfEnum(Class<?> type, var names) -> EnumConverter.of(type, names);
      case Registration.OfSealed(Class<?> type) -> new SealedConverter(type);
      case Registration.OfCustom(Class<?> type, var to, var from) ->
          new CustomConverter(type, to, from, dynamic);
    };
  }

  private Converter ofRecord(Class<?> type, TermShape shape) {
    Members members = Members.of(type, lookup);
    String name = TermNames.snakeCase(type.getSimpleName());
    return switch (shape) {
      case TermShape.OfTuple(@Nullable String tag) ->
          new RecordConverter.OfTuple(type, members, Atom.of(tag == null ? name : tag));
      case TermShape.OfAtom(@Nullable String atom) ->
          new RecordConverter.OfAtom(type, members, Atom.of(atom == null ? name : atom));
      case TermShape.OfMap _ -> new RecordConverter.OfMap(type, members, keys(type, members), null);
      case TermShape.OfStruct(String module) ->
          new RecordConverter.OfMap(
              type,
              members,
              keys(type, members),
              Atom.of(module.startsWith(ELIXIR) ? module : ELIXIR + module));
    };
  }

  private static Atom[] keys(Class<?> type, Members members) {
    Map<Atom, String> names = LinkedHashMap.newLinkedHashMap(members.count());
    for (int i = 0; i < members.count(); i++) {
      Atom key = Atom.of(TermNames.snakeCase(members.name(i)));
      String other = names.put(key, members.name(i));
      if (other != null) {
        throw new IllegalArgumentException(
            type.getTypeName()
                + ": the components "
                + other
                + " and "
                + members.name(i)
                + " would both be the key "
                + key
                + " of its map.");
      }
    }
    return names.keySet().toArray(new Atom[0]);
  }

  private void resolve(Registration registration) {
    Class<?> type = registration.type();
    switch (dynamic.of(type)) {
      case RecordConverter ofRecord -> {
        RecordComponent[] declared = type.getRecordComponents();
        Converter[] parts = new Converter[declared.length];
        for (int i = 0; i < parts.length; i++) {
          parts[i] =
              components.of(
                  declared[i].getAnnotatedType(),
                  "The component " + declared[i].getName() + " of " + type.getTypeName());
        }
        ofRecord.resolve(parts);
      }
      case SealedConverter ofSealed -> permit(ofSealed, type);
      case null, default -> {}
    }
  }

  private void permit(SealedConverter to, Class<?> type) {
    for (Class<?> member : type.getPermittedSubclasses()) {
      if (dynamic.of(member) instanceof SealedConverter) {
        permit(to, member);
      } else {
        Converter converter = dynamic.of(member);
        if (converter != null) {
          to.permit(member, converter);
        }
      }
    }
  }

  /// Returns the term that a value is.
  ///
  /// @param value the value
  /// @return the term
  /// @throws Mismatch if it is none
  public Object toTerm(Object value) {
    return dynamic.toTerm(value, room);
  }

  /// Returns what a term means, as far as its tags tell.
  ///
  /// @param term the term
  /// @return the term, in which what is of a registered type is a value of that
  public Object fromTerm(Object term) {
    return dynamic.fromTerm(term, room);
  }

  /// Returns the value of a type that a term means.
  ///
  /// @param term the term
  /// @param type the type
  /// @return the value
  /// @throws Mismatch if the term means none
  /// @throws IllegalArgumentException if the type is not registered
  public Object fromTerm(Object term, Class<?> type) {
    Converter converter = components.of(type);
    if (converter == null) {
      throw new IllegalArgumentException(
          type.getTypeName() + " has no terms: " + ComponentTypes.whyNot(type) + ".");
    }
    return converter.fromTerm(term, room);
  }

  /// Returns what a path begins with.
  ///
  /// @param value what the path leads through
  /// @return a short name
  public static String root(Object value) {
    return Shown.root(value);
  }

  /// Tells whether every codec knows a type, so that nobody can register it.
  ///
  /// @param type the type
  /// @return whether it does
  public static boolean isKnown(Class<?> type) {
    return type == Object.class
        || Scalars.of(type) != null
        || ExitReason.class.isAssignableFrom(type)
        || type == Tuple.class
        || type == ImproperList.class
        || type == NativeRecord.class;
  }
}
