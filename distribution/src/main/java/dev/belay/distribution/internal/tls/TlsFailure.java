package dev.belay.distribution.internal.tls;

import dev.belay.distribution.internal.handshake.HandshakeException;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// Why two nodes have not come to be connected over TLS, in words that say what to do.
final class TlsFailure {
  /*
   * The platform has one kind of exception for all of it, and tells what it is in texts. Where a text is not known, it is passed on.
   */
  private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

  private TlsFailure() {}

  /// Makes an exception of what was thrown while a connection was secured, or by a secured one.
  static HandshakeException of(IOException thrown) {
    HandshakeException failure =
        new HandshakeException(HandshakeException.Reason.TLS, explain(thrown));
    failure.initCause(thrown);
    return failure;
  }

  private static String explain(IOException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof Verifier.Refusal refusal) {
        return String.valueOf(refusal.getMessage());
      }
    }
    String text = String.valueOf(thrown.getMessage());
    Matcher alert = ALERT.matcher(text);
    if (alert.find()) {
      return alert(alert.group(1));
    }
    return thrown instanceof SSLException ? local(text) : "the connection broke: " + text;
  }

  /// What the other side says.
  private static String alert(String name) {
    String meaning =
        switch (name) {
          case "certificate_required" ->
              "it demands a certificate of this node, and has not got one";
          case "certificate_expired" ->
              "it says that a certificate of this node has expired (or its clock is wrong)";
          case "certificate_revoked" -> "it says that the certificate of this node is revoked";
          case "unknown_ca" ->
              "it does not know the authority that has issued the certificate of this node";
          case "bad_certificate", "certificate_unknown", "unsupported_certificate" ->
              "it does not accept the certificate of this node: unknown authority, expired, another"
                  + " host, or not for this use. It says which in its own log";
          case "protocol_version" -> "it speaks neither TLS 1.3 nor 1.2";
          case "handshake_failure", "insufficient_security" ->
              "it has no cipher suite in common with this node, or does not get the certificate"
                  + " that it demands";
          default -> "it has broken off";
        };
    return meaning + " (TLS alert " + name + ")";
  }

  /// What this side has found.
  private static String local(String text) {
    if (text.contains("Empty client certificate chain")) {
      // With TLS 1.3 a certificate is kept back if its authority is none of those asked for.
      return "it shows no certificate, or none of an authority that this node knows, and this node"
          + " demands one. Give it one, or do without (TlsOptions.anyClient)";
    }
    if (text.contains("Unsupported or unrecognized SSL message")) {
      return "it does not speak TLS, and this node does. All nodes of a cluster do, or none";
    }
    if (text.contains("terminated the handshake")) {
      return "it has closed the connection while it was being secured. Does it speak TLS?";
    }
    if (text.contains("no cipher suites in common")) {
      return "it has no cipher suite in common with this node";
    }
    if (text.contains("protocol_version") || text.contains("not enabled or supported")) {
      return "it speaks neither TLS 1.3 nor 1.2";
    }
    if (text.contains("bad_record_mac") || text.contains("Tag mismatch")) {
      return "what came is not what was sent: bytes were changed on the way (" + text + ")";
    }
    return "TLS: " + text;
  }
}
