package dev.belay.death;

import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.node;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.relinquish;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.skip;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.whereis;

import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A point in a program at which an exit signal may find a process, and which an interrupt or a
/// wake-up frees.
///
/// @param name where it is
/// @param stay goes there, and stays until it is told to exit
/// @param frame a method that is on the stack while it is there
/// @param blocked whether its thread waits there, rather than runs
record Point(String name, Stay stay, String frame, boolean blocked) {
  /// What a process does at a point.
  interface Stay {
    void at(Stage stage) throws Exception;
  }

  private static final Duration LONG = Duration.ofMinutes(10);

  @Override
  public String toString() {
    return name;
  }

  /// Waits until the process is there.
  void awaitArrival(Stage stage) {
    Thread thread = stage.thread();
    Await.untilIn(thread, frame);
    if (blocked) {
      Await.until(
          thread + " waits",
          () ->
              switch (thread.getState()) {
                case BLOCKED, WAITING, TIMED_WAITING -> true;
                case NEW, RUNNABLE, TERMINATED -> false;
              });
    }
  }

  static List<Point> all() {
    return List.of(
        blocked("receive", "park", stage -> receive(Void.class)),
        blocked("receive with a timeout", "park", stage -> receive(Void.class, LONG)),
        blocked("receive after many other messages", "park", Point::receiveAmongMany),
        blocked("sleep", "park", stage -> sleep(LONG)),
        blocked("isAlive of an exiting process", "await", Point::awaitEndOfAnother),
        blocked("the receive of an inbox of its own", "park", Point::receiveFromInbox),
        blocked("a selector", "selectSlowly", Point::receiveSlowly),
        running("a loop that calls verbs", "callVerbs", stage -> callVerbs()),
        running("a computation", "compute", stage -> compute()),
        blocked("Thread.sleep", "sleep", stage -> Thread.sleep(LONG)),
        blocked("Thread.join", "join", stage -> stage.holdMonitor().join()),
        blocked("Object.wait", "wait", stage -> waitOn(new Object())),
        blocked("synchronized", "sleepIn", stage -> sleepIn(new Object())),
        blocked("entering a monitor", "enterMonitor", Stage::enterMonitor),
        blocked("lockInterruptibly", "lockInterruptibly", Point::lockTwice),
        blocked("CountDownLatch.await", "await", stage -> new CountDownLatch(1).await()),
        blocked("CompletableFuture.get", "get", stage -> new CompletableFuture<Void>().get()),
        blocked("BlockingQueue.take", "take", stage -> new LinkedBlockingQueue<Void>().take()),
        blocked("SynchronousQueue.put", "put", stage -> new SynchronousQueue<Stage>().put(stage)),
        blocked("a finally block after an exception", "sleep", Point::sleepInFinally),
        blocked("a catch block", "sleep", Point::sleepInCatch),
        blocked("a class initialiser", "<clinit>", stage -> BadClasses.initialiseSlowly()),
        blocked("a socket read", "implRead", Point::readSocket),
        blocked("a socket read with a timeout", "implRead", Point::readSocketTimed),
        blocked("accept", "accept", Point::accept),
        blocked("a datagram receive", "receive", Point::receiveDatagram),
        blocked("a SocketChannel read", "read", Point::readChannel),
        blocked("a ServerSocketChannel accept", "accept", Point::acceptChannel),
        blocked("a Pipe read", "read", Point::readPipe),
        running("Selector.select", "select", Point::select));
  }

  private static Point blocked(String name, String frame, Stay stay) {
    return new Point(name, stay, frame, true);
  }

  private static Point running(String name, String frame, Stay stay) {
    return new Point(name, stay, frame, false);
  }

  private static void receiveAmongMany(Stage stage) {
    for (int i = 0; i < 1_000; i++) {
      send(self(), i);
    }
    receive(Void.class);
  }

