package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Destination;
import dev.belay.MutableMessageException;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Sendable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Where the processes of a node are found by a key of any type: Elixir's `Registry`.
///
/// A process registers itself, with a value that others can read. It is found until it unregisters,
/// or ends: **whoever has received its [dev.belay.Down] or [dev.belay.Exit] finds it no more**,
/// also if it was declared dead.
///
/// With [unique keys][#unique(Node)] a key has one holder at most: such a registry gives names to
/// processes that come and go, any number of names to each.
///
/// ```java
/// Registry<String, Void> rooms = Registry.unique(node);
///
/// ServerRef<Room.Message> lobby =
///     Server.start(StartOptions.DEFAULT.via(rooms, "lobby"), Room::new);
/// …
/// ServerRef.via(rooms, "lobby", Room.Message.class).cast(new Room.Say("hello"));
/// ```
///
/// With [duplicate keys][#duplicate(Node)] any number of processes may have a key, and one process
/// may have it several times: such a registry says who is interested in what.
///
/// ```java
/// Registry<String, Integer> topics = Registry.duplicate(node);
///
/// topics.register("weather", 3); // in each process that wants to hear of it
/// …
/// topics.dispatch("weather", entry -> send(entry.pid(), new Rain(entry.value())));
/// ```
///
/// A registry is an object, and no process: it cannot crash, and goes when nobody refers to it any
/// more. One for a whole node fits into a [dev.belay.NodeLocal]:
///
/// ```java
/// static final NodeLocal<Registry<String, Void>> ROOMS = NodeLocal.withInitial(Registry::unique);
/// ```
///
/// Keys are compared by `equals`, and must not change; nor should values, which others read.
///
/// **Threads.** A process registers and unregisters only itself, by the methods that say so, which
/// work within a process of the node. All others work on any thread, and never wait: a look-up is
/// one of a [ConcurrentHashMap]. What was registered before a look-up begins is found by it.
///
/// **Ends.** What a process has registered it owns, like a resource of [Belay#own]: of its
/// resources the last one is closed first, so an ending process is found until what it came to own
/// later is closed, and is not found when any `close` of what it owned before is called.
///
/// **Listeners.** A registry may have [listeners][#unique(Node, String, Destination...)], which get
/// a message for each entry that is made, [Registered], and that goes, [Unregistered]. Those of one
/// process come in order, the last before its `Down`; only if it is declared dead while it
/// registers may they come later, still in order. When a key goes from one holder to the next, the
/// new one's [Registered] may come before the old one's [Unregistered].
///
/// **When not to use it.** For a handful of processes that are always there, registered names do,
/// and can be sent to. To find processes of other nodes, or to put processes into groups that do
/// not do so themselves, use [Groups]. For values without processes, use a map.
///
/// @param <K> the keys
/// @param <V> the values; [Void], and null as a value, if there is nothing to say
@Sendable
public final class Registry<K, V extends @Nullable Object> {
  /*
   * `keys` finds entries by key, `holders` by process. A process's entries hang on one Registrations, which the process owns while it has
   * any: it is closed before the process's EXITs and DOWNs go out, on another thread, and, if the process does not unwind, at the same
   * time as the process registers.
   *
   * An entry counts if it is in `keys` and its Registrations is not closed. Closing is one write, after which none of the process's
   * entries counts, whatever its own thread still does; taking them out of `keys` is cleaning, which may take its time, and may call the
   * equals() of a key. An entry that does not count is as good as absent, and may be replaced.
   *
   * register: 1 into `keys`, if no entry that counts is there · 2 into the list of the Registrations, unless that is closed; then out of
   * `keys` again. So one that is closed has all its entries in its list but one at most, which its process's thread takes out.
   * unregister: 1 out of `keys`, this very entry · 2 out of the list.
   *
   * Listeners are told that an entry is there by the thread that has made it, outside of any lock, and that it has gone after that: by
   * who closes the Registrations, or, if he is too early, by that thread. Who of the two it is is decided under the lock.
   *
   * The fields of a Registrations are written by the process's own thread, and its list under its lock, which nobody holds while he
   * calls what he does not know.
   */
  private final Node node;
  private final String name;
  private final Keys<K, V> keys;
  private final List<Destination> listeners;
  private final ConcurrentHashMap<Pid, Registrations<K, V>> holders = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  /// A process under a key.
  ///
  /// @param pid the process
  /// @param value what it has said there
  /// @param <V> the type of the value
  public record Entry<V extends @Nullable Object>(Pid pid, V value) {}

  /// What the listeners of a registry get.
  public sealed interface Change {
    /// Returns the registry.
    ///
    /// @return the registry
    Registry<?, ?> registry();

    /// Returns the key.
    ///
    /// @return the key
    Object key();

    /// Returns the process.
    ///
    /// @return its pid
    Pid pid();
  }

  /// To listeners: a process has registered.
  ///
  /// @param registry where
  /// @param key the key
  /// @param pid the process
  /// @param value what it says there
  public record Registered(Registry<?, ?> registry, Object key, Pid pid, @Nullable Object value)
      implements Change {}

