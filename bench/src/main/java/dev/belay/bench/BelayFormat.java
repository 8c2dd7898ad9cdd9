package dev.belay.bench;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.terms.TermWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Terms as Belay's distribution reads and writes them.
final class BelayFormat implements TermFormat<Object> {
  private static final int VERSION = 131;

  @Override
  public Object term(Sample sample) {
    return switch (sample) {
      case MESSAGE -> Tuple.of(Atom.of("reserve"), 4_711L, Binary.utf8("rope, 60 m"), 2L);
      case ORDER -> order();
      case NUMBERS -> numbers();
    };
  }

  private static Map<Object, Object> order() {
    List<Object> items = new ArrayList<>();
    for (int i = 1; i <= Sample.ITEMS; i++) {
      items.add(Tuple.of(Atom.of("item"), Binary.utf8("rope-" + i), (long) i, Sample.price(i)));
    }
    Map<Object, Object> order = new LinkedHashMap<>();
    order.put(Atom.of("id"), 123_456_789_012L);
    order.put(Atom.of("customer"), Binary.utf8("Ada Lovelace, 12 St James's Square, London"));
    order.put(Atom.of("paid"), Atom.TRUE);
    order.put(Atom.of("total"), 1_234.5);
    order.put(Atom.of("note"), Atom.UNDEFINED);
    order.put(Atom.of("items"), items);
    return order;
  }

  private static List<Object> numbers() {
    List<Object> numbers = new ArrayList<>();
    for (int i = 1; i <= Sample.LENGTH; i++) {
      numbers.add(Sample.number(i));
    }
    return numbers;
  }

  @Override
  public byte[] encode(Object term) {
    TermWriter writer = new TermWriter(Identities.PLAIN);
    writer.writeByte(VERSION);
    writer.write(term);
    return writer.toBytes();
  }

  @Override
  public Object decode(byte[] bytes) {
    return new TermReader(Identities.PLAIN, TermLimits.DEFAULT)
        .readStandalone(ByteBuffer.wrap(bytes));
  }
}