  private static void awaitEndOfAnother(Stage stage) {
    Pid slow =
        node().spawn(SpawnOptions.DEFAULT.grace(LONG).label("slow"), stage::awaitReleaseDeafly);
    node().exit(slow, ExitReason.SHUTDOWN);
    isAlive(slow);
  }

  private static void receiveFromInbox(Stage stage) {
    try (Inbox inbox = node().inbox()) {
      inbox.receive();
    }
  }

  private static void receiveSlowly(Stage stage) {
    send(self(), "look at this");
    receive(Point::selectSlowly);
  }

  private static @Nullable Object selectSlowly(Object message) {
    try {
      Thread.sleep(LONG);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return skip();
  }

  private static void callVerbs() {
    while (whereis("nobody").isEmpty()) {
      relinquish();
    }
  }

  private static void compute() {
    AtomicLong steps = new AtomicLong();
    while (!Thread.currentThread().isInterrupted()) {
      steps.incrementAndGet();
    }
    send(self(), steps);
  }

  private static void waitOn(Object monitor) throws InterruptedException {
    synchronized (monitor) {
      while (true) {
        monitor.wait();
      }
    }
  }

  private static void sleepIn(Object monitor) throws InterruptedException {
    synchronized (monitor) {
      Thread.sleep(LONG);
    }
  }

  private static void lockTwice(Stage stage) throws InterruptedException {
    ReentrantLock lock = new ReentrantLock();
    Thread holder = Thread.ofPlatform().start(() -> stage.holding(lock));
    Await.until("the lock is taken by " + holder, lock::isLocked);
    lock.lockInterruptibly();
  }

  private static void sleepInFinally(Stage stage) throws Exception {
    try {
      throw new IOException("the first reason, if nothing happens meanwhile");
    } finally {
      Thread.sleep(LONG);
    }
  }

  private static void sleepInCatch(Stage stage) throws InterruptedException {
    try {
      throw new IOException("handled");
    } catch (IOException e) {
      Thread.sleep(LONG);
    }
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  private static Socket connected(Stage stage) throws IOException {
    ServerSocket server = stage.keep(new ServerSocket(0, 1, loopback()));
    Socket socket = stage.keep(new Socket(loopback(), server.getLocalPort()));
    stage.keep(server.accept());
    return socket;
  }

  private static void readSocket(Stage stage) throws IOException {
    send(self(), connected(stage).getInputStream().read());
  }

  private static void readSocketTimed(Stage stage) throws IOException {
    Socket socket = connected(stage);
    socket.setSoTimeout((int) LONG.toMillis());
    send(self(), socket.getInputStream().read());
  }

  private static void accept(Stage stage) throws IOException {
    stage.keep(new ServerSocket(0, 1, loopback())).accept().close();
  }

  private static void receiveDatagram(Stage stage) throws IOException {
    stage.keep(new DatagramSocket(0, loopback())).receive(new DatagramPacket(new byte[1], 1));
  }

  private static void readChannel(Stage stage) throws IOException {
    ServerSocketChannel server = stage.keep(ServerSocketChannel.open());
    server.bind(new InetSocketAddress(loopback(), 0));
    SocketChannel channel = stage.keep(SocketChannel.open(server.getLocalAddress()));
    stage.keep(server.accept());
    own(channel);
    send(self(), channel.read(ByteBuffer.allocate(1)));
  }

  private static void acceptChannel(Stage stage) throws IOException {
    ServerSocketChannel server = stage.keep(ServerSocketChannel.open());
    server.bind(new InetSocketAddress(loopback(), 0)).accept().close();
  }

  private static void readPipe(Stage stage) throws IOException {
    Pipe pipe = Pipe.open();
    stage.keep(pipe.sink());
    send(self(), stage.keep(pipe.source()).read(ByteBuffer.allocate(1)));
  }

  private static void select(Stage stage) throws IOException {
    try (Selector selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(loopback(), 0)).configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT);
      while (selector.select(TimeUnit.MINUTES.toMillis(10)) == 0) {
        relinquish();
      }
    }
  }
}
