package dev.belay.distribution.internal.tls;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// A connected socket whose bytes travel over TLS.
///
/// One thread may read while another writes, and any thread may close it: that never waits.
final class SecureSocket extends SocketOver {
  /*
   * Closing an SSLSocket says goodbye first, for which it takes the lock under which a writer may be waiting for a peer that is frozen.
   * So what is closed is the connection beneath: whoever reads or writes gets an exception. Without the goodbye nobody can tell a proper
   * end from one that an attacker made; nothing here depends on that, because what is cut off is lost, and a loss is told.
   */
  private final SSLSocket tls;
  private final InputStream in;
  private final OutputStream out;

  /// Reads, and says why it cannot.
  private static final class In extends FilterInputStream {
    In(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (SSLException e) {
        throw TlsFailure.of(e);
      }
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      try {
        return super.read(bytes, from, count);
      } catch (SSLException e) {
        throw TlsFailure.of(e);
      }
    }

    @Override
    public void close() {}
  }

  /// Writes as it is told, without taking single bytes.
  private final class Out extends FilterOutputStream {
    Out(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
    }

    @Override
    public void close() throws IOException {
      SecureSocket.this.close();
    }
  }

  /// @param beneath the connection
  /// @param tls what secures it; the handshake is done
  SecureSocket(Socket beneath, SSLSocket tls) throws IOException {
    super(beneath);
    this.tls = tls;
    this.in = new In(tls.getInputStream());
    this.out = new Out(tls.getOutputStream());
  }

  /// Returns the certificate of the other side.
  ///
  /// @return null if it has shown none
  @Nullable X509Certificate certificate() {
    try {
      return (X509Certificate) tls.getSession().getPeerCertificates()[0];
    } catch (SSLException _) {
      return null;
    }
  }

  /// Returns the version of TLS.
  String version() {
    return tls.getSession().getProtocol();
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    return out;
  }

  @Override
  public String toString() {
    return version() + " over " + beneath;
  }
}
