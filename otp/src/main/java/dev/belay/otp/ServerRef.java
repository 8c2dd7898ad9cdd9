package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Sendable;
import dev.belay.Subject;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Where a [Server] is, and how to talk with it: by pid, which is one incarnation of it, or by a
/// name or the key of a [Registry], which is whoever has that when it is used, also after a
/// restart.
///
/// ```java
/// ServerRef<Inventory.Message> inventory =
///     ServerRef.named(node(), "inventory", Inventory.Message.class);
///
/// inventory.cast(new Inventory.Put("rope", 3)); // goes on at once
/// int ropes = inventory.call(new Inventory.Count("rope")); // waits for the reply
/// ```
///
/// | method | waits | if there is no server |
/// | --- | --- | --- |
/// | [#cast] | no | nothing happens |
/// | [#call(Call)], [#call(Call, Duration)] | 5 s, or as long as is said | [CallException] |
/// | [#callForever] | as long as the server lives | [CallException] |
/// | [#request] | no; its [Request] does | its response says so |
/// | [#callAsync(Call)] | no; its future does, for 5 s | the future fails |
/// | [#stop()] | until the server has ended | [CallException] |
///
/// **When the server ends** while somebody calls it, the call fails at once with a [CallException]
/// that has the server's reason, and what it crashed with as its cause. In a process that does not
/// catch that, it is that process's end, too; mostly that is right.
///
/// The methods work in processes and on any other thread, but [#request]. References are values,
/// safe to share and to send.
///
/// One that waits is ended by an interrupt, which is no exit signal, with a
/// [dev.belay.ProcessInterruptedException]; nothing of it is left then, as after a timeout. What is
/// sent to a mailbox with [dev.belay.MailboxPolicy#SENDER_WAITS] waits for room; if that is
/// interrupted the call fails with [CallReason#OVERLOADED], and the interrupt status is still set.
///
/// **When not to use it.** By pid for a server that a supervisor restarts: the next one has another
/// pid. To learn whether a server lives: [dev.belay.Belay#monitor] tells when it ends.
///
/// @param <M> the protocol of the server
@Sendable
public final class ServerRef<M> {
  /// How long [#call(Call)] waits: 5 seconds, as in Erlang (GS10).
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  private final Node node;
  private final Address address;

  private ServerRef(Node node, Address address) {
    this.node = Objects.requireNonNull(node, "node");
    this.address = address;
  }

  /// Refers to one process.
  ///
  /// @param node its node
  /// @param pid the process, which should be a server of the protocol
  /// @param protocol the class of the protocol
  /// @param <M> the protocol
  /// @return the reference
  public static <M> ServerRef<M> of(Node node, Pid pid, Class<M> protocol) {
    Objects.requireNonNull(protocol, "protocol");
    return at(node, pid);
  }

  /// Refers to whoever is registered under a name when the reference is used.
  ///
  /// @param node the node with the name
  /// @param name the name, which a server of the protocol should have
  /// @param protocol the class of the protocol
  /// @param <M> the protocol
  /// @return the reference
  public static <M> ServerRef<M> named(Node node, String name, Class<M> protocol) {
    Objects.requireNonNull(protocol, "protocol");
    return new ServerRef<>(node, new Address.OfName(node, Objects.requireNonNull(name, "name")));
  }

  /// Refers to whoever is registered under a name of any node when the reference is used: a server
  /// of another node, also one of Erlang's or Elixir's.
  ///
  /// @param node the node that uses it
  /// @param name the name, which a server of the protocol should have
  /// @param protocol the class of the protocol
  /// @param <M> the protocol
  /// @return the reference
  public static <M> ServerRef<M> named(Node node, Name name, Class<M> protocol) {
    Objects.requireNonNull(protocol, "protocol");
    return name.node().equals(node.name())
        ? named(node, name.name(), protocol)
        : new ServerRef<>(node, new Address.OfNameAbroad(name));
  }

  /// Refers to whoever has a key of a registry when the reference is used.
  ///
  /// @param registry a registry with unique keys
  /// @param key the key, which a server of the protocol should have: see [StartOptions#via]
  /// @param protocol the class of the protocol
  /// @param <M> the protocol
  /// @param <K> the keys of the registry
  /// @return the reference
  /// @throws IllegalArgumentException if the registry has duplicate keys
  public static <M, K> ServerRef<M> via(Registry<K, ?> registry, K key, Class<M> protocol) {
    Objects.requireNonNull(protocol, "protocol");
    registry.mustName();
    return new ServerRef<>(
        registry.node(), new Address.OfKey<>(registry, Objects.requireNonNull(key, "key")));
  }

  static <M> ServerRef<M> at(Node node, Pid pid) {
    return new ServerRef<>(node, new Address.OfProcess(Objects.requireNonNull(pid, "pid")));
  }

  /// Calls the server, and waits for the reply, for 5 seconds at most.
  ///
  /// @param request what to ask
  /// @param <R> the type of the reply
  /// @return the reply
  /// @throws CallException if there is no reply: the server does not exist, ends before it replies,
  ///   or does not reply in time
  public <R extends @Nullable Object> R call(Call<? super M, R> request) {
    return call(request, DEFAULT_TIMEOUT);
  }

