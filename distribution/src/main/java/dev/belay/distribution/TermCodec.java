package dev.belay.distribution;

import dev.belay.ExitReason;
import dev.belay.distribution.internal.codec.Mismatch;
import dev.belay.distribution.internal.codec.Natives;
import dev.belay.distribution.internal.codec.Registration;
import dev.belay.distribution.internal.codec.Registry;
import dev.belay.distribution.internal.connection.Reasons;
import dev.belay.distribution.internal.connection.Values;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which of a program's types travel to other nodes, and as which terms.
///
/// ```java
/// record Item(String name, byte count) {}
/// record Order(long id, List<Item> items, Optional<String> note) {}
///
/// TermCodec codec = TermCodec.builder().register(Item.class).register(Order.class).build();
/// codec.toTerm(new Order(7, List.of(new Item("rope", (byte) 2)), Optional.empty()));
/// // {order,7,[{item,<<"rope">>,2}],undefined}
/// ```
///
/// A node that has it by [DistributionOptions#codec] sends values of these types, alone or in other
/// values, and receives them: a term that has the tag and the size of a registered type becomes a
/// value of it, and any other stays the term that it is. Nothing from outside makes a value of a
/// class that was not registered.
///
/// Components may be of these types, and of registered ones:
///
/// | Java | term |
/// | --- | --- |
/// | `boolean` | `true`, `false` |
/// | `byte`, `short`, `int`, `long`, `char`, `BigInteger` | integers, checked for their range |
/// | `double`, `float` | floats; integers are taken, too, if they are exact |
/// | `String` | a binary in UTF-8; a list of characters if it is a [Charlist] |
/// | `byte[]`, [Binary] | binaries |
/// | registered enums | atoms, the constants' names in small letters |
/// | registered records | what [TermShape] says |
/// | registered sealed interfaces | what the permitted records and enums are |
/// | `List<T>`, `Set<T>` | lists, for a set without repetition |
/// | `Map<K, V>` | maps |
/// | `Optional<T>` | the value, or `undefined` ([Builder#absent]) |
/// | `Pid`, `Ref`, `Name` | pids, references, `{name, node}` |
/// | `ExitReason` | reasons as Erlang has them; an exception is told by its class, message and stack |
/// | [Atom], [Tuple] and so on | themselves |
/// | `Object` | any term; in it what is of a registered type becomes that |
///
/// Types are looked at once, when the codec is built. Codecs are immutable, and any thread may use
/// them. Constructors and accessors of registered records run wherever values are converted: a
/// message is on the threads of its sender and its receiver, an exit reason on those that write and
/// read the connection, which must not be held up.
public final class TermCodec {
  /// Nothing is registered: only terms, and the values of Java's and Belay's own that have terms.
  public static final TermCodec EMPTY = builder().build();

  private final Registry registry;
  private final boolean empty;

  private TermCodec(Builder builder) {
    this.registry =
        new Registry(
            builder.registrations.values(),
            builder.lookup,
            builder.absent,
            builder.maxDepth,
            new Own());
    this.empty = builder.registrations.isEmpty();
  }

  private static final class Own implements Natives {
    @Override
    public Object term(Object value) {
      return Values.term(value);
    }

    @Override
    public ExitReason reason(Object term) {
      return Reasons.reason(term);
    }
  }

  /// Begins a codec.
  ///
  /// @return a builder with nothing registered
  public static Builder builder() {
    return new Builder();
  }

  /// Returns the term that a value is: one of a registered type, of Java's or Belay's own, or a
  /// list, map, tuple and so on of such.
  ///
  /// @param value the value
  /// @return the term
  /// @throws TermCodecException if it is none
  public Object toTerm(Object value) {
    try {
      return registry.toTerm(value);
    } catch (Mismatch e) {
      throw failure(e, Registry.root(value));
    }
  }

  /// Returns what a term means: in it, and in lists, maps and tuples in it, each term that has the
  /// tag and the size of a registered type becomes a value of that. One that has the tag, but not
  /// the contents, stays as it is, with all that is in it.
  ///
  /// @param term the term
  /// @return the value, which may be the term itself
  public Object fromTerm(Object term) {
    return empty ? term : registry.fromTerm(term);
  }

  /// Returns the value of a type that a term means.
  ///
  /// @param term the term
  /// @param type a registered type, or another one without type parameters that components may have
  /// @param <T> the type
  /// @return the value
  /// @throws TermCodecException if the term means none
  /// @throws IllegalArgumentException if the type is not registered
  @SuppressWarnings("unchecked") // primitive types cannot cast
  public <T> T fromTerm(Object term, Class<T> type) {
    try {
      return (T) registry.fromTerm(term, type);
    } catch (Mismatch e) {
      throw failure(e, type.getSimpleName());
    }
  }

