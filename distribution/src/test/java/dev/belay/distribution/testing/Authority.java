package dev.belay.distribution.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/// Issues certificates for tests, which so need no other program, and no key in a file.
///
/// What it writes is the least that X.509 asks for: version 3, signed with ECDSA.
public final class Authority {
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int OBJECT = 0x06;
  private static final int OCTETS = 0x04;
  private static final int BITS = 0x03;
  private static final int INTEGER = 0x02;
  private static final int UTF8 = 0x0C;
  private static final int UTC_TIME = 0x17;
  private static final byte[] TRUE = {1, 1, (byte) 0xFF};
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final String name;
  private final PrivateKey key;
  private final byte[] certificate;

  /// A certificate with its key, in PEM.
  public record Issued(String certificate, String key) {}

  /// What a certificate is to say.
  public final class Request {
    private final String subject;
    private final List<byte[]> names = new ArrayList<>();
    private String algorithm = "EC";
    private Instant from = Instant.now().minus(Duration.ofDays(1));
    private Instant to = Instant.now().plus(Duration.ofDays(1));
    private String use = "";

    private Request(String subject) {
      this.subject = subject;
    }

    /// For a host, too.
    public Request host(String host) {
      names.add(der(0x82, host.getBytes(ISO_8859_1)));
      return this;
    }

    /// For an address, too.
    public Request address(String address) {
      names.add(der(0x87, InetAddress.ofLiteral(address).getAddress()));
      return this;
    }

    /// With a key of a kind: EC, RSA or Ed25519.
    public Request key(String kind) {
      algorithm = kind;
      return this;
    }

    /// Valid for a time that is not now.
    public Request valid(Instant first, Instant last) {
      from = first;
      to = last;
      return this;
    }

    /// Only for a purpose, such as 1.3.6.1.5.5.7.3.1, a server.
    public Request onlyFor(String purpose) {
      use = purpose;
      return this;
    }

    /// Issues it.
    public Issued issue() throws GeneralSecurityException {
      KeyPair pair = pair(algorithm);
      List<byte[]> extensions = new ArrayList<>();
      if (!names.isEmpty()) {
        extensions.add(extension("2.5.29.17", der(SEQUENCE, names.toArray(byte[][]::new))));
      }
      if (!use.isEmpty()) {
        extensions.add(extension("2.5.29.37", der(SEQUENCE, oid(use))));
      }
      byte[] issued = sign(subject, pair, from, to, extensions, name, Authority.this.key);
      return new Issued(
          pem("CERTIFICATE", issued), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    }
  }

  private Authority(String name, PrivateKey key, byte[] certificate) {
    this.name = name;
    this.key = key;
    this.certificate = certificate;
  }

  /// Founds an authority.
  public static Authority named(String name) throws GeneralSecurityException {
    KeyPair pair = pair("EC");
    Instant now = Instant.now();
    byte[] ca = der(SEQUENCE, oid("2.5.29.19"), TRUE, der(OCTETS, der(SEQUENCE, TRUE)));
    byte[] certificate =
        sign(
            name,
            pair,
            now.minus(Duration.ofDays(100)),
            now.plus(Duration.ofDays(100)),
            List.of(ca),
            name,
            pair.getPrivate());
    return new Authority(name, pair.getPrivate(), certificate);
  }

  /// Begins a certificate.
  public Request certificate(String subject) {
    return new Request(subject);
  }

  /// A certificate for this host, as a node in a test needs it.
  public Issued node(String subject) throws GeneralSecurityException {
    return certificate(subject).host("localhost").address("127.0.0.1").issue();
  }

  /// Its own certificate, in PEM.
  public String pem() {
    return pem("CERTIFICATE", certificate);
  }

  /// Wraps bytes as PEM files do.
  public static String pem(String label, byte[] content) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private static KeyPair pair(String algorithm) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (algorithm.equals("EC")) {
      generator.initialize(256);
    } else if (algorithm.equals("RSA")) {
      generator.initialize(2048);
    }
    return generator.generateKeyPair();
  }

  private static byte[] sign(
      String subject,
      KeyPair pair,
      Instant from,
      Instant to,
      List<byte[]> extensions,
      String issuer,
      PrivateKey by)
      throws GeneralSecurityException {
    byte[] algorithm = der(SEQUENCE, oid("1.2.840.10045.4.3.2"));
    List<byte[]> parts =
        new ArrayList<>(
            List.of(
                der(0xA0, der(INTEGER, new byte[] {2})),
                der(INTEGER, new BigInteger(63, new SecureRandom()).toByteArray()),
                algorithm,
                name(issuer),
                der(SEQUENCE, time(from), time(to)),
                name(subject),
                pair.getPublic().getEncoded()));
    if (!extensions.isEmpty()) {
      parts.add(der(0xA3, der(SEQUENCE, extensions.toArray(byte[][]::new))));
    }
    byte[] body = der(SEQUENCE, parts.toArray(byte[][]::new));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(by);
    signature.update(body);
    return der(SEQUENCE, body, algorithm, der(BITS, new byte[] {0}, signature.sign()));
  }

  private static byte[] extension(String oid, byte[] value) {
    return der(SEQUENCE, oid(oid), der(OCTETS, value));
  }

  private static byte[] name(String common) {
    return der(
        SEQUENCE, der(SET, der(SEQUENCE, oid("2.5.4.3"), der(UTF8, common.getBytes(ISO_8859_1)))));
  }

  private static byte[] time(Instant instant) {
    return der(UTC_TIME, TIME.format(instant).getBytes(ISO_8859_1));
  }

  private static byte[] oid(String dotted) {
    String[] numbers = dotted.split("\\.", -1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(40 * Integer.parseInt(numbers[0]) + Integer.parseInt(numbers[1]));
    for (int i = 2; i < numbers.length; i++) {
      int number = Integer.parseInt(numbers[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (number >> shift != 0) {
          out.write(((number >> shift) & 0x7F) | 0x80);
        }
      }
      out.write(number & 0x7F);
    }
    return der(OBJECT, out.toByteArray());
  }

  /// Distinguished encoding: a tag, a length, and the parts one after the other.
  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