  /// To listeners: a process has unregistered, or has ended.
  ///
  /// @param registry where
  /// @param key the key
  /// @param pid the process
  public record Unregistered(Registry<?, ?> registry, Object key, Pid pid) implements Change {}

  private Registry(Node node, String name, Keys<K, V> keys, Destination... listeners) {
    this.node = Objects.requireNonNull(node, "node");
    this.name = Objects.requireNonNull(name, "name");
    this.keys = keys;
    this.listeners = List.of(listeners);
  }

  // making one

  /// Makes a registry in which a key has one holder at most.
  ///
  /// @param node whose processes may register
  /// @param <K> the keys
  /// @param <V> the values
  /// @return a registry without entries
  public static <K, V extends @Nullable Object> Registry<K, V> unique(Node node) {
    return unique(node, "registry");
  }

  /// Makes a registry in which a key has one holder at most, with a name for people and with
  /// listeners.
  ///
  /// @param node whose processes may register
  /// @param name what texts and errors call it; need not be unique
  /// @param listeners who gets a [Change] whenever something changes: pids, names, aliases
  /// @param <K> the keys
  /// @param <V> the values
  /// @return a registry without entries
  public static <K, V extends @Nullable Object> Registry<K, V> unique(
      Node node, String name, Destination... listeners) {
    return new Registry<>(node, name, new Keys.Unique<>(), listeners);
  }

  /// Makes a registry in which many may have a key.
  ///
  /// @param node whose processes may register
  /// @param <K> the keys
  /// @param <V> the values
  /// @return a registry without entries
  public static <K, V extends @Nullable Object> Registry<K, V> duplicate(Node node) {
    return duplicate(node, "registry");
  }

  /// Makes a registry in which many may have a key, with a name for people and with listeners.
  ///
  /// @param node whose processes may register
  /// @param name what texts and errors call it; need not be unique
  /// @param listeners who gets a [Change] whenever something changes: pids, names, aliases
  /// @param <K> the keys
  /// @param <V> the values
  /// @return a registry without entries
  public static <K, V extends @Nullable Object> Registry<K, V> duplicate(
      Node node, String name, Destination... listeners) {
    return new Registry<>(node, name, new Keys.Duplicate<>(), listeners);
  }

  // for the process that registers

  /// Registers the calling process.
  ///
  /// @param key under what
  /// @param value what others are to read there
  /// @return with unique keys, the process that has the key already, which may be the caller; then
  ///   nothing has changed. Empty if the caller is registered now
  /// @throws IllegalArgumentException if the caller is of another node
  /// @throws dev.belay.VerbException if the caller is no process
  public Optional<Pid> register(K key, V value) {
    Objects.requireNonNull(key, "key");
    Pid self = Belay.self();
    mustBeOfNode(self);
    mustBeAlive(self);
    Registration<K, V> other = keys.rival(key);
    if (other != null) {
      return Optional.of(other.pid);
    }
    Registrations<K, V> mine = holders.get(self);
    if (mine == null) {
      mine = new Registrations<>(this, self);
      holders.put(self, mine);
      // If this throws, it closes what it was given.
      mine.ownedBy(Belay.own(mine));
    }
    Registration<K, V> fresh = new Registration<>(mine, key, value, numbers.incrementAndGet());
    boolean listed = false;
    try {
      other = keys.add(fresh);
      listed = other == null && mine.add(fresh);
    } finally {
      if (!listed) {
        keys.remove(fresh);
        forgetIfEmpty(mine);
      }
    }
    if (other != null) {
      return Optional.of(other.pid);
    }
    if (!listed) {
      mustBeAlive(self);
    }
    tellOf(fresh, value);
    return Optional.empty();
  }

  /// Takes back what the calling process has registered under a key; with duplicate keys, all of
  /// it. What another process has there stays.
  ///
  /// @param key the key
  /// @return whether there was anything
  /// @throws dev.belay.VerbException if the caller is no process
  public boolean unregister(K key) {
    Objects.requireNonNull(key, "key");
    Pid self = Belay.self();
    mustBeAlive(self);
    Registrations<K, V> mine = holders.get(self);
    if (mine == null) {
      return false;
    }
    boolean any = false;
    for (Registration<K, V> one : keys.ofProcess(key, self)) {
      keys.remove(one);
      if (mine.remove(one)) {
        any = true;
        tell(new Unregistered(this, key, self));
      }
    }
    forgetIfEmpty(mine);
    return any;
  }

  /// Changes the value that the calling process has under a unique key.
  ///
  /// @param key the key
  /// @param change gets the value and returns the new one; called once
  /// @return whether the caller has the key; otherwise nothing is called
  /// @throws IllegalStateException if the registry has duplicate keys
  /// @throws dev.belay.VerbException if the caller is no process
  public boolean updateValue(K key, UnaryOperator<V> change) {
    mustBeUnique("updateValue");
    Objects.requireNonNull(change, "change");
    Pid self = Belay.self();
    mustBeAlive(self);
    for (Registration<K, V> one : keys.ofProcess(Objects.requireNonNull(key, "key"), self)) {
      one.value = change.apply(one.value);
      return true;
    }
    return false;
  }

  // for everybody

