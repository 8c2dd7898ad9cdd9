/// The command `./belay`.
module dev.belay.cli {
  requires dev.belay.core;
  requires dev.belay.distribution;
  requires dev.belay.examples;
  requires dev.belay.otp;
  requires info.picocli;
  requires java.xml;
  requires static org.jspecify;

  opens dev.belay.cli to
      info.picocli;
}
