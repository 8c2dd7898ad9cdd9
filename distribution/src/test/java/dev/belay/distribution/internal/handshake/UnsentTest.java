package dev.belay.distribution.internal.handshake;

import static dev.belay.distribution.internal.handshake.Dialogue.A;
import static dev.belay.distribution.internal.handshake.Dialogue.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.internal.handshake.HandshakeException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What cannot be sent, because the peer has closed already: what it has said before is the reason.
@Timeout(30)
class UnsentTest {
  /// A connection that cannot be written to.
  private static final class Broken extends Socket {
    private final InputStream in;
    private boolean closed;

    Broken(InputStream in) {
      this.in = in;
    }

    @Override
    public InputStream getInputStream() {
      return in;
    }

    @Override
    public OutputStream getOutputStream() {
      return new OutputStream() {
        @Override
        public void write(int one) throws IOException {
          throw new SocketException("Broken pipe");
        }
      };
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /// The alert of a peer that refuses a certificate is read with what comes over TLS.
  @Test
  void aRefusalIsReadAllTheSame() throws Exception {
    HandshakeException refusal = new HandshakeException(Reason.TLS, "it is refused");
    Broken socket =
        new Broken(
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw refusal;
              }

              @Override
              public int read(byte[] into, int offset, int count) throws IOException {
                throw refusal;
              }
            });
    try (Station a = new Station(A, Framing.TLS)) {
      Peers.Begun<Station.Line> begun = (Peers.Begun<Station.Line>) a.peers.connect(B);
      assertThatThrownBy(() -> a.greeting().connect(socket, Framing.TLS, begun.attempt()))
          .isSameAs(refusal);
      assertThat(socket.closed).isTrue();
    }
  }

  @Test
  void ifNothingWasSaidThatIsTheReason() throws Exception {
    Broken socket = new Broken(InputStream.nullInputStream());
    try (Station a = new Station(A, Framing.TCP)) {
      Peers.Begun<Station.Line> begun = (Peers.Begun<Station.Line>) a.peers.connect(B);
      assertThatThrownBy(() -> a.greeting().connect(socket, Framing.TCP, begun.attempt()))
          .isInstanceOf(SocketException.class)
          .hasMessage("Broken pipe");
      assertThat(socket.closed).isTrue();
    }
  }
}
