package dev.belay.distribution.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.wire.Frames.Event;
import dev.belay.distribution.internal.wire.Frames.Received;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Atoms that headers name by their place in a cache.
class AtomCacheTest {
  private static final ControlMessage SEND =
      new ControlMessage.RegSend(Samples.remote(1), Atom.of("name"), null);
  private static final byte[] CONTROL = Frames.term(SEND.toTerm());

  private final FrameReader reader = Frames.reader(Samples.CACHE_FLAGS);

  /// An entry of a header; with a text if it is new.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(int slot, byte @Nullable [] text) {
    static Entry fresh(int slot, String text) {
      return new Entry(slot, text.getBytes(StandardCharsets.UTF_8));
    }

    static Entry known(int slot) {
      return new Entry(slot, null);
    }
  }

  private static byte[] table(boolean isLong, List<Entry> entries) {
    int count = entries.size();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(count);
    if (count == 0) {
      return out.toByteArray();
    }
    byte[] flags = new byte[count / 2 + 1];
    for (int i = 0; i < count; i++) {
      Entry entry = entries.get(i);
      int nibble = entry.slot() >> 8 | (entry.text() == null ? 0 : 8);
      flags[i / 2] |= (byte) (nibble << (i % 2 * 4));
    }
    flags[count / 2] |= (byte) ((isLong ? 1 : 0) << (count % 2 * 4));
    out.writeBytes(flags);
    for (Entry entry : entries) {
      out.write(entry.slot());
      byte[] text = entry.text();
      if (text != null) {
        if (isLong) {
          out.write(text.length >> 8);
        }
        out.write(text.length);
        out.writeBytes(text);
      }
    }
    return out.toByteArray();
  }

  /// A message that is the list of all atoms of the table.
  private static byte[] message(boolean isLong, List<Entry> entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(CONTROL);
    writeReferences(out, entries.size());
    return Frames.frame(Frames.bytes("83 44"), table(isLong, entries), out.toByteArray());
  }

  private static void writeReferences(ByteArrayOutputStream out, int count) {
    if (count > 0) {
      out.write('l');
      out.writeBytes(ByteBuffer.allocate(4).putInt(count).array());
      for (int i = 0; i < count; i++) {
        out.write(82);
        out.write(i);
      }
    }
    out.write('j');
  }

  private static byte[] message(Entry... entries) {
    return message(false, List.of(entries));
  }

  private void assertAtoms(byte[] frame, String... names) {
    List<Atom> atoms = new ArrayList<>();
    for (String name : names) {
      atoms.add(Atom.of(name));
    }
    assertThat(Frames.read(reader, frame).events).containsExactly(new Event(SEND, atoms));
  }

  private void assertWrong(byte[] frame, String... words) {
    assertThatThrownBy(() -> Frames.read(reader, frame))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void newAtomsAreKnownFromThenOn() {
    assertAtoms(message(Entry.fresh(0x741, "a"), Entry.fresh(3, "b")), "a", "b");
    assertAtoms(message(Entry.known(3)), "b");
    assertAtoms(message(Entry.known(0x741), Entry.known(3), Entry.known(0x741)), "a", "b", "a");
    assertAtoms(message(), new String[0]);
    assertAtoms(message(Entry.known(3), Entry.fresh(4, "c"), Entry.known(0x741)), "b", "c", "a");
  }

  @Test
  void aSlotIsUsedAgain() {
    assertAtoms(message(Entry.fresh(7, "old")), "old");
    assertAtoms(
        message(Entry.known(7), Entry.fresh(7, "new"), Entry.known(7)), "old", "new", "new");
    assertAtoms(message(Entry.known(7)), "new");
  }

  @Test
  void segmentsAreToldApart() {
    List<Entry> entries = new ArrayList<>();
    for (int segment = 0; segment < 8; segment++) {
      entries.add(Entry.fresh(segment << 8 | 9, "segment" + segment));
    }
    Frames.read(reader, message(false, entries));
    for (int segment = 0; segment < 8; segment++) {
      assertAtoms(message(Entry.known(segment << 8 | 9)), "segment" + segment);
    }
  }

  @Test
  void longAtoms() {
    String text = "\u65e5\u672c".repeat(127) + "x";
    for (int others = 0; others < 4; others++) {
      List<Entry> entries = new ArrayList<>();
      List<Atom> atoms = new ArrayList<>();
      for (int i = 0; i < others; i++) {
        entries.add(Entry.fresh(i, "a" + i));
        atoms.add(Atom.of("a" + i));
      }
      entries.add(Entry.fresh(100, text));
      atoms.add(Atom.of(text));
      assertThat(Frames.read(reader, message(true, entries)).events)
          .containsExactly(new Event(SEND, atoms));
      assertAtoms(message(Entry.known(100)), text);
    }
  }

  @Test
  void asManyAsCanBe() {
    List<Entry> entries = new ArrayList<>();
    List<Atom> atoms = new ArrayList<>();
    for (int i = 0; i < 255; i++) {
      entries.add(Entry.fresh(i * 8, "atom" + i));
      atoms.add(Atom.of("atom" + i));
    }
    assertThat(Frames.read(reader, message(false, entries)).events)
        .containsExactly(new Event(SEND, atoms));
  }

  @Test
  void emptyAndLongestAtoms() {
    assertAtoms(message(Entry.fresh(1, "")), "");
    String longest = "\ud83d\ude00".repeat(255);
    assertThat(Frames.read(reader, message(true, List.of(Entry.fresh(2, longest)))).events)
        .containsExactly(new Event(SEND, List.of(Atom.of(longest))));
  }

  @Test
  void atomsThatAreNone() {
    assertWrong(message(true, List.of(Entry.fresh(1, "x".repeat(256)))), "too many characters");
  }

  @Test
  void atomsThatAreFarTooLong() {
    assertWrong(message(true, List.of(Entry.fresh(1, "x".repeat(1021)))), "atom of 1021 bytes");
  }

  @Test
  void atomsAreUtf8() {
    assertWrong(message(false, List.of(new Entry(1, Frames.bytes("61 ff 62")))), "no UTF-8");
  }

  @Test
  void surrogatesAreNoUtf8() {
    assertWrong(message(false, List.of(new Entry(1, Frames.bytes("ed a0 80")))), "no UTF-8");
  }

  @Test
  void anEmptySlotIsFound() {
    assertWrong(message(Entry.fresh(1, "a"), Entry.known(2)), "empty slot", "2");
  }

  @Test
  void aSlotIsEmptyUntilItsEntry() {
    assertWrong(message(Entry.known(2), Entry.fresh(2, "a")), "empty slot");
  }

  @Test
  void anIndexBeyondTheTableIsFound() {
    Frames.read(reader, message(Entry.fresh(0, "a"), Entry.fresh(1, "b")));
    byte[] frame =
        Frames.frame(
            Frames.bytes("83 44"),
            table(false, List.of(Entry.known(0))),
            CONTROL,
            new byte[] {82, 1});
    assertWrong(frame, "payload cannot be decoded");
  }

  @Test
  void anIndexWithoutATableIsFound() {
    Frames.read(reader, message(Entry.fresh(0, "a")));
    assertWrong(
        Frames.frame(Frames.bytes("83 44 00 6803 6107 5200 5200")), "control message cannot");
  }

  @Test
  void controlMessagesReferToTheTableToo() {
    Entry node = Entry.fresh(5, Samples.PEER.name());
    byte[] link =
        Frames.bytes(
            "6803 6101 58 5200 00000001 00000000 00000009 58 5200 00000002 00000000 00000009");
    Received received =
        Frames.read(reader, Frames.frame(Frames.bytes("83 44"), table(false, List.of(node)), link));
    assertThat(received.events)
        .containsExactly(
            new Event(
                new ControlMessage.Link(
                    new WirePid(Samples.PEER, 1, 0, 9), new WirePid(Samples.PEER, 2, 0, 9)),
                null));
  }

  @Test
  void aHeaderThatEndsTooEarlyIsFound() {
    byte[] table = table(true, List.of(Entry.fresh(1, "abc"), Entry.known(1)));
    for (int size = 0; size < table.length; size++) {
      byte[] frame = Frames.frame(Frames.bytes("83 44"), Arrays.copyOf(table, size));
      assertThatThrownBy(() -> Frames.read(Frames.reader(Samples.CACHE_FLAGS), frame))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("too early");
    }
  }

  @Test
  void theTableOfTheFirstFragmentIsForTheWholeSequence() {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    writeReferences(payload, 2);
    byte[] bytes = payload.toByteArray();
    byte[] numbers = ByteBuffer.allocate(16).putLong(1).putLong(2).array();
    byte[] table = table(false, List.of(Entry.fresh(1, "a"), Entry.fresh(2, "b")));
    byte[] half = Arrays.copyOf(bytes, 6);
    Frames.read(reader, Frames.frame(Frames.bytes("83 45"), numbers, table, CONTROL, half));
    // Meanwhile the slots get other atoms.
    assertAtoms(message(Entry.fresh(1, "x"), Entry.fresh(2, "y")), "x", "y");
    byte[] rest = Arrays.copyOfRange(bytes, 6, bytes.length);
    assertThat(Frames.read(reader, Frames.next(1, 1, rest)).events)
        .containsExactly(new Event(SEND, List.of(Atom.of("a"), Atom.of("b"))));
  }

  @Test
  void atomsCountWhileASequenceIsOpen() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      entries.add(Entry.fresh(i, "x".repeat(200) + i));
    }
    FrameLimits limits = new FrameLimits(1 << 20, 40_000, 10);
    FrameReader small = Frames.reader(Samples.CACHE_FLAGS, limits);
    Frames.read(small, message(false, entries));
    entries.replaceAll(entry -> Entry.known(entry.slot()));
    byte[] numbers = ByteBuffer.allocate(16).putLong(1).putLong(2).array();
    byte[] first =
        Frames.frame(Frames.bytes("83 45"), numbers, table(false, entries), CONTROL, new byte[1]);
    assertThatThrownBy(() -> Frames.read(small, first))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("more than 40000 bytes");
  }

  @Test
  void aCacheIsAsAModelHasIt() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String[] model = new String[2048];
    for (int round = 0; round < 2_000; round++) {
      List<Entry> entries = new ArrayList<>();
      List<Object> atoms = new ArrayList<>();
      int count = random.nextInt(20);
      for (int i = 0; i < count; i++) {
        int slot = random.nextInt(2048);
        if (model[slot] == null || random.nextInt(4) == 0) {
          model[slot] = "atom" + random.nextInt(5_000);
          entries.add(Entry.fresh(slot, model[slot]));
        } else {
          entries.add(Entry.known(slot));
        }
        atoms.add(Atom.of(model[slot]));
      }
      Received received = Frames.read(reader, message(random.nextBoolean(), entries));
      assertThat(received.events)
          .as("seed %d, round %d", seed, round)
          .containsExactly(new Event(SEND, atoms));
    }
  }

  @Test
  void aCacheMayBeLeftUnused() {
    assertThat(Frames.read(reader, Frames.whole(SEND, Binary.EMPTY)).events)
        .containsExactly(new Event(SEND, Binary.EMPTY));
  }
}
