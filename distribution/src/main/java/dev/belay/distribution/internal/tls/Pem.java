package dev.belay.distribution.internal.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One part of a PEM file.
///
/// @param label what it says that it is, such as `CERTIFICATE`
/// @param content what it is
/// @param encrypted whether a header says that it is encrypted, in the manner of old tools
@SuppressWarnings("ArrayRecordComponent") // never compared
record Pem(String label, byte[] content, boolean encrypted) {
  private static final int LONGEST = 1 << 20;
  private static final String BEGIN = "-----BEGIN ";
  private static final Pattern PART =
      Pattern.compile(BEGIN + "([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final Pattern HEADER = Pattern.compile("(?m)^[A-Za-z-]+:.*$");

  /// Reads the parts of a file. What stands between them does not matter.
  ///
  /// @param what the file is for, for errors
  /// @throws IOException if it cannot be read, or is damaged, with the file's name
  static List<Pem> read(Path file, String what) throws IOException {
    String text = text(file, what);
    List<Pem> parts = new ArrayList<>();
    Matcher matcher = PART.matcher(text);
    while (matcher.find()) {
      parts.add(part(matcher.group(1), matcher.group(2), file));
    }
    if (parts.size() != text.split(BEGIN, -1).length - 1) {
      throw new IOException(file + " is damaged: a BEGIN line has no END line. Is it cut off?");
    }
    return parts;
  }

  private static String text(Path file, String what) throws IOException {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(LONGEST + 1);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file + ", which should have " + what, e);
    } catch (AccessDeniedException e) {
      throw new IOException("this program may not read " + file + ", which has " + what, e);
    } catch (IOException e) {
      throw new IOException(file + ", which should have " + what + ": " + e.getMessage(), e);
    }
    if (content.length > LONGEST) {
      throw new IOException(
          file + ", which should have " + what + ", is longer than " + LONGEST + " bytes");
    }
    return new String(content, ISO_8859_1);
  }

  private static Pem part(String label, String body, Path file) throws IOException {
    String data = HEADER.matcher(body).replaceAll("");
    boolean encrypted = body.contains("ENCRYPTED");
    try {
      return new Pem(label, Base64.getDecoder().decode(data.replaceAll("\\s", "")), encrypted);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is damaged: a " + label + " in it is not in base 64", e);
    }
  }
}