  /// Finds the process that has a unique key.
  ///
  /// @param key the key
  /// @return the process and its value, if there is one
  /// @throws IllegalStateException if the registry has duplicate keys: then [#lookup]
  public Optional<Entry<V>> find(K key) {
    mustBeUnique("find");
    return Optional.ofNullable(keys.rival(key)).map(Registration::entry);
  }

  @Nullable Pid holder(K key) {
    Registration<K, V> one = keys.rival(key);
    return one == null ? null : one.pid;
  }

  /// Finds all processes that have a key.
  ///
  /// @param key the key
  /// @return the processes and their values: with duplicate keys, a process as often as it has the
  ///   key; by age of the processes, and then of the entries
  public List<Entry<V>> lookup(K key) {
    return keys.all(key).filter(Registration::counts).map(Registration::entry).toList();
  }

  /// Does something for each process that has a key, in the order of [#lookup], without making a
  /// list. What comes or goes meanwhile may be met or not. What the action throws ends it.
  ///
  /// @param key the key
  /// @param action what to do, on this thread
  public void dispatch(K key, Consumer<? super Entry<V>> action) {
    keys.all(key)
        .filter(Registration::counts)
        .forEachOrdered(registration -> action.accept(registration.entry()));
  }

  /// Does something for each entry, in no order. What comes or goes meanwhile may be met or not.
  /// What the action throws ends it.
  ///
  /// @param action gets the key and the entry, on this thread
  public void forEach(BiConsumer<? super K, ? super Entry<V>> action) {
    keys.all()
        .filter(Registration::counts)
        .forEach(registration -> action.accept(registration.key, registration.entry()));
  }

  /// Returns the keys of a process.
  ///
  /// @param pid the process
  /// @return its keys, the oldest entry first; with duplicate keys, a key as often as it has it
  public List<K> keys(Pid pid) {
    Registrations<K, V> its = holders.get(pid);
    return its == null ? List.of() : its.keys();
  }

  /// Counts the entries.
  ///
  /// @return how many there are; while others register, roughly
  public long count() {
    return keys.count();
  }

  /// Counts the entries under a key.
  ///
  /// @param key the key
  /// @return how many there are
  public long count(K key) {
    return keys.all(key).filter(Registration::counts).count();
  }

  /// Returns whose processes may register.
  ///
  /// @return the node
  public Node node() {
    return node;
  }

  /// Returns what texts and errors call it.
  ///
  /// @return the name
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return "Registry[" + name + ", " + count() + " entries]";
  }

  // for its parts

  /// Only with unique keys can a key stand for a process.
  void mustName() {
    if (!isUnique()) {
      throw new IllegalArgumentException(
          "many may have a key of "
              + name
              + ", which has duplicate keys; a server needs one of a registry with unique keys");
    }
  }

  private boolean isUnique() {
    return keys instanceof Keys.Unique;
  }

  /// The process ends, or has nothing to register any more.
  void forget(Registrations<K, V> holder) {
    holders.remove(holder.pid, holder);
  }

  /// An entry of a process that ends counts no more: it can go.
  void ended(Registration<K, V> entry) {
    keys.remove(entry);
    if (entry.holder.goes(entry)) {
      tell(new Unregistered(this, entry.key, entry.pid));
    }
  }

  /// Tells of an entry that was made. If that is refused, because the value is not immutable, there
  /// is none.
  private void tellOf(Registration<K, V> fresh, V value) {
    try {
      tell(new Registered(this, fresh.key, fresh.pid, value));
    } catch (MutableMessageException e) {
      keys.remove(fresh);
      fresh.holder.remove(fresh);
      forgetIfEmpty(fresh.holder);
      throw e;
    } catch (Throwable e) {
      // Some have been told, as when this process has to exit while it waits for the mailbox of
      // another listener. Its end takes the entry back, and tells.
      told(fresh);
      throw e;
    }
    told(fresh);
  }

  private void told(Registration<K, V> fresh) {
    if (fresh.holder.told(fresh)) {
      // It was declared dead meanwhile.
      tell(new Unregistered(this, fresh.key, fresh.pid));
    }
  }

  private void forgetIfEmpty(Registrations<K, V> mine) {
    if (mine.isEmpty()) {
      forget(mine);
      mine.release();
    }
  }

  private void tell(Change change) {
    for (Destination listener : listeners) {
      // Not by a verb: an entry that was made is told of, also if its process is to exit just now.
      node.send(listener, change);
    }
  }

  private void mustBeUnique(String method) {
    if (!isUnique()) {
      throw new IllegalStateException(
          method + ": many may have a key of " + name + ", which has duplicate keys; use lookup");
    }
  }

  private void mustBeOfNode(Pid self) {
    if (Belay.node() != node) {
      throw new IllegalArgumentException(
          self
              + " of node "
              + self.node()
              + " cannot register in "
              + name
              + ", which is for the processes of node "
              + node.name());
    }
  }

  /// A process that is exiting does nothing more, and says so as verbs do.
  private static void mustBeAlive(Pid self) {
    if (!Belay.isAlive(self)) {
      Belay.relinquish();
    }
  }
}
