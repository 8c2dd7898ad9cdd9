package dev.belay.distribution.internal.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The credentials that are in the files now, so that certificates can be renewed while the node
/// runs.
///
/// Any thread may ask; it may have to read the files.
final class LiveCredentials {
  /*
   * Whoever asks compares what the file system says of the files with what it said before they were read last. If that differs, or if
   * they had been written so shortly before that a second change need not show in their times, they are read again, by one thread at
   * a time. Files that make no sense are told of once, and the last good ones stay: certificate and key are often replaced one after
   * the other.
   *
   * | field   | writers        | read mode      | write mode |
   * | loaded  | under the lock | volatile       | volatile   |
   * | told    | under the lock | under the lock | plain      |
   */
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");
  private static final long SETTLE_MILLIS = 2_000;

  private final TlsSettings settings;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Loaded loaded;
  private String told = "";

  /// What the file system says of a file; a change shows in it.
  private record Stamp(@Nullable FileTime changed, long size, @Nullable Object identity) {
    static Stamp of(Path file) {
      try {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
      } catch (IOException _) {
        // Reading it will say why.
        return new Stamp(null, 0, null);
      }
    }

    boolean isOlderThan(long millis) {
      return changed != null && changed.toMillis() < millis - SETTLE_MILLIS;
    }
  }

  /// @param credentials the last good ones
  /// @param stamps of the files when they were read last
  /// @param settled whether a later change is sure to show in the stamps
  private record Loaded(Credentials credentials, List<Stamp> stamps, boolean settled) {
    static Loaded of(Credentials credentials, List<Stamp> stamps, long now) {
      return new Loaded(
          credentials, stamps, stamps.stream().allMatch(stamp -> stamp.isOlderThan(now)));
    }
  }

  /// Reads the files for the first time.
  ///
  /// @throws IOException if that fails, with the name of the file and what is wrong with it
  LiveCredentials(TlsSettings settings) throws IOException {
    this.settings = settings;
    List<Stamp> stamps = stamps();
    long now = System.currentTimeMillis();
    this.loaded = Loaded.of(Credentials.read(settings), stamps, now);
    X509Certificate own = loaded.credentials().chain().getFirst();
    try {
      own.checkValidity();
    } catch (CertificateException _) {
      // Not an error: the node works without others, and a new one may be on its way.
      LOGGER.log(System.Logger.Level.WARNING, () -> invalid(own));
    }
  }

  private List<Stamp> stamps() {
    return Stream.of(settings.certificates(), settings.key(), settings.authorities())
        .map(Stamp::of)
        .toList();
  }

  /// Returns the credentials for a new connection.
  Credentials current() {
    Loaded seen = loaded;
    if (seen.settled() && seen.stamps().equals(stamps())) {
      return seen.credentials();
    }
    lock.lock();
    try {
      return reload();
    } finally {
      lock.unlock();
    }
  }

  private Credentials reload() {
    Credentials old = loaded.credentials();
    List<Stamp> stamps = stamps();
    long now = System.currentTimeMillis();
    Credentials fresh = old;
    try {
      Credentials read = Credentials.read(settings);
      read.chain().getFirst().checkValidity();
      if (!read.equals(old)) {
        fresh = read;
        LOGGER.log(
            System.Logger.Level.INFO,
            () ->
                "the certificates for connections to other nodes have been renewed, from "
                    + settings.certificates()
                    + ": "
                    + Names.of(read.chain().getFirst()));
      }
      told = "";
    } catch (IOException e) {
      tell(String.valueOf(e.getMessage()));
    } catch (CertificateException _) {
      tell(settings.certificates() + " has a certificate that is not valid today");
    }
    loaded = Loaded.of(fresh, stamps, now);
    return fresh;
  }

  private void tell(String problem) {
    if (!told.equals(problem)) {
      told = problem;
      LOGGER.log(
          System.Logger.Level.WARNING,
          () ->
              "new certificates for connections to other nodes cannot be used, and the old ones"
                  + " stay: "
                  + problem);
    }
  }

  private String invalid(X509Certificate own) {
    return "the node's certificate in "
        + settings.certificates()
        + " is valid from "
        + own.getNotBefore().toInstant()
        + " to "
        + own.getNotAfter().toInstant()
        + ", and not now: other nodes will refuse it";
  }
}
