package dev.belay.distribution.internal.tls;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/// The connection beneath TLS, which until the end of the handshake can be read although it cannot
/// be written to any more.
///
/// Belongs to the thread that leads the handshake until [#settle].
final class HandshakeSocket extends SocketOver {
  /*
   * A peer that refuses a certificate sends an alert and closes, while this side still writes the rest of its part. The write fails, and
   * the platform would give up with "Broken pipe", although the reason has come. So a write that fails is passed over, as if the bytes
   * were on their way: next the platform reads, and finds the alert, or the end, which comes at once on a connection that is broken.
   *
   * `settled` is written once, before the socket is handed on.
   */
  private final OutputStream out;
  private boolean settled;

  private final class Out extends FilterOutputStream {
    Out(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      try {
        out.write(bytes, from, count);
      } catch (IOException e) {
        if (settled) {
          throw e;
        }
      }
    }

    @Override
    public void close() throws IOException {
      HandshakeSocket.this.close();
    }
  }

  HandshakeSocket(Socket beneath) throws IOException {
    super(beneath);
    this.out = new Out(beneath.getOutputStream());
  }

  /// Says that the handshake is over: from now on a write that fails is an error.
  void settle() {
    settled = true;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return beneath.getInputStream();
  }

  @Override
  public OutputStream getOutputStream() {
    return out;
  }
}
