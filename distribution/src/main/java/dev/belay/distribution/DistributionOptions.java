package dev.belay.distribution;

import dev.belay.distribution.internal.connection.Functions;
import dev.belay.distribution.internal.handshake.Hello;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How a node takes part in a cluster. Immutable: each method returns changed options, so that they
/// can be kept and shared.
///
/// | option | default |
/// | --- | --- |
/// | [#cookie(String)] | that of the environment, or of the file that Erlang's nodes use |
/// | [#listen] | the loopback interface alone |
/// | [#port(int)] | one that the system chooses |
/// | [#resolver(NodeResolver)] | EPMD |
/// | [#epmdPort(int)] | that of the environment, or 4369 |
/// | [#unregistered] | registered with EPMD |
/// | [#allow] | every node that knows the cookie |
/// | [#tls(TlsOptions)] | connections are not secured |
/// | [#function] | nothing can be run from outside |
/// | [#codec(TermCodec)] | no types of the program's own travel |
/// | [#tickTime(Duration)] | 60 s |
/// | [#visible] | hidden |
public final class DistributionOptions {
  /// All defaults.
  public static final DistributionOptions DEFAULT = new DistributionOptions(new Draft());

  private static final Duration SHORTEST_TICK = Duration.ofSeconds(1);

  private final Draft settled;

  /// Options that are being changed; not any more once they are in use.
  private static final class Draft implements Cloneable {
    @Nullable String cookie;
    @Nullable InetAddress address;
    int port;
    @Nullable NodeResolver resolver;
    int epmdPort;
    boolean registered = true;
    Predicate<? super String> allowed = _ -> true;
    @Nullable TlsOptions tls;
    Duration tickTime = Duration.ofSeconds(60);
    boolean visible;
    Map<Functions.Key, RemoteFunction> functions = Map.of();
    TermCodec codec = TermCodec.EMPTY;
    Hello hello = Hello.OF_THIS_VERSION;

    @Override
    protected Draft clone() {
      try {
        return (Draft) super.clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private DistributionOptions(Draft draft) {
    this.settled = draft;
  }

  private DistributionOptions with(Consumer<Draft> change) {
    Draft draft = settled.clone();
    change.accept(draft);
    return new DistributionOptions(draft);
  }

  /// Gives the cookie that all nodes of the cluster know.
  ///
  /// @param secret the cookie
  /// @return changed options
  public DistributionOptions cookie(String secret) {
    Objects.requireNonNull(secret, "secret");
    return with(draft -> draft.cookie = secret);
  }

  /// Listens on an interface, for nodes of other machines to connect.
  ///
  /// @param where the address of the interface
  /// @return changed options
  public DistributionOptions listen(InetAddress where) {
    Objects.requireNonNull(where, "where");
    return with(draft -> draft.address = where);
  }

  /// Listens on a port of the caller's choice.
  ///
  /// @param number the port
  /// @return changed options
  public DistributionOptions port(int number) {
    return with(draft -> draft.port = number);
  }

  /// Finds other nodes by another way than EPMD.
  ///
  /// @param how finds them
  /// @return changed options
  public DistributionOptions resolver(NodeResolver how) {
    Objects.requireNonNull(how, "how");
    return with(draft -> draft.resolver = how);
  }

  /// Asks EPMD on a port of the caller's choice.
  ///
  /// @param number the port
  /// @return changed options
  public DistributionOptions epmdPort(int number) {
    return with(draft -> draft.epmdPort = number);
  }

  /// Does not register with EPMD: others have to find the node by another way.
  ///
  /// @return changed options
  public DistributionOptions unregistered() {
    return with(draft -> draft.registered = false);
  }

  /// Lets only some nodes be connected, whoever begins.
  ///
  /// @param who tells by a node's name whether it may
  /// @return changed options
  public DistributionOptions allow(Predicate<? super String> who) {
    Objects.requireNonNull(who, "who");
    return with(draft -> draft.allowed = who);
  }

  /// Secures all connections with TLS. EPMD is still asked without.
  ///
  /// @param how by which certificates
  /// @return changed options
  public DistributionOptions tls(TlsOptions how) {
    Objects.requireNonNull(how, "how");
    return with(draft -> draft.tls = how);
  }

  /// Sets how long another node may be silent before it is taken for lost, give or take a quarter.
  /// All nodes of a cluster should have the same.
  ///
  /// @param time at least a second
  /// @return changed options
  public DistributionOptions tickTime(Duration time) {
    if (time.compareTo(SHORTEST_TICK) < 0) {
      throw new IllegalArgumentException("tickTime(" + time + "): it must be at least a second");
    }
    return with(draft -> draft.tickTime = time);
  }

  /// Makes the node a visible one: it is in the `nodes()` of others that are visible, and what a
  /// cluster does by itself it takes part in.
  ///
  /// All visible nodes are connected with each other: who connects to one of them is connected to
  /// all. They share the names and locks of Erlang's `global`. When two of them lose each other the
  /// others leave them, so that no partitions overlap, as Erlang does from OTP 25 on. A hidden
  /// node, which is what nodes are otherwise, is connected with whom it talks to and no others.
  ///
  /// @return changed options
  public DistributionOptions visible() {
    return with(draft -> draft.visible = true);
  }

  /// Lets other nodes run a function: they may spawn it, and call it by `rpc` and `erpc`. What is
  /// not registered cannot be run.
  ///
  /// @param module the name of its module, over there
  /// @param name its name
  /// @param arity how many arguments it takes
  /// @param function the function
  /// @return changed options
  public DistributionOptions function(
      String module, String name, int arity, RemoteFunction function) {
    Objects.requireNonNull(function, "function");
    Map<Functions.Key, RemoteFunction> more = new HashMap<>(settled.functions);
    more.put(new Functions.Key(module, name, arity), function);
    return with(draft -> draft.functions = Map.copyOf(more));
  }

  /// Lets values of a program's own types travel, as the terms that a codec makes of them:
  /// messages, exit reasons, the arguments and results of functions.
  ///
  /// @param types which types, and how
  /// @return changed options
  public DistributionOptions codec(TermCodec types) {
    Objects.requireNonNull(types, "types");
    return with(draft -> draft.codec = types);
  }

  /// Has the node say of itself what one of another version would; for tests.
  DistributionOptions hello(Hello said) {
    return with(draft -> draft.hello = said);
  }

  Hello hello() {
    return settled.hello;
  }

  @Nullable String cookie() {
    return settled.cookie;
  }

  @Nullable InetAddress address() {
    return settled.address;
  }

  int port() {
    return settled.port;
  }

  @Nullable NodeResolver resolver() {
    return settled.resolver;
  }

  int epmdPort() {
    return settled.epmdPort;
  }

  boolean isRegistered() {
    return settled.registered;
  }

  Predicate<? super String> allowed() {
    return settled.allowed;
  }

  @Nullable TlsOptions tls() {
    return settled.tls;
  }

  Duration tickTime() {
    return settled.tickTime;
  }

  boolean isVisible() {
    return settled.visible;
  }

  Map<Functions.Key, RemoteFunction> functions() {
    return settled.functions;
  }

  TermCodec codec() {
    return settled.codec;
  }
}
