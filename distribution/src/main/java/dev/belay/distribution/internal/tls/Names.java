package dev.belay.distribution.internal.tls;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// What certificates say of whom they are for.
final class Names {
  /// The kinds of alternative names, as certificates number them.
  private static final int DNS = 2;

  private static final int ADDRESS = 7;
  private static final int LONGEST = 255;

  private Names() {}

  /// Says which certificate it is.
  static String of(X509Certificate certificate) {
    return "that of "
        + printed(certificate.getSubjectX500Principal().getName())
        + ", issued by "
        + printed(certificate.getIssuerX500Principal().getName());
  }

  private static String printed(String name) {
    return name.isEmpty() ? "nobody" : printable(name);
  }

  /// Certificates come from anybody, and what they say goes into the log.
  private static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
      char c = text.charAt(i);
      printable.append(c < ' ' || c > '~' ? '?' : c);
    }
    return printable.toString();
  }

  /// Returns the hosts that a certificate is for.
  static List<String> hosts(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> name.get(0).equals(DNS) || name.get(0).equals(ADDRESS))
              .map(name -> printable((String) name.get(1)))
              .toList();
    } catch (CertificateParsingException _) {
      return List.of();
    }
  }

  /// Tells whether a certificate is for a host.
  static boolean isFor(X509Certificate certificate, String host) {
    return hosts(certificate).stream().anyMatch(name -> matches(name, host));
  }

  private static boolean matches(String name, String host) {
    if (isAddress(host)) {
      return isAddress(name) && InetAddress.ofLiteral(name).equals(InetAddress.ofLiteral(host));
    }
    String pattern = name.toLowerCase(Locale.ROOT);
    String wanted = host.toLowerCase(Locale.ROOT);
    if (!pattern.startsWith("*.")) {
      return pattern.equals(wanted);
    }
    // A star stands for one whole label, and not for what is above an organisation.
    int dot = wanted.indexOf('.');
    return dot > 0
        && pattern.indexOf('.', 2) > 0
        && wanted.substring(dot).equals(pattern.substring(1));
  }

  /// Tells whether a host is given by its address.
  static boolean isAddress(String host) {
    try {
      var _ = InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
