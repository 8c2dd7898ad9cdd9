package dev.belay.distribution.internal.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Shows the one certificate that a node has.
///
/// It is shown also to a node that does not name its issuer among those that it knows: what is then
/// refused is refused with a reason, while no certificate at all would be the same as none.
final class OneKey extends X509ExtendedKeyManager {
  private static final String ALIAS = "node";

  private final Credentials credentials;

  OneKey(Credentials credentials) {
    this.credentials = credentials;
  }

  private @Nullable String alias(String... kinds) {
    return Arrays.asList(kinds).contains(credentials.key().getAlgorithm()) ? ALIAS : null;
  }

  @Override
  public String @Nullable [] getClientAliases(String kind, Principal @Nullable [] issuers) {
    return alias(kind) == null ? null : new String[] {ALIAS};
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] kinds, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(kinds);
  }

  @Override
  public String @Nullable [] getServerAliases(String kind, Principal @Nullable [] issuers) {
    return getClientAliases(kind, issuers);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String kind, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(kind);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return alias.equals(ALIAS) ? credentials.chain().toArray(X509Certificate[]::new) : null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return alias.equals(ALIAS) ? credentials.key() : null;
  }
}
