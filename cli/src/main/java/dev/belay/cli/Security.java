package dev.belay.cli;

import dev.belay.distribution.DistributionOptions;
import dev.belay.distribution.TlsOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// The options by which a command secures the connections of its node with TLS.
final class Security {
  private static final String CERTIFICATES = "node.pem";
  private static final String KEY = "node.key";
  private static final String AUTHORITIES = "ca.pem";

  @Option(
      names = "--tls",
      paramLabel = "FOLDER",
      description = {
        "Secure all connections with TLS, as Erlang does with -proto_dist inet_tls, by the files"
            + " "
            + CERTIFICATES
            + ", "
            + KEY
            + " and "
            + AUTHORITIES
            + " of this folder. All nodes of a cluster use TLS, or none does."
      })
  private @Nullable Path folder;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description =
          "The node's certificate, and then those between it and the authority, in PEM; instead of"
              + " "
              + CERTIFICATES
              + " of --tls.")
  private @Nullable Path certificates;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description =
          "The private key of the certificate, in PEM, PKCS #8, not encrypted, and with no access"
              + " for others (chmod 400); instead of "
              + KEY
              + " of --tls.")
  private @Nullable Path key;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description =
          "The certificates of the authorities whose certificates others may show, in PEM; instead"
              + " of "
              + AUTHORITIES
              + " of --tls.")
  private @Nullable Path authorities;

  @Option(
      names = "--tls-named-clients",
      description =
          "The certificate of a node that connects has to be for the host in that node's name, too.")
  private boolean namedClients;

  @Option(
      names = "--tls-any-client",
      description = "A node that connects need not have a certificate; the cookie is enough.")
  private boolean anyClient;

  @Option(
      names = "--tls-any-host",
      description =
          "The certificate of a node that is connected to may be for any host. Then every node can"
              + " pass for every other.")
  private boolean anyHost;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  Security() {}

  /// Returns options with TLS, if that was asked for.
  ///
  /// @param options how the node takes part in its cluster
  /// @throws ParameterException if what was asked for makes no sense
  DistributionOptions secure(DistributionOptions options) {
    if (folder == null && certificates == null && key == null && authorities == null) {
      refuse(namedClients, "--tls-named-clients");
      refuse(anyClient, "--tls-any-client");
      refuse(anyHost, "--tls-any-host");
      return options;
    }
    if (anyClient && namedClients) {
      throw misunderstood("--tls-any-client and --tls-named-clients exclude each other");
    }
    TlsOptions tls =
        TlsOptions.of(
            file(certificates, "--tls-cert", CERTIFICATES),
            file(key, "--tls-key", KEY),
            file(authorities, "--tls-ca", AUTHORITIES));
    if (anyHost) {
      tls = tls.anyHost();
    }
    if (anyClient) {
      tls = tls.anyClient();
    }
    if (namedClients) {
      tls = tls.namedClients();
    }
    return options.tls(tls);
  }

  private void refuse(boolean given, String option) {
    if (given) {
      throw misunderstood(option + " needs --tls, or --tls-cert, --tls-key and --tls-ca");
    }
  }

  private Path file(@Nullable Path given, String option, String usual) {
    Path all = folder;
    if (given != null) {
      return given;
    }
    if (all == null) {
      throw misunderstood(
          "TLS needs " + option + " FILE, too, or --tls FOLDER with the file " + usual + " in it");
    }
    return all.resolve(usual);
  }

  private ParameterException misunderstood(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
