package dev.belay.internal.inspection;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// What a class alone says about its instances.
final class Shape {
  /*
   * Shapes are kept by their classes (ClassValue), and refer to nothing that the class does not refer to itself, so
   * that they go with it. Finding a shape never asks for another one, or the search would follow types that contain
   * each other for ever; what a type says about those of its fields is found when it is asked for, with a list of the types that are
   * still to be looked at.
   *
   * Threads may find the same shape at the same time; one of the equal results is kept. `immutable` and `Part.settled` are
   * racy caches of values that are always the same.
   */

  /// How to look at an instance.
  enum Kind {
    /// Not at all: nothing in it can change.
    IMMUTABLE,
    /// By its fields, which are all final.
    FIELDS,
    /// By its elements.
    ELEMENTS,
    /// By its first element, which is like all others.
    COPIES,
    /// By its keys and values.
    ENTRIES,
    /// By its one key and its one value.
    ENTRY,
    /// By what is there, if something is.
    OPTIONAL,
    /// By what it captured, as far as it can be seen.
    LAMBDA,
    /// Not at all: it can change, or nobody can know.
    FLAWED
  }

  /// More types than this are not followed; then the values decide.
  private static final int MOST_TYPES = 1_000;

  private static final ClassValue<Shape> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          return find(type);
        }
      };

  private static final ClassValue<Boolean> IMMUTABLE_AS_DECLARED =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return allImmutable(type);
        }
      };

  final Kind kind;
  final List<Part> parts;
  final @Nullable Problem problem;

  /// Whether people have been told about this lambda, or about an instance that was too large.
  final AtomicBoolean told = new AtomicBoolean();

  private boolean immutable;

  private Shape(Kind kind, List<Part> parts, @Nullable Problem problem) {
    this.kind = kind;
    this.parts = parts;
    this.problem = problem;
    this.immutable = kind == Kind.IMMUTABLE;
  }

  private static Shape flawed(Problem problem) {
    return new Shape(Kind.FLAWED, List.of(), problem);
  }

  /// Returns the shape of the instances of exactly this class.
  static Shape of(Class<?> type) {
    try {
      return SHAPES.get(type);
    } catch (LinkageError | RuntimeException e) {
      // A class that it needs is missing. It may be there the next time: this is not kept.
      return flawed(Problem.unreadable(e));
    }
  }

  /// Tells whether the class decides that every instance is immutable.
  boolean isImmutable() {
    if (!immutable && (kind == Kind.FIELDS || kind == Kind.LAMBDA)) {
      for (Part part : parts) {
        if (!part.isImmutable()) {
          return false;
        }
      }
      immutable = true;
    }
    return immutable;
  }

  private static Shape find(Class<?> type) {
    if (type.isArray()) {
      return flawed(Problem.array(type));
    }
    if (KnownTypes.isImmutable(type)) {
      return new Shape(Kind.IMMUTABLE, List.of(), null);
    }
    Kind container = KnownTypes.container(type);
    if (container != null) {
      return new Shape(container, List.of(), null);
    }
    List<Part> parts = new ArrayList<>();
    Class<?> each = type;
    while (each != null && !KnownTypes.isImmutable(each) && !KnownTypes.isMarked(each)) {
      Problem problem = addFields(type, each, parts);
      if (problem != null) {
        return flawed(problem);
      }
      each = each.getSuperclass();
    }
    if (KnownTypes.isLambda(type)) {
      parts.removeIf(part -> part.field == null);
      return new Shape(Kind.LAMBDA, List.copyOf(parts), null);
    }
    return new Shape(parts.isEmpty() ? Kind.IMMUTABLE : Kind.FIELDS, List.copyOf(parts), null);
  }

  /// Adds the fields that one class of an object's declares itself.
  ///
  /// @return what is wrong with one of them, if anything is
  private static @Nullable Problem addFields(Class<?> type, Class<?> owner, List<Part> parts) {
    if (KnownTypes.isSecretive(owner)) {
      return Problem.ofJdk(type, true);
    }
    if (KnownTypes.isStateless(owner)) {
      return null;
    }
    for (Field field : owner.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) || KnownTypes.isMarked(field)) {
        continue;
      }
      if (!Modifier.isFinal(field.getModifiers())) {
        return KnownTypes.isOfJdk(owner) ? Problem.ofJdk(type, true) : Problem.notFinal(field);
      }
      if (!field.getType().isPrimitive()) {
        parts.add(new Part(field));
      }
    }
    return null;
  }

  /// Tells whether whatever is declared to be of this type is immutable. It is for primitive types,
  /// for those final ones whose fields are so, and for sealed ones whose members are.
  private static boolean allImmutable(Class<?> declared) {
    Deque<Class<?>> left = new ArrayDeque<>(List.of(declared));
    Set<Class<?>> met = new HashSet<>(left);
    while (!left.isEmpty()) {
      List<Class<?>> next = impliedBy(left.pop());
      if (next == null) {
        return false;
      }
      for (Class<?> type : next) {
        if (met.add(type)) {
          left.push(type);
        }
      }
      if (met.size() > MOST_TYPES) {
        return false;
      }
    }
    return true;
  }

  /// Returns the types that have to be immutable as declared for this one to be so; null if it is
  /// not.
  private static @Nullable List<Class<?>> impliedBy(Class<?> declared) {
    if (declared.isPrimitive() || declared.isEnum()) {
      return List.of();
    }
    if (declared.isArray()) {
      return null;
    }
    List<Class<?>> types = new ArrayList<>();
    if (declared.isSealed()) {
      Collections.addAll(types, declared.getPermittedSubclasses());
    } else if (!Modifier.isFinal(declared.getModifiers())) {
      return null;
    }
    if (!Modifier.isAbstract(declared.getModifiers())) {
      Shape shape = of(declared);
      if (shape.kind != Kind.IMMUTABLE && shape.kind != Kind.FIELDS) {
        return null;
      }
      shape.parts.forEach(part -> types.add(part.type));
    }
    return types;
  }

  /// A final field that holds a reference.
  static final class Part {
    final String name;
    final Class<?> type;

    /// The field, or null if nobody lets us read it.
    final @Nullable Field field;

    private final Field closed;
    private boolean settled;

    Part(Field field) {
      this.name = field.getName();
      this.type = field.getType();
      this.closed = field;
      this.field = field.trySetAccessible() ? field : null;
    }

    /// Tells whether the field's type decides that what it holds is immutable.
    boolean isImmutable() {
      if (!settled) {
        settled = IMMUTABLE_AS_DECLARED.get(type);
      }
      return settled;
    }

    /// Says what to do about a field of an object that cannot be read.
    Problem problem(Object object) {
      Class<?> owner = closed.getDeclaringClass();
      Module reader = Shape.class.getModule();
      return KnownTypes.isOfJdk(owner)
          ? Problem.ofJdk(object.getClass(), false)
          : Problem.closed(
              closed, owner.getPackageName(), reader.isNamed() ? " to " + reader.getName() : "");
    }

    /// Reads the field of an object; for one that can be read.
    @Nullable Object of(Object object) {
      Field readable = field;
      if (readable == null) {
        throw new AssertionError(closed + " cannot be read");
      }
      try {
        return readable.get(object);
      } catch (IllegalAccessException e) {
        throw new AssertionError("it was made accessible: " + readable, e);
      }
    }
  }
}
