package dev.belay.explorer;

import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of the instrumented classes, and what they are for.
final class Fields {
  /// Fields that are guarded by the lock of a cell, as the notes of their classes say.
  private static final Map<String, Set<String>> GUARDED =
      Map.of(
          "Cell",
          Set.of(
              "trapExits",
              "links",
              "watching",
              "watchers",
              "nameEntry",
              "owned",
              "closing",
              "closer",
              "closerStarved",
              "rounds",
              "unwound",
              "claimed",
              "timers",
              "timersClosed"),
          "Bound",
          Set.of(
              "oldest",
              "newest",
              "letters",
              "gaps",
              "gapCount",
              "stale",
              "firstWaiter",
              "lastWaiter",
              "released"),
          "LinkEnd",
          Set.of("unlinkId", "anyExit", "fired", "nextInBucket"),
          "LinkTable",
          Set.of("buckets", "size", "popped"),
          "Watch",
          Set.of("on", "aliasOn", "ownPrev", "ownNext", "listed", "targetPrev", "targetNext"),
          "NodeSubscription",
          Set.of("first"),
          "NodeWatch",
          Set.of("newsBefore", "newsAfter", "kept"),
          "Slot",
          Set.of("older"),
          "UserTimer",
          Set.of("prev", "next", "listed"));

  /// Plain fields that are read while they are written, on purpose.
  private static final Map<String, Set<String>> RACY =
      Map.of(
          // An alert that does not see `brief` arms the longer grace, which the shortened one takes
          // the place of.
          "Cell", Set.of("inVerb", "brief"), "Mailbox", Set.of("kept", "sampled"));

  private static final Set<String> LOCKS = Set.of("lockWord", "lock");

  private final Map<String, ClassModel> classes = new HashMap<>();
  private final Map<String, Field> fields = new HashMap<>();
  private int numbers = Field.WHOLE.number();

  void add(ClassModel model) {
    classes.put(model.thisClass().asInternalName(), model);
    String owner = simpleName(model.thisClass().asInternalName());
    for (FieldModel field : model.fields()) {
      if (!field.flags().has(AccessFlag.STATIC)) {
        String name = field.fieldName().stringValue();
        fields.put(
            model.thisClass().asInternalName() + "." + name,
            new Field(++numbers, owner, name, role(owner, field)));
      } else if (!field.flags().has(AccessFlag.FINAL)) {
        throw new IllegalStateException("a static field that is not final: " + owner);
      }
    }
  }

  private static Field.Role role(String owner, FieldModel field) {
    String name = field.fieldName().stringValue();
    if (field.flags().has(AccessFlag.FINAL)) {
      return Field.Role.CONSTANT;
    }
    if (GUARDED.getOrDefault(owner, Set.of()).contains(name)) {
      return Field.Role.GUARDED;
    }
    if (RACY.getOrDefault(owner, Set.of()).contains(name)) {
      return Field.Role.RACY;
    }
    if (!field.flags().has(AccessFlag.VOLATILE)) {
      return Field.Role.PLAIN;
    }
    return LOCKS.contains(name) && field.fieldTypeSymbol().isPrimitive()
        ? Field.Role.LOCK
        : Field.Role.SHARED;
  }

  /// Finds a field as an instruction names it: in the class named there, or one of its parents.
  @Nullable Field find(String owner, String name) {
    ClassModel at = classes.get(owner);
    while (at != null) {
      Field field = fields.get(at.thisClass().asInternalName() + "." + name);
      if (field != null) {
        return field;
      }
      at = at.superclass().map(parent -> classes.get(parent.asInternalName())).orElse(null);
    }
    return null;
  }

  Field get(String owner, String name) {
    return Objects.requireNonNull(find(owner, name), owner + "." + name);
  }

  /// Tells whether the guarded fields that this class knows by name are there.
  boolean knows(String owner) {
    return classes.containsKey(owner);
  }

  /// The guarded and racy fields that no class has: a name that has changed.
  Set<String> stale() {
    Set<String> missing = new java.util.TreeSet<>();
    GUARDED.forEach((owner, names) -> names.forEach(name -> check(owner, name, missing)));
    RACY.forEach((owner, names) -> names.forEach(name -> check(owner, name, missing)));
    return missing;
  }

  private void check(String owner, String name, Set<String> missing) {
    if (!fields.containsKey("dev/belay/" + owner + "." + name)) {
      missing.add(owner + "." + name);
    }
  }

  static String simpleName(String internalName) {
    return internalName.substring(internalName.lastIndexOf('/') + 1);
  }
}
