package dev.belay.examples.tour;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.node;

import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.examples.tunnel.Archive;
import dev.belay.examples.tunnel.StreamingChat;
import dev.belay.examples.tunnel.TunnelService;
import dev.belay.examples.tunnel.WebhookChat;
import dev.belay.otp.Application;
import dev.belay.otp.ApplicationRef;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.SupervisorRef;
import dev.belay.otp.Sys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// Chapter 12: the tunnel of chapter 7, as an application that lasts.
public final class TunnelApplication implements Chapter {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String TREE = "top";

  TunnelApplication() {}

  static void main() throws Exception {
    Tour.main(12);
  }

  @Override
  public String title() {
    return "An application";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        The tunnel of chapter 7 fell with its source, and stayed down. Here it is again, under a
        supervision tree. source reads the first chat, poster posts to the second one's webhook, and
        ledger keeps in a file which message was the last to be delivered. There is nothing else that
        anybody would have to remember: what came after it, the chat sends again when it is asked.
        """);
    Path folder = Files.createTempDirectory("belay-tour");
    Archive archive = new Archive();
    try (StreamingChat camp = new StreamingChat(archive, 0);
        WebhookChat summit = new WebhookChat()) {
      tell.run(() -> {
        tell.ofServers();
        Path file = folder.resolve("ledger");
        ApplicationRef running = start(tell, camp, summit, file);
        SupervisorRef top = tell.withoutCalls(running::supervisor).orElseThrow();
        try (StreamingChat again = serverIsGone(tell, top, archive, camp, summit, file)) {
          anyMayDie(tell, top, again, summit, file);
          stop(tell, running, archive, summit, file);
        }
      });
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static ApplicationRef start(
      Narrator tell, StreamingChat camp, WebhookChat summit, Path file) throws Exception {
    tell.step(
        "main starts the application, which starts its tree, from the top and first to last:");
    // @start region="start"
    TunnelService service = new TunnelService(camp.url(), summit.url(), file);
    Application application = Application.named("tunnel").supervisor(service.tree());
    ApplicationRef running = application.start(node());
    // @end
    SupervisorRef top = tell.withoutCalls(running::supervisor).orElseThrow();
    tell.label(top.pid().orElseThrow(), "top");
    check(camp.awaitListeners(1, PATIENCE), "somebody listens to the camp");
    tell.drawTree(TREE, top);
    tell.step("Somebody at the camp says something:");
    camp.say("the rope is fixed");
    awaitDelivered(tell, summit, file, 1);
    tell.show("posted at the summit: " + summit.messages().getFirst());
    return running;
  }

  private static StreamingChat serverIsGone(
      Narrator tell,
      SupervisorRef top,
      Archive archive,
      StreamingChat camp,
      WebhookChat summit,
      Path file)
      throws Exception {
    int port = camp.url().getPort();
    tell.step(
        """
        Now the camp's server is shut down: its stream breaks off, and nobody listens on its port any
        more. In chapter 7 that was the end of the tunnel. source crashes here as well:
        """);
    tell.withTimes();
    camp.close();
    tell.awaitEnds("source", 3);
    tell.say(
        """
        Nobody else has noticed. People at the camp go on talking meanwhile. Then the server is
        started again, on its port:
        """);
    archive.say("it is snowing");
    archive.say("Anna says: \"put the kettle on\"");
    StreamingChat again = new StreamingChat(archive, port);
    awaitDelivered(tell, summit, file, 3);
    tell.withoutTimes();
    tell.say("source has connected, asked for what came after message 1, and passed it on:");
    summit.messages().forEach(json -> tell.show("posted at the summit: " + json));
    tell.drawTree(TREE, top);
    return again;
  }

  private static void anyMayDie(
      Narrator tell, SupervisorRef top, StreamingChat camp, WebhookChat summit, Path file)
      throws Exception {
    int said = 3;
    tell.step(
        """
        Next, main kills each process below the top, one after the other. After each kill somebody
        says something, and main waits until it is posted:
        """);
    for (String path : List.of("ends/source", "ends/poster", "ends", "ledger")) {
      String text = "so much for " + path;
      said++;
      int number = said;
      Pid victim = tell.aside(() -> find(top, path));
      tell.aside(() -> {
        exit(victim, ExitReason.KILL);
        tell.awaitEnd(victim);
        say(camp, text);
        check(summit.awaitMessage(text, PATIENCE), "\"" + text + "\" is posted");
        awaitDelivered(tell, summit, file, number);
      });
      tell.show(path + " " + victim + " was killed; posted at the summit: " + text);
    }
    tell.say("And this is the tree now. Only its top is what it was:");
    tell.drawTree(TREE, top);
    tell.say(
        """
        Nobody in the program stands above the top. If that is killed the application has failed,
        and it is up to whoever has started the program to start it again. It goes on from the file.
        """);
  }

  /// Says something in a chat to which nobody may be listening at the moment.
  private static void say(StreamingChat chat, String text) {
    try {
      chat.say(text);
    } catch (IOException e) {
      // A listener is gone. The chat has accepted it nevertheless.
    }
  }

  private static Pid find(SupervisorRef top, String path) {
    SupervisorRef branch = top;
    String[] ids = path.split("/", -1);
    for (int i = 0; i < ids.length - 1; i++) {
      branch = SupervisorRef.of(node(), branch.child(ids[i]).orElseThrow());
    }
    return branch.child(ids[ids.length - 1]).orElseThrow();
  }

  private static void stop(
      Narrator tell, ApplicationRef running, Archive archive, WebhookChat summit, Path file)
      throws Exception {
    tell.step("At last main stops the application. It ends as any tree does, last to first:");
    Pid root = running.pid();
    running.stop();
    tell.awaitEnd(root);
    tell.say("What is left is the file. The next time, the tunnel goes on from there:");
    tell.show("the ledger's file says: " + Files.readString(file));
    tell.show(
        archive.size()
            + " messages were said at the camp, "
            + summit.messages().stream().distinct().count()
            + " came to the summit");
  }

  /// Waits until so many messages are posted, and the ledger knows.
  private static void awaitDelivered(Narrator tell, WebhookChat summit, Path file, int number)
      throws Exception {
    check(summit.awaitMessages(number, PATIENCE), number + " messages are posted");
    while (!Files.exists(file) || !Files.readString(file).equals(String.valueOf(number))) {
      Thread.sleep(1);
    }
    // And has said so: it answers what comes later when it has answered that.
    ServerRef<Object> ledger = ServerRef.named(node(), "tunnel.ledger", Object.class);
    tell.withoutCalls(() -> Sys.inspect(ledger, Server.class, _ -> true));
  }

  private static void check(boolean came, String what) {
    if (!came) {
      throw new IllegalStateException("not within " + PATIENCE.toSeconds() + " s: " + what);
    }
  }
}