  /// Calls the server, and waits for the reply.
  ///
  /// When this returns or throws, nothing of the call is left in the caller's mailbox, nor will it
  /// come (GS12). A server that ends during the call fails it at once, with the server's reason,
  /// also if a new one is started under its name. So does one whose mailbox has a bound, is full
  /// and drops the request, with [CallReason#OVERLOADED]; a wait for room in one with
  /// [dev.belay.MailboxPolicy#SENDER_WAITS] does not count for the time.
  ///
  /// @param request what to ask
  /// @param timeout how long to wait at most
  /// @param <R> the type of the reply
  /// @return the reply
  /// @throws CallException if there is no reply: the server does not exist, ends before it replies,
  ///   or does not reply in time
  public <R extends @Nullable Object> R call(Call<? super M, R> request, Duration timeout) {
    return Calls.reply(Calls.call(this, request, Objects.requireNonNull(timeout, "timeout")));
  }

  /// Calls the server, and waits for the reply for as long as the server lives.
  ///
  /// @param request what to ask
  /// @param <R> the type of the reply
  /// @return the reply
  /// @throws CallException if there is no reply: the server does not exist, or ends before it
  ///   replies
  public <R extends @Nullable Object> R callForever(Call<? super M, R> request) {
    return Calls.reply(Calls.call(this, request, null));
  }

  /// Calls the server, and does not wait for the reply: it completes a future, within 5 seconds.
  ///
  /// @param request what to ask
  /// @param <R> the type of the reply
  /// @return the future, as of [#callAsync(Call, Duration)]
  public <R extends @Nullable Object> CompletableFuture<R> callAsync(Call<? super M, R> request) {
    return callAsync(request, DEFAULT_TIMEOUT);
  }

  /// Calls the server, and does not wait for the reply: it completes a future. No thread waits
  /// meanwhile. A server may call itself in this way, but must not wait for the future while it
  /// handles a message: it answers when it has.
  ///
  /// What depends on the future runs in a process that completes it, and may take its time. To
  /// cancel the future, or to complete it otherwise, gives the call up, of which nothing is left
  /// then; the server may have handled it. Requests that a thread makes in this way reach a server
  /// in their order; what is sent in another way, as by [#cast], may overtake them. A wait for room
  /// in the server's mailbox counts for the time.
  ///
  /// @param request what to ask
  /// @param timeout how long to wait at most, from now
  /// @param <R> the type of the reply
  /// @return the future, which is completed with the reply, or exceptionally with a [CallException]
  ///   where [#call(Call, Duration)] throws one
  public <R extends @Nullable Object> CompletableFuture<R> callAsync(
      Call<? super M, R> request, Duration timeout) {
    return CallErrand.call(this, request, Objects.requireNonNull(timeout, "timeout"));
  }

  /// Sends the server a message that is not answered. Never fails for want of a server (GS19).
  ///
  /// @param message a message of the protocol, but not a [Call]
  /// @throws IllegalArgumentException if it is a [Call]
  public void cast(M message) {
    if (message instanceof Call) {
      throw new IllegalArgumentException(
          "cast(" + message + "): a Call waits for its reply; use call or request");
    }
    Subject server = subject();
    if (server == null) {
      return;
    }
    Object said = Abroad.cast(node, server, message);
    if (Belay.inProcess()) {
      Belay.send(Abroad.destination(server), said);
    } else {
      node.send(Abroad.destination(server), said);
    }
  }

  /// Sends the server a request whose reply is collected later. Only within a process.
  ///
  /// @param request what to ask
  /// @param <R> the type of the reply
  /// @return where its response will be; a server that does not exist shows there, too (GR1)
  public <R extends @Nullable Object> Request<R> request(Call<? super M, R> request) {
    return Request.of(this, request);
  }

  /// Ends the server normally, and waits until it has ended.
  ///
  /// @throws CallException as of [#stop(ExitReason, Duration)]
  public void stop() {
    Calls.stop(this, ExitReason.NORMAL, null);
  }

  /// Ends the server in order when it has handled what came before: it cleans up, and ends. Waits
  /// until it has ended (PL10).
  ///
  /// @param reason what it ends with
  /// @param timeout how long to wait at most; the server ends nevertheless, later
  /// @throws CallException if it ends for another reason, does not exist, or does not end in time.
  ///   A mailbox with a bound takes the request also if it is full
  public void stop(ExitReason reason, Duration timeout) {
    Calls.stop(this, reason, Objects.requireNonNull(timeout, "timeout"));
  }

  /// Returns the server's process.
  ///
  /// @return its pid; for a name or a key, of whoever has it now; nothing for a name of another
  ///   node
  public Optional<Pid> pid() {
    return Optional.ofNullable(find());
  }

  @Nullable Pid find() {
    return address.find();
  }

  @Nullable Subject subject() {
    return address.subject();
  }

  Node node() {
    return node;
  }

  /// Compares by what is referred to.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ServerRef<?> ref && ref.address.equals(address);
  }

  @Override
  public int hashCode() {
    return address.hashCode();
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
