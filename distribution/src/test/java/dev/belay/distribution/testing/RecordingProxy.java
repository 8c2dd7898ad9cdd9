package dev.belay.distribution.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Stands between two programs, and keeps all that they say to each other.
public final class RecordingProxy implements AutoCloseable {
  private static final int PIECE = 8 << 10;

  private final CuttingProxy.Target target;
  private final ServerSocket server;
  private final List<Conversation> conversations = new CopyOnWriteArrayList<>();

  /// One connection. What is kept of it may become more.
  public static final class Conversation {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream back = new ByteArrayOutputStream();
    private final Socket from;
    private final Socket to;

    private Conversation(Socket from, Socket to) {
      this.from = from;
      this.to = to;
    }

    /// What the side that has connected has said until now.
    public byte[] out() {
      return out.toByteArray();
    }

    /// What was said to it.
    public byte[] back() {
      return back.toByteArray();
    }

    private void close() {
      try {
        from.close();
        to.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// Begins to stand before something.
  public RecordingProxy(CuttingProxy.Target target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 100, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().name("recorder").start(this::accept);
  }

  /// Where one has to connect.
  public int port() {
    return server.getLocalPort();
  }

  /// All connections there have been, the first one first.
  public List<Conversation> conversations() {
    return List.copyOf(conversations);
  }

  private void accept() {
    try {
      while (true) {
        begin(server.accept());
      }
    } catch (IOException _) {
      conversations.forEach(Conversation::close);
    }
  }

  private void begin(Socket from) throws IOException {
    Socket to = new Socket();
    try {
      to.connect(target.address());
      to.setTcpNoDelay(true);
      from.setTcpNoDelay(true);
    } catch (IOException _) {
      to.close();
      from.close();
      return;
    }
    Conversation conversation = new Conversation(from, to);
    conversations.add(conversation);
    Thread.ofVirtual().name("recorder").start(() -> pass(from, to, conversation.out));
    Thread.ofVirtual().name("recorder").start(() -> pass(to, from, conversation.back));
  }

  /// Keeps each piece before it passes it on: who has got an answer finds it here.
  private static void pass(Socket from, Socket to, ByteArrayOutputStream kept) {
    byte[] piece = new byte[PIECE];
    try {
      for (int count = from.getInputStream().read(piece);
          count >= 0;
          count = from.getInputStream().read(piece)) {
        kept.write(piece, 0, count);
        to.getOutputStream().write(piece, 0, count);
      }
      to.shutdownOutput();
    } catch (IOException _) {
      // One of the two has gone.
      try {
        from.close();
        to.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// Ends with all its connections.
  @Override
  public void close() throws IOException {
    server.close();
    conversations.forEach(Conversation::close);
  }
}