  private static TermCodecException failure(Mismatch e, String root) {
    return new TermCodecException(e.path(root), e.problem(), e.getCause());
  }

  /// What a codec is to know. For one thread.
  public static final class Builder {
    private static final int DEFAULT_DEPTH = 500;

    private final Map<Class<?>, Registration> registrations = new LinkedHashMap<>();
    private MethodHandles.@Nullable Lookup lookup;
    private Atom absent = Atom.UNDEFINED;
    private int maxDepth = DEFAULT_DEPTH;

    private Builder() {}

    /// Registers a record as a tuple tagged with its name, an enum as atoms, or a sealed interface
    /// with all that it permits and that is not registered by itself.
    ///
    /// @param type the type
    /// @return this
    /// @throws IllegalArgumentException if the type cannot be registered
    public Builder register(Class<?> type) {
      return add(type, Registration.of(checked(type)));
    }

    /// Registers a record.
    ///
    /// @param type the record
    /// @param shape what its terms look like
    /// @return this
    /// @throws IllegalArgumentException if the type cannot be registered
    public Builder register(Class<? extends Record> type, TermShape shape) {
      return add(type, Registration.ofRecord(checked(type), shape));
    }

    /// Registers an enum whose atoms have other names than its constants.
    ///
    /// @param type the enum
    /// @param names gives the name of a constant's atom
    /// @param <E> the enum
    /// @return this
    public <E extends Enum<E>> Builder register(Class<E> type, Function<? super E, String> names) {
      Objects.requireNonNull(names, "names");
      return add(
          type, new Registration.OfEnum(checked(type), each -> names.apply(type.cast(each))));
    }

    /// Registers a type that functions of the program's convert. They are called on any thread.
    ///
    /// Such a value comes back where its type is declared or asked for; by itself it stays the term
    /// that it was sent as.
    ///
    /// @param type the type
    /// @param toTerm makes a term of a value, or another value that has one
    /// @param fromTerm makes a value of a term; throws if it cannot
    /// @param <T> the type
    /// @return this
    public <T> Builder convert(
        Class<T> type, Function<? super T, ?> toTerm, Function<Object, ? extends T> fromTerm) {
      Objects.requireNonNull(toTerm, "toTerm");
      Objects.requireNonNull(fromTerm, "fromTerm");
      return add(
          type,
          new Registration.OfCustom(
              checked(type), value -> toTerm.apply(type.cast(value)), fromTerm));
    }

    private static <T> Class<T> checked(Class<T> type) {
      if (Registry.isKnown(type)) {
        throw new IllegalArgumentException(
            type.getTypeName() + " has terms already, and cannot be registered.");
      }
      return type;
    }

    private Builder add(Class<?> type, Registration registration) {
      if (registrations.putIfAbsent(type, registration) != null) {
        throw new IllegalArgumentException(type.getTypeName() + " is registered already.");
      }
      return this;
    }

    /// Gives a lookup of the program's own, for records in packages that their module does not open
    /// to this one.
    ///
    /// @param own `MethodHandles.lookup()`, called in that module
    /// @return this
    public Builder lookup(MethodHandles.Lookup own) {
      lookup = Objects.requireNonNull(own, "own");
      return this;
    }

    /// Sets what an empty `Optional` is, [Atom#UNDEFINED] unless this is called. In a cluster of
    /// Elixir nodes it is [Atom#NIL].
    ///
    /// @param atom the atom
    /// @return this
    public Builder absent(Atom atom) {
      absent = Objects.requireNonNull(atom, "atom");
      return this;
    }

    /// Sets how many values of registered types may be inside each other, 500 unless this is
    /// called. It bounds how much of a thread's stack one value takes, such as a tree that somebody
    /// sends.
    ///
    /// @param levels at least 1
    /// @return this
    /// @throws IllegalArgumentException if it is less
    public Builder maxDepth(int levels) {
      if (levels < 1) {
        throw new IllegalArgumentException("maxDepth(" + levels + "): it must be at least 1");
      }
      maxDepth = levels;
      return this;
    }

    /// Builds the codec.
    ///
    /// @return the codec
    /// @throws IllegalArgumentException if a component has a type that is not registered, two types
    ///   have the same tag, or a module does not open the package of a record
    public TermCodec build() {
      return new TermCodec(this);
    }
  }
}
