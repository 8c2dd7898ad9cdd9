package dev.belay.distribution;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How a node takes part in a cluster. Immutable; each method returns changed options.
public final class DistributionOptions {
  /// The defaults: the cookie of the environment or the usual file, EPMD, any port of the loopback
  /// interface, every node that knows the cookie, a tick time of 60 seconds.
  public static final DistributionOptions DEFAULT =
      new DistributionOptions(
          null, null, 0, null, 0, true, _ -> true, Duration.ofSeconds(60));

  private final @Nullable String cookie;
  private final @Nullable InetAddress address;
  private final int port;
  private final @Nullable NodeResolver resolver;
  private final int epmdPort;
  private final boolean registered;
  private final Predicate<? super String> allowed;
  private final Duration tickTime;

  private DistributionOptions(
      @Nullable String cookie,
      @Nullable InetAddress address,
      int port,
      @Nullable NodeResolver resolver,
      int epmdPort,
      boolean registered,
      Predicate<? super String> allowed,
      Duration tickTime) {
    this.cookie = cookie;
    this.address = address;
    this.port = port;
    this.resolver = resolver;
    this.epmdPort = epmdPort;
    this.registered = registered;
    this.allowed = allowed;
    this.tickTime = tickTime;
  }

  /// Gives the cookie that all nodes of the cluster know. Without, it is that of the environment or
  /// of the file in the user's home that Erlang's nodes use.
  ///
  /// @param secret the cookie
  /// @return the options
  public DistributionOptions cookie(String secret) {
    return new DistributionOptions(
        Objects.requireNonNull(secret, "secret"),
        address,
        port,
        resolver,
        epmdPort,
        registered,
        allowed,
        tickTime);
  }

  /// Listens on an interface, for nodes of other machines to connect.
  ///
  /// @param where the address of the interface
  /// @return the options
  public DistributionOptions listen(InetAddress where) {
    return new DistributionOptions(
        cookie,
        Objects.requireNonNull(where, "where"),
        port,
        resolver,
        epmdPort,
        registered,
        allowed,
        tickTime);
  }

  /// Listens on a port of its own choice rather than one that the system chooses.
  ///
  /// @param number the port
  /// @return the options
  public DistributionOptions port(int number) {
    return new DistributionOptions(
        cookie, address, number, resolver, epmdPort, registered, allowed, tickTime);
  }

  /// Finds other nodes by another way than EPMD.
  ///
  /// @param how finds them
  /// @return the options
  public DistributionOptions resolver(NodeResolver how) {
    return new DistributionOptions(
        cookie,
        address,
        port,
        Objects.requireNonNull(how, "how"),
        epmdPort,
        registered,
        allowed,
        tickTime);
  }

  /// Asks EPMD on another port than that of the environment, or 4369.
  ///
  /// @param number the port
  /// @return the options
  public DistributionOptions epmdPort(int number) {
    return new DistributionOptions(
        cookie, address, port, resolver, number, registered, allowed, tickTime);
  }

  /// Does not register with EPMD: others have to find the node by another way.
  ///
  /// @return the options
  public DistributionOptions unregistered() {
    return new DistributionOptions(
        cookie, address, port, resolver, epmdPort, false, allowed, tickTime);
  }

  /// Lets only some nodes connect.
  ///
  /// @param who tells by a node's name whether it may
  /// @return the options
  public DistributionOptions allow(Predicate<? super String> who) {
    return new DistributionOptions(
        cookie,
        address,
        port,
        resolver,
        epmdPort,
        registered,
        Objects.requireNonNull(who, "who"),
        tickTime);
  }

  /// Sets how long another node may be silent before it is taken for lost, give or take a quarter.
  /// All nodes of a cluster should have the same.
  ///
  /// @param time at least a second
  /// @return the options
  public DistributionOptions tickTime(Duration time) {
    if (time.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "tickTime(" + time + "): it must be at least a second");
    }
    return new DistributionOptions(
        cookie, address, port, resolver, epmdPort, registered, allowed, time);
  }

  @Nullable String cookie() {
    return cookie;
  }

  @Nullable InetAddress address() {
    return address;
  }

  int port() {
    return port;
  }

  @Nullable NodeResolver resolver() {
    return resolver;
  }

  int epmdPort() {
    return epmdPort;
  }

  boolean isRegistered() {
    return registered;
  }

  Predicate<? super String> allowed() {
    return allowed;
  }

  Duration tickTime() {
    return tickTime;
  }
}
