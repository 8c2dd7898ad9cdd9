package dev.belay.distribution.internal.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// A connected socket that is another one but for its streams.
///
/// Only what is asked of connected sockets here, or by the platform's TLS, is passed on.
abstract class SocketOver extends Socket {
  /// The connection.
  final Socket beneath;

  SocketOver(Socket beneath) {
    this.beneath = beneath;
  }

  @Override
  public void close() throws IOException {
    beneath.close();
  }

  @Override
  public boolean isClosed() {
    return beneath.isClosed();
  }

  @Override
  public boolean isConnected() {
    return beneath.isConnected();
  }

  @Override
  public boolean isBound() {
    return beneath.isBound();
  }

  @Override
  public void shutdownInput() throws IOException {
    beneath.shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    beneath.shutdownOutput();
  }

  @Override
  public boolean isInputShutdown() {
    return beneath.isInputShutdown();
  }

  @Override
  public boolean isOutputShutdown() {
    return beneath.isOutputShutdown();
  }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    beneath.setSoTimeout(millis);
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return beneath.getSoTimeout();
  }

  @Override
  public int getSoLinger() throws SocketException {
    return beneath.getSoLinger();
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    return beneath.getInetAddress();
  }

  @Override
  public int getPort() {
    return beneath.getPort();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return beneath.getRemoteSocketAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    return beneath.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return beneath.getLocalPort();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return beneath.getLocalSocketAddress();
  }

  @Override
  public String toString() {
    return beneath.toString();
  }
}
