package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Bitstring;
import dev.belay.distribution.ExternalFun;
import dev.belay.distribution.Fun;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.NativeRecord;
import dev.belay.distribution.Port;
import dev.belay.distribution.Tuple;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Terms of all kinds, from a seed.
final class RandomTerms {
  private final Random random;

  RandomTerms(long seed) {
    this.random = new Random(seed);
  }

  /// Returns a term.
  ///
  /// @param depth how deep it may nest
  Object term(int depth) {
    return switch (random.nextInt(depth > 0 ? 18 : 11)) {
      case 0 -> (long) random.nextInt(-2, 300);
      case 1 -> random.nextLong() >> random.nextInt(Long.SIZE);
      case 2 -> integer();
      case 3 -> random.nextGaussian() * Math.pow(10, random.nextInt(-300, 300));
      case 4 -> atom();
      case 5 -> binary();
      case 6 -> new Bitstring(Binary.of(bytes(1 + random.nextInt(5))), 1 + random.nextInt(7));
      case 7 -> pid();
      case 8 -> new WireRef(atom(), random.nextInt(), random.ints(1 + random.nextInt(5)).toArray());
      case 9 -> new Port(atom(), random.nextLong(), random.nextInt());
      case 10 -> new ExternalFun(atom(), atom(), random.nextInt(256));
      case 11, 12 -> new Tuple(terms(random.nextInt(12), depth));
      case 13 -> terms(random.nextInt(12), depth);
      case 14 -> map(depth);
      case 15 -> new ImproperList(terms(1 + random.nextInt(5), depth), atom());
      case 16 ->
          new Fun(
              atom(),
              random.nextInt(256),
              random.nextInt(),
              Binary.of(bytes(16)),
              random.nextInt(),
              random.nextInt(),
              pid(),
              terms(random.nextInt(4), depth));
      default -> {
        int size = random.nextInt(5);
        List<Atom> names = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          names.add(atom());
        }
        yield new NativeRecord(atom(), atom(), random.nextBoolean(), names, terms(size, depth));
      }
    };
  }

  private Object integer() {
    BigInteger number = new BigInteger(random.nextInt(3_000), random);
    BigInteger signed = random.nextBoolean() ? number : number.negate();
    return signed.bitLength() < Long.SIZE ? (Object) signed.longValue() : signed;
  }

  private Atom atom() {
    StringBuilder name = new StringBuilder();
    int length = random.nextInt(random.nextInt(10) == 0 ? 256 : 10);
    for (int i = 0; i < length; i++) {
      name.appendCodePoint(random.nextInt(4) == 0 ? 0x1F600 + random.nextInt(50) : 'a' + i % 26);
    }
    return Atom.of(name.toString());
  }

  private WirePid pid() {
    return new WirePid(atom(), random.nextInt(), random.nextInt(), random.nextInt());
  }

  private Binary binary() {
    return Binary.of(bytes(random.nextInt(40)));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private List<Object> terms(int count, int depth) {
    List<Object> terms = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      terms.add(term(depth - 1));
    }
    return List.copyOf(terms);
  }

  private Map<Object, Object> map(int depth) {
    Map<Object, Object> map = new HashMap<>();
    int count = random.nextInt(15);
    for (int i = 0; i < count; i++) {
      map.put(term(depth - 1), term(depth - 1));
    }
    return Map.copyOf(map);
  }
}
