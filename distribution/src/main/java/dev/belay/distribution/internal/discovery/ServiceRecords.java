package dev.belay.distribution.internal.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/// Service records (SRV) of the domain name system.
public final class ServiceRecords {
  private static final Pattern DOMAIN_NAME =
      Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");
  private static final Pattern RECORD =
      Pattern.compile("([0-9]{1,5}) ([0-9]{1,5}) ([0-9]{1,5}) ([A-Za-z0-9._-]+)");
  private static final int MOST_RECORDS = 16;

  private final String server;
  private final Duration timeout;
  private final RandomGenerator random;

  /// A service record.
  ///
  /// @param priority those with the lowest come first
  /// @param weight those of one priority come in a random order, in which more weight is better
  /// @param port where the service listens
  /// @param target its host
  record Service(int priority, int weight, int port, String target) {}

  /// Makes the service records of a server known.
  ///
  /// @param server the address of a name server as in `dns://192.0.2.1`; `dns:` for those of the
  ///   system
  /// @param timeout how long to wait for each answer
  /// @param random for the order of services of one priority; any thread may use it
  public ServiceRecords(String server, Duration timeout, RandomGenerator random) {
    this.server = server;
    this.timeout = timeout;
    this.random = random;
  }

  /// Finds where a service listens.
  ///
  /// @param domainName the name of the records, such as `_node._tcp.example.org`
  /// @return the addresses in the order in which to try them; none if there are no such records
  /// @throws IOException if the name service could not be asked
  public List<InetSocketAddress> resolve(String domainName) throws IOException {
    // JNDI takes names with a scheme, such as ldap:, elsewhere; none of that gets through here.
    if (!DOMAIN_NAME.matcher(domainName).matches()) {
      return List.of();
    }
    List<Service> services =
        Lookup.within(timeout.plus(timeout), "the services " + domainName, () -> query(domainName));
    List<InetSocketAddress> addresses = new ArrayList<>();
    IOException failure = null;
    for (Service service : inOrder(services, random)) {
      try {
        for (InetAddress address : Lookup.addresses(service.target(), timeout)) {
          addresses.add(new InetSocketAddress(address, service.port()));
        }
      } catch (IOException e) {
        failure = e;
      }
    }
    if (addresses.isEmpty() && failure != null) {
      throw failure;
    }
    return List.copyOf(addresses);
  }

  // Only texts are read from the answers of a name server; nothing is loaded or deserialized.
  @SuppressWarnings({"BanJNDI", "JdkObsolete"})
  private List<Service> query(String domainName) throws NamingException {
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    environment.put(Context.PROVIDER_URL, server);
    environment.put("com.sun.jndi.dns.timeout.initial", Long.toString(timeout.toMillis()));
    environment.put("com.sun.jndi.dns.timeout.retries", "1");
    InitialDirContext context = new InitialDirContext(environment);
    try {
      Attribute attribute = context.getAttributes(domainName, new String[] {"SRV"}).get("SRV");
      return attribute == null ? List.of() : services(attribute);
    } catch (NameNotFoundException e) {
      return List.of();
    } finally {
      context.close();
    }
  }

  private static List<Service> services(Attribute attribute) throws NamingException {
    List<Service> services = new ArrayList<>();
    NamingEnumeration<?> values = attribute.getAll();
    try {
      while (values.hasMore() && services.size() < MOST_RECORDS) {
        Matcher matcher = RECORD.matcher(String.valueOf(values.next()));
        if (matcher.matches()) {
          services.add(
              new Service(
                  Integer.parseInt(matcher.group(1)),
                  Integer.parseInt(matcher.group(2)),
                  Integer.parseInt(matcher.group(3)),
                  matcher.group(4)));
        }
      }
    } finally {
      values.close();
    }
    return services;
  }

  /// Puts services in the order in which to try them (RFC 2782).
  static List<Service> inOrder(List<Service> services, RandomGenerator random) {
    List<Service> left = new ArrayList<>(services);
    // Those without weight first, so that they have a small chance at all.
    left.sort(Comparator.comparingInt(Service::priority).thenComparingInt(Service::weight));
    List<Service> ordered = new ArrayList<>();
    while (!left.isEmpty()) {
      ordered.add(left.remove(choose(left, random)));
    }
    return ordered;
  }

  /// Chooses one of the lowest priority by weight.
  private static int choose(List<Service> services, RandomGenerator random) {
    int priority = services.getFirst().priority();
    int total = 0;
    for (Service service : services) {
      if (service.priority() == priority) {
        total += service.weight();
      }
    }
    int mark = random.nextInt(total + 1);
    int sum = 0;
    int index = -1;
    do {
      index++;
      sum += services.get(index).weight();
    } while (sum < mark);
    return index;
  }
}
