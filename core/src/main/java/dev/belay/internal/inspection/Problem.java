package dev.belay.internal.inspection;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/// Why a class is no good as a message, and what to send instead.
///
/// @param part the name of the field that makes the trouble, or null if it is the class itself
/// @param what see [Flaw#problem]
/// @param remedy see [Flaw#remedy]
/// @param certain see [Flaw#certain]
record Problem(@Nullable String part, String what, String remedy, boolean certain) {
  private static final String HAND_OFF = "handOff(…) it if the sender does not use it any more";
  private static final String MARK =
      "mark the type, or the field that holds it, with @Sendable if several processes may share it"
          + " all the same";

  private static Problem changeable(String what, String instead) {
    return new Problem(null, what, "Send " + instead + ", or " + HAND_OFF + ".", true);
  }

  /// Arrays have elements that anybody can set, of whatever type they are.
  static Problem array(Class<?> type) {
    return changeable(
        "is an array, whose elements can be set",
        type.componentType().isPrimitive() ? "what is in it as a value" : "List.of(…) of it");
  }

  /// A field that can be set.
  static Problem notFinal(Field field) {
    return new Problem(
        field.getName(),
        "is a field that is not final",
        "Make the field final, or the type a record. If it never changes once the object can be"
            + " seen by others, mark the field or the type with @Sendable.",
        true);
  }

  /// A field that may hold anything and that nobody lets us read.
  static Problem closed(Field field, String packageName, String reader) {
    return new Problem(
        field.getName(),
        "cannot be looked into, because the package "
            + packageName
            + " is not open to Belay, and its type alone does not tell that it is immutable",
        "Write \"opens "
            + packageName
            + reader
            + ";\" into the module-info, or start Java with --add-opens, or "
            + MARK
            + ".",
        false);
  }

  /// A class that cannot even say which fields it has.
  static Problem unreadable(Throwable thrown) {
    return new Problem(
        null,
        "cannot be looked into: asking for its fields ended in " + thrown,
        "See to it that all classes it needs are there, or " + MARK + ".",
        false);
  }

  /// A type of the JDK that can change, or that is not known not to.
  static Problem ofJdk(Class<?> type, boolean certain) {
    if (List.class.isAssignableFrom(type)) {
      return collection(type, "a list", "List.copyOf(…)", certain);
    } else if (Set.class.isAssignableFrom(type)) {
      return collection(type, "a set", "Set.copyOf(…)", certain);
    } else if (Map.class.isAssignableFrom(type)) {
      return collection(type, "a map", "Map.copyOf(…)", certain);
    } else if (Collection.class.isAssignableFrom(type)) {
      return collection(type, "a collection", "List.copyOf(…)", certain);
    } else if (Map.Entry.class.isAssignableFrom(type)) {
      return changeable("is an entry of a map that can be changed", "Map.Entry.copyOf(…)");
    } else if (CharSequence.class.isAssignableFrom(type)) {
      return changeable("is text that can be changed", "its toString()");
    } else if (Throwable.class.isAssignableFrom(type)) {
      return new Problem(
          null,
          "is a Throwable, which can be changed",
          "Send what the receiver needs to know of it, or ExitReason.crash(…): reasons of exits may"
              + " hold one.",
          true);
    } else if (Iterator.class.isAssignableFrom(type) || BaseStream.class.isAssignableFrom(type)) {
      return changeable("is used up by whoever reads it", "its elements as a list");
    } else if (java.util.Date.class.isAssignableFrom(type)
        || java.util.Calendar.class.isAssignableFrom(type)) {
      return changeable("is a date that can be changed", "one of java.time, such as an Instant");
    } else if (java.nio.Buffer.class.isAssignableFrom(type)) {
      return changeable("is a buffer, whose contents can be changed", "what is in it as a value");
    } else if (type.getPackageName().equals("java.util.concurrent.atomic")) {
      return changeable("is there to be changed", "its present value");
    } else if (AutoCloseable.class.isAssignableFrom(type)) {
      return new Problem(
          null,
          "is a resource that one process should use at a time",
          "Send handOff(…) of it; or own(…) it and give it to the receiver with giveTo, so that it"
              + " is closed when the receiver ends.",
          true);
    } else if (Thread.class.isAssignableFrom(type)
        || ClassLoader.class.isAssignableFrom(type)
        || AccessibleObject.class.isAssignableFrom(type)) {
      return changeable("can be changed", "its name");
    }
    return certain
        ? changeable("can be changed", "an immutable value with what the receiver needs")
        : new Problem(
            null,
            "is not known to be immutable",
            "Send a record or another immutable value with what the receiver needs, or "
                + HAND_OFF
                + ", or "
                + MARK
                + ".",
            false);
  }

  private static Problem collection(Class<?> type, String kind, String copy, boolean certain) {
    String instead = copy + " of it";
    return type.getName().startsWith("java.util.Collections$Unmodifiable")
        ? changeable(
            "is an unmodifiable view: whoever has " + kind + " behind it can change that", instead)
        : certain
            ? changeable("is " + kind + " that can be changed", instead)
            : new Problem(
                null, "is " + kind + " that may be changed", "Send " + instead + ".", false);
  }
}
