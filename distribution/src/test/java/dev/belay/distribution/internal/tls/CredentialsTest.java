package dev.belay.distribution.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.internal.tls.TlsSettings.Clients;
import dev.belay.distribution.testing.Authority;
import dev.belay.distribution.testing.LogCapture;
import dev.belay.distribution.testing.Papers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The files of certificates: what is in them, what is wrong with them, and how they change.
class CredentialsTest {
  @TempDir Path folder;

  private Authority authority;
  private Papers papers;
  private TlsSettings settings;

  @BeforeEach
  void found() throws Exception {
    authority = Authority.named("Alps");
    papers = Papers.in(folder, "node");
    settings =
        new TlsSettings(
            papers.certificates(), papers.key(), papers.authorities(), true, Clients.KNOWN);
  }

  private void refused(String... parts) {
    assertThatThrownBy(() -> Credentials.read(settings))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(parts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void keysOfEachKindAreRead(String kind) throws Exception {
    papers.write(authority.certificate("n").key(kind).issue(), authority);
    Credentials credentials = Credentials.read(settings);
    assertThat(credentials.chain()).hasSize(1);
    assertThat(credentials.authorities()).hasSize(1);
    assertThat(credentials).hasToString("credentials of that of CN=n, issued by CN=Alps");
  }

  @Test
  void aChainIsKeptInItsOrder() throws Exception {
    Authority.Issued issued = authority.node("n");
    papers.write(issued, authority, Authority.named("Andes"));
    Papers.put(papers.certificates(), issued.certificate() + authority.pem(), "r--r--r--");
    assertThat(Credentials.read(settings).chain().getFirst().getSubjectX500Principal().getName())
        .isEqualTo("CN=n");
    assertThat(Credentials.read(settings).chain()).hasSize(2);
    assertThat(Credentials.read(settings).authorities()).hasSize(2);
  }

  @Test
  void allMayBeInOneFile() throws Exception {
    Authority.Issued issued = authority.node("n");
    Path all = folder.resolve("all.pem");
    Papers.put(
        all,
        "Bag Attributes\n" + issued.key() + "subject=CN=n\n" + issued.certificate(),
        "rw-------");
    papers.write(issued, authority);
    settings = new TlsSettings(all, all, papers.authorities(), true, Clients.KNOWN);
    assertThat(Credentials.read(settings).chain()).hasSize(1);
  }

  @Test
  void filesThatAreMissingAreNamed() throws Exception {
    papers.write(authority.node("n"), authority);
    Files.delete(papers.key());
    refused("no file " + papers.key(), "private key");
    Files.delete(papers.certificates());
    refused("no file " + papers.certificates(), "the node's certificate");
  }

  @Test
  void filesWithoutWhatTheyShouldHaveAreNamed() throws Exception {
    Authority.Issued issued = authority.node("n");
    papers.write(issued, authority);
    Papers.put(papers.key(), issued.certificate(), "r--------");
    refused(papers.key() + " has no private key");
    Papers.put(papers.key(), issued.key() + issued.key(), "r--------");
    refused(papers.key() + " has several private keys");
    Papers.put(papers.key(), issued.key(), "r--------");
    Papers.put(papers.authorities(), "", "r--------");
    refused(papers.authorities() + " has no certificate", "bundle");
  }

  @Test
  void damageIsNamed() throws Exception {
    Authority.Issued issued = authority.node("n");
    papers.write(issued, authority);
    String text = issued.certificate();
    Papers.put(papers.certificates(), text.substring(0, text.length() / 2), "r--------");
    refused(papers.certificates().toString(), "cut off");
    Papers.put(papers.certificates(), text.replace("MII", "!!!"), "r--------");
    refused(papers.certificates().toString(), "base 64");
    Papers.put(papers.certificates(), Authority.pem("CERTIFICATE", new byte[9]), "r--------");
    refused(papers.certificates().toString(), "cannot be read");
    Papers.put(papers.certificates(), text, "r--------");
    Papers.put(papers.key(), Authority.pem("PRIVATE KEY", new byte[9]), "r--------");
    refused(papers.key().toString(), "damaged");
  }

  @ParameterizedTest
  @CsvSource({
    "ENCRYPTED PRIVATE KEY, is encrypted",
    "RSA PRIVATE KEY, openssl pkcs8 -topk8",
    "EC PRIVATE KEY, openssl pkcs8 -topk8"
  })
  void keysOfOtherFormsAreNamed(String label, String part) throws Exception {
    papers.write(authority.node("n"), authority);
    Papers.put(papers.key(), Authority.pem(label, new byte[9]), "r--------");
    refused(papers.key().toString(), part);
  }

  @Test
  void anOldEncryptedKeyIsNamed() throws Exception {
    papers.write(authority.node("n"), authority);
    Papers.put(
        papers.key(),
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,00

        AAAA
        -----END RSA PRIVATE KEY-----
        """,
        "r--------");
    refused(papers.key().toString(), "is encrypted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void theKeyOfAnotherCertificateIsRefused(String kind) throws Exception {
    papers.write(authority.node("n"), authority);
    Papers.put(papers.key(), authority.certificate("m").key(kind).issue().key(), "r--------");
    refused(papers.key().toString(), papers.certificates().toString(), "CN=n");
  }

  @ParameterizedTest
  @CsvSource({"rw-r--r--, true", "rw--w----, true", "rw-----w-, true", "r--r-----, false"})
  void aKeyThatOthersCanUseIsRefused(String mode, boolean refused) throws Exception {
    papers.write(authority.node("n"), authority);
    Files.setPosixFilePermissions(papers.key(), PosixFilePermissions.fromString(mode));
    if (refused) {
      refused(papers.key().toString(), "chmod");
    } else {
      assertThat(Credentials.read(settings).chain()).hasSize(1);
    }
  }

  // renewal

  private static String subject(LiveCredentials credentials) {
    return credentials.current().chain().getFirst().getSubjectX500Principal().getName();
  }

  @Test
  void newFilesAreTaken() throws Exception {
    papers.write(authority.node("one"), authority);
    try (LogCapture log = new LogCapture(Level.INFO)) {
      LiveCredentials credentials = new LiveCredentials(settings);
      assertThat(subject(credentials)).isEqualTo("CN=one");
      for (int i = 2; i < 6; i++) {
        papers.write(authority.node("number" + i), authority);
        assertThat(subject(credentials)).isEqualTo("CN=number" + i);
        assertThat(subject(credentials)).isEqualTo("CN=number" + i);
      }
      assertThat(log.with("renewed")).hasSize(4);
      assertThat(log.from(Level.WARNING)).isEmpty();
    }
  }

  @Test
  void filesThatMakeNoSenseChangeNothingAndAreToldOnce() throws Exception {
    Authority.Issued first = authority.node("one");
    papers.write(first, authority);
    Authority.Issued second = authority.node("two");
    try (LogCapture log = new LogCapture(Level.INFO)) {
      LiveCredentials credentials = new LiveCredentials(settings);
      Papers.put(papers.certificates(), second.certificate(), "r--r--r--");
      assertThat(subject(credentials)).isEqualTo("CN=one");
      assertThat(subject(credentials)).isEqualTo("CN=one");
      assertThat(log.from(Level.WARNING))
          .hasSize(1)
          .first()
          .asString()
          .contains("the old ones stay");
      Papers.put(papers.key(), second.key(), "r--------");
      assertThat(subject(credentials)).isEqualTo("CN=two");
      Files.delete(papers.authorities());
      assertThat(subject(credentials)).isEqualTo("CN=two");
      assertThat(log.from(Level.WARNING)).hasSize(2);
    }
  }

  @Test
  void anOldCertificateIsNoRenewal() throws Exception {
    papers.write(authority.node("one"), authority);
    LiveCredentials credentials = new LiveCredentials(settings);
    Instant now = Instant.now();
    papers.write(
        authority
            .certificate("old")
            .valid(now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)))
            .issue(),
        authority);
    try (LogCapture log = new LogCapture(Level.INFO)) {
      assertThat(subject(credentials)).isEqualTo("CN=one");
      assertThat(log.with("not valid today")).hasSize(1);
      // A node can start with it all the same.
      assertThat(subject(new LiveCredentials(settings))).isEqualTo("CN=old");
      assertThat(log.with("other nodes will refuse it")).hasSize(1);
    }
  }

  @Test
  void filesThatHaveSettledAreNotReadAgain() throws Exception {
    papers.write(authority.node("one"), authority);
    for (Path file : new Path[] {papers.certificates(), papers.key(), papers.authorities()}) {
      Files.setLastModifiedTime(
          file, java.nio.file.attribute.FileTime.from(Instant.now().minusSeconds(60)));
    }
    LiveCredentials credentials = new LiveCredentials(settings);
    Credentials read = credentials.current();
    assertThat(credentials.current()).isSameAs(read);
    papers.write(authority.node("two"), authority);
    assertThat(subject(credentials)).isEqualTo("CN=two");
  }
}
