package dev.belay.distribution.internal.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Verifies the certificates of others as Java does, and says in words that help why one is
/// refused.
final class Verifier extends X509ExtendedTrustManager {
  /*
   * The work is the platform's: the chain, its dates, what it may be used for, and the host, if the socket's parameters ask for that.
   * An extended manager is handed the socket and is trusted to compare the host, so the socket is always passed on.
   */
  private final X509ExtendedTrustManager platform;

  /// A certificate is refused.
  static final class Refusal extends CertificateException {
    private static final long serialVersionUID = 1;

    /// @param cause the platform picks the alert for the peer by it
    Refusal(String message, Throwable cause) {
      super(message, cause);
    }
  }

  Verifier(List<X509Certificate> authorities) {
    this.platform = platform(authorities);
  }

  private static X509ExtendedTrustManager platform(List<X509Certificate> authorities) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (X509Certificate authority : authorities) {
        store.setCertificateEntry("authority" + store.size(), authority);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java platform verifies certificates", e);
    }
    throw new IllegalStateException("every Java platform verifies certificates");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket)
      throws CertificateException {
    try {
      platform.checkClientTrusted(chain, kind, socket);
    } catch (CertificateException e) {
      throw refusal(chain, e, "");
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket)
      throws CertificateException {
    try {
      platform.checkServerTrusted(chain, kind, socket);
    } catch (CertificateException e) {
      throw refusal(chain, e, host(socket));
    }
  }

  private static String host(@Nullable Socket socket) {
    SSLSession session = socket instanceof SSLSocket tls ? tls.getHandshakeSession() : null;
    String host = session == null ? null : session.getPeerHost();
    return host == null ? "" : host;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine)
      throws CertificateException {
    platform.checkClientTrusted(chain, kind, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine)
      throws CertificateException {
    platform.checkServerTrusted(chain, kind, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    platform.checkClientTrusted(chain, kind);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    platform.checkServerTrusted(chain, kind);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return platform.getAcceptedIssuers();
  }

  // why

  private static Refusal refusal(X509Certificate[] chain, CertificateException e, String host) {
    Throwable reason = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathValidatorException
          || cause instanceof CertPathBuilderException) {
        reason = cause;
      }
    }
    return new Refusal(why(chain, e, host), reason);
  }

  private static String why(X509Certificate[] chain, CertificateException e, String host) {
    for (X509Certificate certificate : chain) {
      try {
        certificate.checkValidity();
      } catch (CertificateExpiredException _) {
        return "its certificate has expired, on "
            + certificate.getNotAfter().toInstant()
            + ": "
            + Names.of(certificate);
      } catch (CertificateNotYetValidException _) {
        return "its certificate is not valid before "
            + certificate.getNotBefore().toInstant()
            + " (or a clock is wrong): "
            + Names.of(certificate);
      }
    }
    X509Certificate own = chain[0];
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException) {
        return "no authority that this node knows has issued its certificate, " + Names.of(own);
      }
    }
    if (!host.isEmpty() && e.getCause() == null && !Names.isFor(own, host)) {
      return "its certificate is not for the host "
          + host
          + ", but for "
          + Names.hosts(own)
          + ": "
          + Names.of(own);
    }
    return "its certificate is refused (" + e.getMessage() + "): " + Names.of(own);
  }
}
