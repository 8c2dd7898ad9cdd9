package dev.belay.puppet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A certificate for this host, its key, and the certificate of the authority that has issued it,
/// made by the JDK's `keytool`, in the files that `--tls` looks for.
///
/// @param folder where they are
record Certificates(Path folder) {
  private static final String PASSWORD = "changeit";

  /// Makes all in a new folder.
  static Certificates make(Path folder) throws IOException, GeneralSecurityException {
    Certificates made = new Certificates(Files.createDirectories(folder));
    Path store = folder.resolve("store.p12");
    keytool(store, "ca", "-dname", "CN=Alps", "-ext", "bc:c");
    keytool(
        store,
        "node",
        "-signer",
        "ca",
        "-dname",
        "CN=node",
        "-ext",
        "san=ip:127.0.0.1,dns:localhost");
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Files.writeString(
        made.authorities(), pem("CERTIFICATE", keys.getCertificate("ca").getEncoded()));
    Files.writeString(
        made.certificate(), pem("CERTIFICATE", keys.getCertificate("node").getEncoded()));
    Files.writeString(
        made.key(), pem("PRIVATE KEY", keys.getKey("node", PASSWORD.toCharArray()).getEncoded()));
    made.permit("r--------");
    return made;
  }

  Path certificate() {
    return folder.resolve("node.pem");
  }

  Path key() {
    return folder.resolve("node.key");
  }

  Path authorities() {
    return folder.resolve("ca.pem");
  }

  /// Says who may do what with the key.
  void permit(String mode) throws IOException {
    Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString(mode));
  }

  private static void keytool(Path store, String alias, String... further) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keystore", store.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", PASSWORD, "-alias", alias, "-validity", "30"));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of(further));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IllegalStateException("keytool: " + said);
    }
  }

  private static String pem(String label, byte[] content) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }
}
