package dev.belay.distribution.internal.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/// The accessors and the canonical constructor of a record, found once.
final class Members {
  private static final MethodType GET = MethodType.methodType(Object.class, Object.class);
  private static final MethodType MAKE = MethodType.methodType(Object.class, Object[].class);

  private final Class<?> type;
  private final String[] names;
  private final MethodHandle[] accessors;
  private final MethodHandle constructor;

  private Members(
      Class<?> type, String[] names, MethodHandle[] accessors, MethodHandle constructor) {
    this.type = type;
    this.names = names;
    this.accessors = accessors;
    this.constructor = constructor;
  }

  /// Finds the members of a record.
  ///
  /// @param given of the user's, and tried first
  /// @throws IllegalArgumentException if nobody may see them
  static Members of(Class<?> type, MethodHandles.@Nullable Lookup given) {
    MethodHandles.Lookup own = MethodHandles.lookup();
    Module here = own.lookupClass().getModule();
    here.addReads(type.getModule());
    IllegalAccessException failure = null;
    if (given != null) {
      try {
        return in(MethodHandles.privateLookupIn(type, given), type);
      } catch (IllegalAccessException e) {
        failure = e;
      }
    }
    try {
      return in(MethodHandles.privateLookupIn(type, own), type);
    } catch (IllegalAccessException e) {
      failure = failure == null ? e : failure;
    }
    try {
      return in(own, type);
    } catch (IllegalAccessException e) {
      failure.addSuppressed(e);
      throw new IllegalArgumentException(hidden(type, here), failure);
    }
  }

  private static String hidden(Class<?> type, Module here) {
    Module there = type.getModule();
    return "The codec cannot see the accessors and the constructor of "
        + type.getTypeName()
        + ", because "
        + there
        + " does not open the package "
        + type.getPackageName()
        + ": add `opens "
        + type.getPackageName()
        + (here.isNamed() ? " to " + here.getName() : "")
        + ";` to its module-info.java, or give TermCodec.Builder.lookup a lookup of that module.";
  }

  private static Members in(MethodHandles.Lookup lookup, Class<?> type)
      throws IllegalAccessException {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    String[] names = new String[components.length];
    MethodHandle[] accessors = new MethodHandle[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      names[i] = components[i].getName();
      accessors[i] = lookup.unreflect(components[i].getAccessor()).asType(GET);
    }
    try {
      MethodHandle constructor =
          lookup
              .findConstructor(type, MethodType.methodType(void.class, types))
              .asSpreader(Object[].class, types.length)
              .asType(MAKE);
      return new Members(type, names, accessors, constructor);
    } catch (NoSuchMethodException e) {
      throw new AssertionError("a record without its constructor: " + type, e);
    }
  }

  int count() {
    return names.length;
  }

  String name(int component) {
    return names[component];
  }

  /// Returns the value of a component.
  ///
  /// @throws Mismatch if its accessor throws
  @Nullable Object get(Object value, int component) {
    try {
      return (Object) accessors[component].invokeExact(value);
    } catch (Throwable e) {
      throw failed("the accessor " + names[component] + "()", e);
    }
  }

  /// Makes a record.
  ///
  /// @throws Mismatch if its constructor throws
  Object make(Object[] values) {
    try {
      return (Object) constructor.invokeExact(values);
    } catch (Throwable e) {
      throw failed("the constructor of " + type.getSimpleName(), e);
    }
  }

  /// Says that code of the user's has thrown something.
  static Mismatch thrown(String who, Throwable thrown) {
    String what;
    try {
      what = thrown.toString();
    } catch (RuntimeException _) {
      what = thrown.getClass().getName();
    }
    return new Mismatch(who + " has thrown " + what, thrown);
  }

  /// What the JVM lacks, and what unwinds a process, is not a matter of the value.
  private static Mismatch failed(String who, Throwable thrown) {
    if (thrown instanceof Error error
        && !(error instanceof AssertionError || error instanceof LinkageError)) {
      throw error;
    }
    return thrown(who, thrown);
  }
}
